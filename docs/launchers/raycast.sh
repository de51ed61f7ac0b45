#!/usr/bin/env bash
# @raycast.schemaVersion 1
# @raycast.title Do with tinyagent
# @raycast.mode fullOutput
# @raycast.packageName tinyagent
# @raycast.argument1 { "type": "text", "placeholder": "what is to be done" }
# @raycast.argument2 { "type": "dropdown", "placeholder": "do it?", "data": [{"title": "show the plan", "value": "--dry-run"}, {"title": "do it", "value": "--yes"}] }
set -euo pipefail
export PATH="$HOME/.local/bin:/opt/homebrew/bin:$PATH"
NO_COLOR=1 tinyagent run "$2" "$1" 2>&1
