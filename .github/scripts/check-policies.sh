#!/usr/bin/env bash
# What the policies say of every stack: Markdown on stdout, a section per stack.
#
#   check-policies.sh [BASE]     BASE is the commit that has each plan before, for policies that compare a plan with it
#
# Exits with 3 if a mandatory policy fails, otherwise with 1 if a stack could not be checked.
# shellcheck disable=SC2016 # Backticks are Markdown here.
set -euo pipefail
base=${1-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
worst=0

quote() { sed 's/^/    /' "$1"; }

if [[ -n $base ]]; then git rev-parse --quiet --verify "$base^{commit}" >/dev/null; fi
git ls-files -z -- ':(top,glob)Pulumi.*.yaml' >"$work/files"
if [[ ! -s "$work/files" ]]; then
  echo 'no stack file to check: there is no Pulumi.*.yaml in this folder' >&2
  exit 1
fi
while IFS= read -r -d '' file; do
  stack=${file#Pulumi.}
  stack=${stack%.yaml}
  # The name comes from a pull request, and goes into a command line and a comment.
  if [[ ! $stack =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]]; then
    printf '### A stack file whose name is no stack'\''s: letters, digits, `-`, `_` and `.`\n\n'
    if ((worst == 0)); then worst=1; fi
    continue
  fi
  before=()
  if [[ -n $base ]] && git cat-file -e "$base:$file" 2>/dev/null; then
    git show "$base:$file" >"$work/before.yaml"
    before=(--before="$work/before.yaml")
  fi
  status=0
  npx --no sluice policy --stack="$stack" "${before[@]}" >"$work/out" 2>&1 || status=$?
  case $status in
    0) verdict='no mandatory policy is violated' ;;
    3) verdict='**a mandatory policy is violated**' ;;
    *) verdict='**could not be checked**' ;;
  esac
  printf '### Policies of %s: %s\n\n' "$stack" "$verdict"
  quote "$work/out"
  printf '\n'
  if ((status == 3)); then
    worst=3
  elif ((status != 0 && worst == 0)); then
    worst=1
  fi
done <"$work/files"
exit "$worst"
