"""Prints the Homebrew formula of a release: docs/homebrew/tinyagent.rb with its source and all that it depends on.

    python -m build --sdist
    uv pip compile -q --universal --python-version 3.14 --format pylock.toml -o pylock.toml pyproject.toml
    python docs/make_formula.py dist/*.tar.gz ADDRESS_OF_THE_SOURCE ADDRESS_OF_THE_PROJECT pylock.toml > tinyagent.rb

The lock file is that of PEP 751. What every system needs is one resource each; what only a Mac or only Linux needs stands in
a block of its own.
"""

from __future__ import annotations

import hashlib
import sys
import textwrap
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.markers import Marker

TEMPLATE = Path(__file__).parent / "homebrew" / "tinyagent.rb"
SYSTEMS = {
    "on_macos": {"sys_platform": "darwin", "platform_system": "Darwin", "platform_machine": "arm64", "os_name": "posix"},
    "on_linux": {"sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64", "os_name": "posix"},
}
PYTHON = {"python_version": "3.14", "python_full_version": "3.14.0", "implementation_name": "cpython", "platform_python_implementation": "CPython"}


def needed_on(package: Mapping[str, Any]) -> list[str]:
    """The systems that need a package of the lock file."""
    marker = package.get("marker")
    return [name for name, facts in SYSTEMS.items() if marker is None or Marker(marker).evaluate({**PYTHON, **facts})]


def resource(package: Mapping[str, Any]) -> str:
    """A package as a resource: its source; its wheel where there is none, and the wheel is one for every system.

    Raises ValueError where there is neither.
    """
    wheels = [each for each in package.get("wheels", []) if each["url"].endswith("-py3-none-any.whl")]
    source = package.get("sdist") or next(iter(wheels), None)
    if source is None:
        raise ValueError(f"{package['name']}: neither a source nor a wheel for every system")
    digest = source["hashes"]["sha256"]
    return f'resource "{package["name"]}" do\n  url "{source["url"]}"\n  sha256 "{digest}"\nend\n'


def resources(packages: Iterable[Mapping[str, Any]]) -> str:
    """Every resource, those of one system alone in its block. Raises ValueError."""
    everywhere: list[str] = []
    alone: dict[str, list[str]] = {name: [] for name in SYSTEMS}
    for package in sorted(packages, key=lambda each: str(each["name"])):
        systems = needed_on(package)
        if len(systems) == len(SYSTEMS):
            everywhere.append(resource(package))
        elif systems:
            alone[systems[0]].append(resource(package))
    blocks = [f"{name} do\n{textwrap.indent(chr(10).join(each), '  ')}end\n" for name, each in alone.items() if each]
    return "\n".join([*blocks, *everywhere])


def formula(source: bytes, address: str, homepage: str, packages: Sequence[Mapping[str, Any]]) -> str:
    """The whole formula. Raises ValueError."""
    found = {
        "HOMEPAGE": homepage,
        "SOURCE": address,
        "CHECKSUM": hashlib.sha256(source).hexdigest(),
        "  # RESOURCES\n": textwrap.indent(resources(packages), "  "),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in found.items():
        text = text.replace(name, value, 1)
    return text


def main() -> None:
    """Read the files and print."""
    file, address, homepage, lock = sys.argv[1:]
    packages = tomllib.loads(Path(lock).read_text(encoding="utf-8"))["packages"]
    sys.stdout.write(formula(Path(file).read_bytes(), address, homepage, packages))


if __name__ == "__main__":
    main()
