#!/usr/bin/env bash
# How the job ends, by how the command ended.
set -euo pipefail
case $COMMAND:$EXIT_CODE in
*:0) ;;
# Changes that wait are what a pull request is there to show.
plan:1) echo "::notice title=mailvouch::changes wait to be applied" ;;
check:1) echo "::error title=mailvouch::findings stand; the report says what to do"; exit 1 ;;
*:3)
    if [ "$FAIL_ON_UNKNOWN" = true ]; then
        echo "::error title=mailvouch::could not tell: a look-up failed. This is no pass; run it again"
        exit 3
    fi
    echo "::warning title=mailvouch::could not tell: a look-up failed"
    ;;
*:4) echo "::error title=mailvouch::stopped part-way; the output says what is written and what is not"; exit 4 ;;
*:5) echo "::error title=mailvouch::refused, and nothing was written; the output says what has to be allowed"; exit 5 ;;
*) echo "::error title=mailvouch::wrong usage or a bad declaration; the output says where"; exit "${EXIT_CODE:-2}" ;;
esac
