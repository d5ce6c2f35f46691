#!/usr/bin/env bash
# Sets a step's output to a file's text, cut to what a comment can hold (65,536 characters).
#
#   set-output.sh NAME FILE
set -euo pipefail
name=$1
file=$2
longest=60000
# Random, so that no text can end the output and set another one.
delimiter=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
{
  echo "$name<<$delimiter"
  head -c "$longest" "$file" | iconv -c -f utf-8 -t utf-8
  # The text's last line may have no end.
  echo
  if (($(wc -c <"$file") > longest)); then printf '\n_Cut here: the whole is in the summary of this run._\n'; fi
  echo "$delimiter"
} >>"$GITHUB_OUTPUT"
