#!/usr/bin/env bash
# Asks for a command with rofi, shows its plan, carries it out after a yes.
set -euo pipefail

said=$(rofi -dmenu -p tinyagent -l 0 </dev/null) || exit 0
plan=$(mktemp --suffix=.json)
trap 'rm -f "$plan"' EXIT
if ! fault=$(tinyagent plan --json "$said" 2>&1 >"$plan"); then
    exec rofi -e "$fault"
fi
shown=$(tinyagent execute --dry-run "$plan" 2>/dev/null | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')
answer=$(printf 'no\nyes\n' | rofi -dmenu -p 'Do this?' -mesg "<tt>$shown</tt>") || exit 0
if [ "$answer" = yes ]; then
    rofi -e "$(tinyagent execute --yes "$plan" 2>&1)"
fi
