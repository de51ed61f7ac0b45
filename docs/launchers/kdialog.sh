#!/usr/bin/env bash
# The same with kdialog (KDE): for a keyboard shortcut.
set -euo pipefail

said=$(kdialog --title tinyagent --inputbox 'What is to be done?') || exit 0
plan=$(mktemp --suffix=.json)
trap 'rm -f "$plan"' EXIT
if ! fault=$(tinyagent plan --json "$said" 2>&1 >"$plan"); then
    exec kdialog --error "$fault"
fi
shown=$(tinyagent execute --dry-run "$plan" 2>/dev/null | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')
if kdialog --title 'Do this?' --yesno "<pre>$shown</pre>"; then
    kdialog --msgbox "$(tinyagent execute --yes "$plan" 2>&1)"
fi
