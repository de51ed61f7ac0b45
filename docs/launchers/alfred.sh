#!/usr/bin/env bash
# Alfred, "Run Script" with input as argv: $1 is what was typed after the keyword. Shows the plan in a dialog first.
# The same script serves "Run Shell Script" in Shortcuts, with the input passed as arguments.
set -euo pipefail
export PATH="$HOME/.local/bin:/opt/homebrew/bin:$PATH"
plan=$(mktemp)
trap 'rm -f "$plan"' EXIT
if ! fault=$(tinyagent plan --json "$1" 2>&1 >"$plan"); then
    echo "$fault"
    exit 0
fi
ask='on run argv
    display dialog (item 1 of argv) with title "tinyagent" buttons {"No", "Do it"} default button "No" cancel button "No"
end run'
osascript -e "$ask" "$(tinyagent execute --dry-run "$plan" 2>/dev/null)" >/dev/null || exit 0
tinyagent execute --yes "$plan" 2>&1
