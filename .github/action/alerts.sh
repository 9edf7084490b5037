#!/usr/bin/env bash
# Uploads the report for GitHub's code scanning.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/api.sh"
work=$(mktemp -d "$RUNNER_TEMP/mailvouch-alerts.XXXXXX")
gzip --stdout --no-name "$SARIF" | base64 --wrap=0 >"$work/sarif"
jq --null-input --rawfile sarif "$work/sarif" --arg commit_sha "$GITHUB_SHA" --arg ref "$GITHUB_REF" \
    '{$commit_sha, $ref, $sarif, tool_name: "mailvouch"}' >"$work/request"
if ! api POST code-scanning/sarifs "$work/request" >"$work/answer"; then
    echo "::warning title=mailvouch::the alerts could not be uploaded. That needs the permission security-events: write, and code scanning"
fi
