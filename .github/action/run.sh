#!/usr/bin/env bash
# Runs one command, and renders what it found for people and programs. Sets the outputs `exit-code`, `report`,
# `sarif-file` and `plan`; ends with 0 whatever was found: `end.sh` says how the job ends, after the comment is written.
set -euo pipefail
work=$(mktemp -d "$RUNNER_TEMP/mailvouch-run.XXXXXX")

output() { printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"; }

# Each line of a text as an argument of its own, behind a flag where one is given.
lines() {
    local line
    while IFS= read -r line; do
        line="${line#"${line%%[![:space:]]*}"}"
        line="${line%"${line##*[![:space:]]}"}"
        [ -z "$line" ] || printf '%s\0' "${1:-}$line"
    done
}
mapfile -d '' -t from_files < <(lines --zone-file= <<<"$ZONE_FILES")
mapfile -d '' -t from_dns < <(tr -s '[:blank:]' '\n' <<<"$RESOLVERS" | lines --resolver=)
mapfile -d '' -t domains < <(tr -s '[:blank:]' '\n' <<<"$DOMAINS" | lines)
mapfile -d '' -t more < <(lines <<<"$ARGUMENTS")
source=("${from_files[@]}" "${from_dns[@]}")

# Shows a report. It quotes records, and what stands in those is no command for the runner.
show() {
    local token
    token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '::stop-commands::%s\n' "$token"
    cat "$1"
    printf '::%s::\n' "$token"
}

exit_code=0
case $COMMAND in
check)
    # DNS is asked once; what it said is then rendered several times.
    "$MAILVOUCH" check "--config=$CONFIG" "${source[@]}" "--fail-on=$FAIL_ON" "--save-answers=$work/answers.json" \
        "--output=$work/report.txt" "${more[@]}" -- "${domains[@]}" || exit_code=$?
    if [ "$exit_code" -ne 2 ]; then
        for format in github markdown sarif; do
            "$MAILVOUCH" check "--config=$CONFIG" "--answers=$work/answers.json" --exit-zero "--format=$format" \
                "--output=$work/report.$format" "${more[@]}" -- "${domains[@]}" || [ $? -eq 3 ]
        done
        show "$work/report.txt"
        # The commands that GitHub reads on standard output.
        cat "$work/report.github"
        output report "$work/report.markdown"
        output sarif-file "$work/report.sarif"
    fi
    ;;
plan)
    "$MAILVOUCH" plan "--config=$CONFIG" "${source[@]}" "--out=$work/plan.json" --format=markdown \
        "--output=$work/report.markdown" "${more[@]}" -- "${domains[@]}" || exit_code=$?
    if [ -e "$work/report.markdown" ]; then
        show "$work/report.markdown"
        output report "$work/report.markdown"
        output plan "$work/plan.json"
    fi
    ;;
apply)
    arguments=(apply "--config=$CONFIG" "${source[@]}" --yes "${more[@]}")
    for domain in "${domains[@]}"; do arguments+=("--domain=$domain"); done
    "$MAILVOUCH" "${arguments[@]}" >"$work/applied.txt" || exit_code=$?
    show "$work/applied.txt"
    # Indented, so that no text of a record is read as Markdown.
    sed 's/^/    /' "$work/applied.txt" >"$work/report.markdown"
    output report "$work/report.markdown"
    ;;
*)
    echo "::error title=mailvouch::the input \`command\` is check, plan or apply"
    exit_code=2
    ;;
esac
[ ! -e "$work/report.markdown" ] || cat "$work/report.markdown" >>"$GITHUB_STEP_SUMMARY"
output exit-code "$exit_code"
