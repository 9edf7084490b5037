#!/usr/bin/env bash
# Writes the report into the one comment that a pull request has for it. A token that may not write (a pull request
# from a fork has such) is no reason to fail: the report is in the job's summary as well.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/api.sh"
work=$(mktemp -d "$RUNNER_TEMP/mailvouch-comment.XXXXXX")

# What is known of the key is not left to whoever set it.
marker="<!-- mailvouch ${KEY//[^A-Za-z0-9._-]/_} -->"
{ printf '%s\n' "$marker"; cat "$REPORT"; } >"$work/body"
jq --null-input --rawfile body "$work/body" '{$body}' >"$work/request"

# The comment that a program wrote and that begins with our mark: people can write that mark too.
find_comment() {
    local page=1 mine='map(select((.user.type == "Bot") and (.body | startswith($marker))) | .id) | first // empty'
    while :; do
        api GET "issues/$PULL_REQUEST/comments?per_page=100&page=$page" >"$work/page" || return 1
        jq --raw-output --arg marker "$marker" "$mine" "$work/page" >"$work/id" || return 1
        if [ -s "$work/id" ] || [ "$(jq length "$work/page")" -lt 100 ]; then return 0; fi
        page=$((page + 1))
    done
}

write() {
    find_comment || return 1
    if [ -s "$work/id" ]; then
        api PATCH "issues/comments/$(cat "$work/id")" "$work/request" >"$work/answer"
    else
        api POST "issues/$PULL_REQUEST/comments" "$work/request" >"$work/answer"
    fi
}

if ! write; then
    echo "::warning title=mailvouch::the comment could not be written; the report is in the job's summary. It needs the permission pull-requests: write"
fi
