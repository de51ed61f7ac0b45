"""`tinyagent doctor`: what is installed, and what macOS allows."""

from __future__ import annotations

from importlib import metadata

import pytest

from tinyagent_cli.commands import _checks
from tinyagent_cli.desktops import applescript
from tinyagent_cli.desktops.applescript import ScriptError
from tinyagent_cli.settings import DesktopSettings, Settings


@pytest.fixture
def needed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the program says that it needs."""
    texts: list[str] = []
    monkeypatch.setattr(metadata, "requires", lambda _: texts)
    return texts


def test_all_that_the_program_needs_is_here_and_fits() -> None:
    if not list(metadata.distributions(name=_checks.DISTRIBUTION)):
        pytest.skip("run from a folder")
    found = _checks.dependencies()
    assert (found.health, found.remedy) == ("good", "")
    assert int(found.found.split()[1]) > 15


def test_a_package_that_is_missing_or_too_old_is_named(needed: list[str]) -> None:
    needed += ["numpy>=999", "no-such-package-at-all", "rich", "another-missing-one; extra == 'voice'", "absent; sys_platform == 'none'"]
    found = _checks.dependencies()
    assert found.health == "bad"
    assert found.found == f"numpy {metadata.version('numpy')} is there, >=999 is needed; no-such-package-at-all is missing"


def test_a_program_that_is_not_installed_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_checks, "DISTRIBUTION", "no-such-package-at-all")
    assert _checks.dependencies().health == "note"
    assert list(_checks.extras()) == []


def test_extras_are_there_whole_in_part_or_not(needed: list[str]) -> None:
    needed += [
        "rich", "rich; extra == 'mcp'", "rich; extra == 'voice'", "no-ears; extra == 'voice'", "no-torch; extra == 'learn'",
        "no-keyring; extra == 'keyring'",
    ]  # fmt: skip
    (found,) = _checks.extras()
    assert found.found == "installed: mcp; not: learn, keyring; voice, but no-ears is missing"
    assert found.remedy == "pip install 'tinyagent-cli[voice]'"


def test_on_a_mac_every_app_is_asked_whether_it_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Runner:
        def run(self, script: object, handler: str, *_: object) -> list[str]:
            if handler == "list_names":
                raise ScriptError("Reminders", -1743)
            return ["ok"]

    monkeypatch.setattr(_checks, "on_macos", lambda: True)
    monkeypatch.setattr(applescript, "default_runner", Runner)
    monkeypatch.setattr(_checks, "model", lambda: _checks.Finding("model", "good", ""))
    monkeypatch.setattr(_checks, "listening", lambda _: [])
    found = {each.name: each for each in _checks.findings(Settings(desktop=DesktopSettings(kind="macos")))}
    assert [found[app].health for app in ("calendar", "contacts", "notes", "reminders")] == ["good", "good", "good", "bad"]
    assert "Automation" in found["reminders"].remedy
    assert "opener" not in found


def test_a_mac_s_desktop_elsewhere_is_a_fault_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_checks, "on_macos", lambda: False)
    monkeypatch.setattr(_checks, "model", lambda: _checks.Finding("model", "good", ""))
    monkeypatch.setattr(_checks, "listening", lambda _: [])
    found = {each.name: each for each in _checks.findings(Settings(desktop=DesktopSettings(kind="macos")))}
    assert (found["apps"].health, found["apps"].remedy) == ("bad", "tinyagent config set desktop.kind open")
