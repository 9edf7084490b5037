#!/usr/bin/env bash
# Finds the mailvouch to run, or builds it from the source beside this file. Sets the output `binary`.
set -euo pipefail
if [ -n "$BINARY" ]; then
    binary=$BINARY
else
    binary=$RUNNER_TEMP/mailvouch/bin/mailvouch
    [ -x "$binary" ] || cargo install --locked --quiet --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/mailvouch"
fi
"$binary" --version
printf 'binary=%s\n' "$binary" >>"$GITHUB_OUTPUT"
