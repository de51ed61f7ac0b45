#!/usr/bin/env bash
# The same with zenity (GNOME and others): for a keyboard shortcut.
set -euo pipefail

said=$(zenity --entry --title=tinyagent --text='What is to be done?' --width=500) || exit 0
plan=$(mktemp --suffix=.json)
trap 'rm -f "$plan"' EXIT
if ! fault=$(tinyagent plan --json "$said" 2>&1 >"$plan"); then
    exec zenity --error --no-markup --text="$fault"
fi
shown=$(tinyagent execute --dry-run "$plan" 2>/dev/null)
if zenity --question --no-markup --title='Do this?' --text="$shown" --width=700; then
    zenity --info --no-markup --text="$(tinyagent execute --yes "$plan" 2>&1)"
fi
