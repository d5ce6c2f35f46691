#!/usr/bin/env bash
# Prints what the changelog says of a version. Fails if the tag is not `v` and package.json's version, or the changelog
# has nothing on it or no date for it.
#
#   release-notes.sh TAG
set -euo pipefail
tag=$1
version=$(node -p 'require("./package.json").version')
if [[ $tag != "v$version" ]]; then
  echo "::error::the tag is $tag and package.json says $version: tag v$version, or set the version by npm version"
  exit 1
fi
if ! grep -Eq "^## \[${version//./\\.}\] - [0-9]{4}-[0-9]{2}-[0-9]{2}$" CHANGELOG.md; then
  echo "::error::CHANGELOG.md has no heading \"## [$version] - YYYY-MM-DD\": write what changed, and the day"
  exit 1
fi
notes=$(awk -v heading="## [$version] " 'index($0, "## [") == 1 { found = index($0, heading) == 1; next } found' CHANGELOG.md)
if [[ -z ${notes//[[:space:]]/} ]]; then
  echo "::error::CHANGELOG.md says nothing on $version: write what changed"
  exit 1
fi
echo "$notes"
