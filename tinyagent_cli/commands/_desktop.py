"""Opens the desktop that the settings ask for."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tinyagent_cli.desktops.base import Desktop
from tinyagent_cli.errors import SettingsError
from tinyagent_cli.settings import HOME, Settings
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop
    from tinyagent_cli.desktops.places import Places

ELSEWHERE = ("XDG_", "MAILDIR", "VDIRSYNCER_CONFIG", "KHARD_CONFIG", "EMAIL")
"""Variables that lead out of a home that the settings name."""


def open_desktop(settings: Settings, toolbox: Toolbox, environ: Mapping[str, str]) -> Desktop:
    """Open the desktop. Raises SettingsError where it cannot be had on this machine."""
    shared = _open(settings, toolbox, environ)
    if kind_of(settings) == "open":
        return shared
    if not on_macos():
        raise SettingsError(
            f"the desktop macos needs macOS ({settings.origin('desktop.kind')}); use: --desktop open"
        )
    from tinyagent_cli.desktops.macos import MacDesktop

    return MacDesktop(shared=shared, toolbox=toolbox)


def kind_of(settings: Settings) -> str:
    """Say which desktop it is: `open` or `macos`."""
    if settings.desktop.kind != "auto":
        return settings.desktop.kind
    return "macos" if on_macos() else "open"


def on_macos() -> bool:
    """True on a Mac."""
    return sys.platform == "darwin"


def places_of(settings: Settings, environ: Mapping[str, str]) -> Places:
    """Find where the open desktop keeps things; the program's own folders go where `TINYAGENT_HOME` says."""
    from tinyagent_cli.desktops.places import Places

    overrides = {
        each.name: os.pathsep.join(value) if isinstance(value, tuple) else value
        for each in dataclasses.fields(settings.open)
        if each.name != "launch" and (value := getattr(settings.open, each.name))
    }
    if settings.open.home:
        environ = {name: value for name, value in environ.items() if not name.startswith(ELSEWHERE)}
    if environ.get(HOME):
        overrides["state"], overrides["cache"] = str(settings.folders.state), str(settings.folders.cache)
    return Places.found(overrides, environ)


def _open(settings: Settings, toolbox: Toolbox, environ: Mapping[str, str]) -> OpenDesktop:
    from tinyagent_cli.desktops.open import OpenDesktop, ZoomCredentials, system_opener

    def zoom() -> ZoomCredentials | None:
        z = settings.zoom
        secret = z.client_secret or _from_keyring(z.client_id)
        if not (z.account_id and z.client_id and secret):
            return None
        return ZoomCredentials(z.account_id, z.client_id, secret)

    return OpenDesktop(
        places_of(settings, environ),
        toolbox,
        opener=system_opener if settings.open.launch else lambda _target: False,
        zoom_credentials=zoom,
    )


def _from_keyring(user: str) -> str:
    """Return the secret that the system's keyring holds for `tinyagent-zoom`; empty where there is none."""
    try:
        import keyring
    except ImportError:
        return ""
    try:
        return keyring.get_password("tinyagent-zoom", user) or ""
    except keyring.errors.KeyringError:
        return ""
