"""Files that are hardly ever meant to leave the machine."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path

FOLDERS = frozenset({
    ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".gcloud", "gcloud", ".password-store", "keyrings", "keychains",
    ".mozilla", ".thunderbird", ".cert", "kwalletd", "1password", "bitwarden",
})  # fmt: skip
"""Folders of keys, credentials and password stores, in small letters."""
NAMES = (
    ".env", ".env.*", "*.env", "*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.ppk", "*.jks", "*.keystore", "*.kdb",
    "*.kdbx", "*.keychain", "*.keychain-db", "*.ovpn", "*.agilekeychain", "*.opvault", "id_rsa*", "id_dsa*", "id_ecdsa*",
    "id_ed25519*", "ssh_host_*", ".netrc", "_netrc", ".pgpass", ".npmrc", ".pypirc", ".git-credentials", ".htpasswd",
    "credentials", "credentials.*", "shadow", "wallet.dat", "logins.json", "key4.db", "cookies.sqlite", "login data",
    "passwords.*", "*.kwl", "master.key", "token.json", "client_secret*.json", "secrets.*", "*.gpg", "*.age",
    "rclone.conf", ".vault-token", ".*_history", "*.pgp", "chat-history", "journal.sqlite3*",
)  # fmt: skip
"""Patterns of file names, in small letters."""
HARMLESS = ("*.pub", ".env.example", ".env.sample", ".env.template")


def secret(text: str, home: Path) -> str:
    """Return the pattern that a path fits, be it by the name given or where it leads (symbolic links); "" for none."""
    for path in {_absolute(text, home), _real(text, home)}:
        for part in path.parts[:-1]:
            if part.casefold() in FOLDERS:
                return part
        name = path.name.casefold()
        if any(fnmatchcase(name, pattern) for pattern in HARMLESS):
            continue
        if name in FOLDERS:
            return path.name
        if fits := next((pattern for pattern in NAMES if fnmatchcase(name, pattern)), ""):
            return fits
    return ""


def outside(text: str, home: Path) -> bool:
    """True where a path leads out of the home folder."""
    return not _real(text, home).is_relative_to(_resolved(home))


def _absolute(text: str, home: Path) -> Path:
    """The path as given; `~` is the home folder, and what is relative counts from the working directory."""
    rest = text.removeprefix("file://")
    if rest == "~" or rest.startswith("~/"):
        return home / rest[1:].lstrip("/")
    return Path(os.path.expanduser(rest)).absolute()  # noqa: PTH111 (`~somebody` that is nobody stays as it is)


def _real(text: str, home: Path) -> Path:
    return _resolved(_absolute(text, home))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path
