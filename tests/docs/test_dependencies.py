"""The table of dependencies in the README is whole, and the extras are those of the package."""

from __future__ import annotations

import re
import tomllib

from documents import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {name: each for name, each in PROJECT["optional-dependencies"].items() if name != "dev"}
"""What only those need who change the program is not in the table."""


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\s\[<>=;]", each)[0] for each in requirements}


def table() -> list[list[str]]:
    text = (ROOT / "README.md").read_text().partition("\n## Dependencies\n")[2]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_every_dependency_stands_in_the_table_with_its_licence_and_why() -> None:
    alone = {re.sub(r" \(.*\)", "", row[0]) for row in table() if not row[0].startswith("*")}
    assert alone == names(PROJECT["dependencies"])
    assert all(len(row) == 3 and all(row) for row in table())


def test_every_extra_stands_in_the_table_with_what_it_brings_and_as_many_licences() -> None:
    found = {}
    for row in table():
        if match := re.fullmatch(r"\*(\w+):\* (.+)", row[0]):
            found[match[1]] = set(match[2].split(", "))
            assert len(row[1].split(", ")) in {1, len(found[match[1]])}
    assert found == {name: names(each) for name, each in EXTRAS.items()}


def test_every_extra_stands_in_the_quick_start() -> None:
    text = (ROOT / "docs" / "start.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(PROJECT["optional-dependencies"])
