#!/usr/bin/env bash
# What a pull request does to the traffic, in plain English: Markdown on stdout, a section per stack file that it changes; nothing
# if it changes none.
#
#   explain-changes.sh BASE     BASE is the commit to compare HEAD with
# shellcheck disable=SC2016 # Backticks are Markdown here.
set -euo pipefail
base=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# Indented, so that no message can end a code block and go on as Markdown of its own.
quote() { sed 's/^/    /' "$1"; }

git diff --name-status --no-renames -z "$base" HEAD -- ':(top,glob)Pulumi.*.yaml' >"$work/changed"
while IFS= read -r -d '' status && IFS= read -r -d '' file; do
  stack=${file#Pulumi.}
  stack=${stack%.yaml}
  # The name comes from a pull request, and goes into a command line and a comment.
  if [[ ! $stack =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]]; then
    printf '### A stack file whose name is no stack'\''s: letters, digits, `-`, `_` and `.`\n\n'
    failed=1
    continue
  fi
  if [[ $status == D ]]; then
    printf '### Traffic of %s\n\n' "$stack"
    printf 'The stack file is removed. What the stack made stays until `sluice down` is run with the file as it was.\n\n'
    continue
  fi
  before=()
  if [[ $status != A ]]; then
    git show "$base:$file" >"$work/before.yaml"
    before=(--before="$work/before.yaml")
  fi
  if npx --no sluice explain --config="$file" --markdown "${before[@]}" >"$work/out" 2>"$work/err"; then
    cat "$work/out"
  else
    failed=1
    printf '### Traffic of %s\n\n' "$stack"
    printf 'The stack file can'\''t be used:\n\n'
    quote "$work/err"
  fi
  printf '\n'
done <"$work/changed"
exit "$failed"
