"""The Homebrew formula is Ruby, names what each system needs, and fits the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from documents import ROOT

sys.path.insert(0, str(ROOT / "docs"))

import make_formula

WINDOWS = "sys_platform == 'win32'"


def package(name: str, *, source: bool = True, wheel: str = "", marker: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {"name": name}
    if source:
        made["sdist"] = {"url": f"https://example.org/{name}.tar.gz", "hashes": {"sha256": "a" * 64}}
    if wheel:
        made["wheels"] = [{"url": f"https://example.org/{name}-{wheel}.whl", "hashes": {"sha256": "b" * 64}}]
    return made | ({"marker": marker} if marker else {})


FEW = [
    package("numpy", wheel="cp314-cp314-macosx_14_0_arm64"), package("carrier", source=False, wheel="1.0-py3-none-any"),
    package("py-applescript", marker="sys_platform == 'darwin'"), package("colorama", marker=WINDOWS),
    package("hf-xet", marker="platform_machine == 'x86_64' or platform_machine == 'arm64'"),
]  # fmt: skip


def made() -> str:
    return make_formula.formula(b"source", "https://example.org/tinyagent.tar.gz", "https://example.org", FEW)


def test_what_every_system_needs_is_a_resource_and_what_none_has_is_not() -> None:
    text = made()
    assert re.findall(r'^  resource "([^"]+)"', text, re.MULTILINE) == ["carrier", "hf-xet", "numpy"]
    assert "colorama" not in text


def test_what_only_a_mac_needs_stands_in_its_block() -> None:
    (block,) = re.findall(r"^  on_macos do\n(.*?)^  end", made(), re.MULTILINE | re.DOTALL)
    assert re.findall(r'resource "([^"]+)"', block) == ["py-applescript"]
    assert "on_linux" not in made()


def test_a_source_is_preferred_to_a_wheel_and_a_wheel_of_one_system_is_none() -> None:
    assert "carrier-1.0-py3-none-any.whl" in made()
    assert "macosx" not in made()
    with pytest.raises(ValueError, match="odd: neither"):
        make_formula.resource(package("odd", source=False, wheel="cp314-cp314-manylinux_2_28_x86_64"))


def test_nothing_is_left_to_fill_in() -> None:
    assert not re.search(r"HOMEPAGE|SOURCE|CHECKSUM|RESOURCES", made())
    assert "41cf6794ba4200b839c53531555f0f3998df4cbb01a4d5cb0b94e3ca5e23947d" in made()


@pytest.mark.parametrize("text", [make_formula.TEMPLATE.read_text(), made()], ids=["template", "made"])
def test_it_is_ruby(text: str, tmp_path: Path) -> None:
    if not shutil.which("ruby"):
        pytest.skip("ruby is not here")
    (tmp_path / "tinyagent.rb").write_text(text)
    done = subprocess.run(["ruby", "-wc", str(tmp_path / "tinyagent.rb")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_says_what_a_formula_may_say() -> None:
    text = make_formula.TEMPLATE.read_text()
    (about,) = re.findall(r'desc "(.*)"', text)
    assert len(about) < 80
    assert not re.match(r"(?i)(a|an|the|tinyagent)\b", about)
    versions = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text())
    assert re.findall(r'"python@(.*)"', text) == [versions[-1]]
