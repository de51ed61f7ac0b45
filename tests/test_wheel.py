"""The wheel holds everything the program needs and works outside the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; what it depends on is lent by the one that runs the tests."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", str(wheel)],
        check=True,
    )
    (site,) = folder.glob("lib/python3*/site-packages")
    (site / "zz_lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    env |= {"TINYAGENT_HOME": str(installed / "home"), "HOME": str(installed)}
    program = str(installed / "bin" / "tinyagent")
    return subprocess.run(
        [program, *arguments], cwd=installed, env=env, capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_tools_prompts_samples_and_the_schema(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    found = [
        path.relative_to(ROOT)
        for top in ("tools", "prompts")
        for path in (ROOT / top).rglob("*")
        if path.is_file()
    ]
    expected = [
        path for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts)
    ]
    assert {f"tinyagent_cli/{path.as_posix()}" for path in expected} <= names
    assert "tinyagent_cli/plan/plan.schema.json" in names
    assert "tinyagent_cli/samples/contacts/sid.vcf" in names
    starter = ROOT / "tinyagent_cli" / "starter"
    assert {f"tinyagent_cli/starter/{p.name}" for p in starter.glob("*") if p.is_file()} <= names
    assert not any(name.startswith(("corpus/", "tests/")) or "__pycache__" in name for name in names)


def test_the_installed_program_finds_its_own_tools(installed: Path) -> None:
    made = run(installed, "tools", "--json")
    assert made.returncode == 0, made.stderr
    assert len(json.loads(made.stdout)["tools"]) == 16
    found = json.loads(run(installed, "doctor", "--json").stdout)["data"]["findings"]
    (tools,) = [each["found"] for each in found if each["name"] == "tools"]
    assert str(installed) in tools


def test_the_installed_program_carries_a_plan_out(installed: Path) -> None:
    plan = installed / "p.plan"
    plan.write_text('1. create_note("Hello", "from the wheel", "")\n2. join()\n')
    made = run(installed, "execute", str(plan), "--yes")
    assert made.returncode == 0, made.stderr
    assert "Hello" in made.stdout
