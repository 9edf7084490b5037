# Asks GitHub's API: `api METHOD PATH [FILE WITH A BODY]`. The token goes through a pipe: arguments can be read by others.
api() {
    local body=()
    [ $# -lt 3 ] || body=(--header "Content-Type: application/json" --data-binary "@$3")
    curl --silent --show-error --fail-with-body --retry 3 --max-time 60 --request "$1" \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$TOKEN") \
        --header "Accept: application/vnd.github+json" --header "X-GitHub-Api-Version: 2022-11-28" \
        "${body[@]}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/$2"
}
