"""Where the desktop `open` keeps things: overrides, other programs' configuration, the XDG base directories."""

from __future__ import annotations

import os

import pytest

from tinyagent_cli.desktops.places import Places
from tinyagent_cli.errors import SettingsError


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def found(home, *, env=None, **overrides):
    home.mkdir(exist_ok=True)
    return Places.found(overrides, {"HOME": str(home), **(env or {})})


def test_without_any_configuration_the_base_directories_are_used(home):
    places = found(home)
    assert places.events == home / ".local/share/calendars/personal"
    assert places.reminders == home / ".local/share/calendars/reminders"
    assert places.contacts == (home / ".local/share/contacts",)
    assert places.notes == home / "Documents/Notes"
    assert places.state == home / ".local/state/tinyagent"
    assert places.search[-1] == home
    assert not list(home.iterdir()), "finding makes nothing"


def test_the_base_directories_variables_are_followed_relative_ones_ignored(home, tmp_path):
    places = found(home, env={"XDG_DATA_HOME": str(tmp_path / "d"), "XDG_STATE_HOME": "relative"})
    assert places.events == tmp_path / "d/calendars/personal"
    assert places.state == home / ".local/state/tinyagent"


def test_khals_calendars_are_used_with_their_names_and_default(home):
    for name in ("one", "two", "shared"):
        (home / "cal" / name).mkdir(parents=True)
    (home / "work-ics").mkdir()
    write(home / ".config/khal/config", """
[calendars]
[[all]]
path = ~/cal/*
type = discover
[[Office]]  # at work
path = $HOME/work-ics
color = dark green
[[holidays]]
path = ~/cal/shared
readonly = True
[default]
default_calendar = Office
""")  # fmt: skip
    places = found(home)
    assert places.events == home / "work-ics"
    assert [c.name for c in places.calendars] == ["one", "shared", "two", "Office"]


def test_todomans_lists_are_used_and_its_configuration_is_never_run(home):
    for name in ("chores", "tasks"):
        (home / "todo" / name).mkdir(parents=True)
    write(
        home / ".config/todoman/config.py",
        'path = "~/todo/*"\ndefault_list = "chores"\nimport os\nos.mkdir("/ran")\n',
    )
    places = found(home)
    assert places.reminders == home / "todo/chores"
    assert [c.name for c in places.lists] == ["chores", "tasks"]


def test_khards_address_books_are_used(home):
    write(
        home / ".config/khard/khard.conf",
        "[addressbooks]\n[[family]]\npath = ~/cards/family/\n[[friends]]\npath = ~/cards/friends\n",
    )
    assert found(home).contacts == (home / "cards/family", home / "cards/friends")


def test_vdirsyncers_collections_serve_where_nothing_else_is_configured(home):
    (home / "dav/cal/a").mkdir(parents=True)
    write(home / ".config/vdirsyncer/config", """
[general]
status_path = "~/.status"
[pair cal]
a = "here"
b = "there"
[storage here]
type = "filesystem"
path = "~/dav/cal/"
fileext = ".ics"
[storage cards]
type = "filesystem"
path = "~/dav/cards/"
fileext = ".vcf"
[storage there]
type = "caldav"
url = "https://example.com"
""")  # fmt: skip
    places = found(home)
    assert places.events == home / "dav/cal/a"
    assert places.contacts == (home / "dav/cards",)


def test_overrides_win_and_empty_ones_count_as_none(home):
    write(home / ".config/khard/khard.conf", "[addressbooks]\n[[family]]\npath = ~/cards/family/\n")
    places = found(
        home, contacts=f"~/a{os.pathsep}~/b", notes="", events="~/c/mine", calendars="~/c/*", name="Me"
    )
    assert places.contacts == (home / "a", home / "b")
    assert places.notes == home / "Documents/Notes"
    assert places.events == home / "c/mine"
    assert [c.name for c in places.calendars] == ["mine"]
    assert places.name == "Me"


def test_an_unknown_override_is_an_error_that_lists_the_known_ones(home):
    with pytest.raises(SettingsError, match=r"'calender'.*calendars"):
        found(home, calender="x")


def test_a_maildir_in_a_usual_place_is_found_and_maildir_names_another(home, tmp_path):
    (home / "Mail/INBOX/cur").mkdir(parents=True)
    assert found(home).mail == home / "Mail"
    assert found(home, env={"MAILDIR": str(tmp_path / "m")}).mail == tmp_path / "m"


def test_who_the_person_is_comes_from_overrides_environment_or_git(home):
    write(home / ".gitconfig", '[user]\n\tname = "Git Name"\n\temail = git@example.com\n')
    assert (found(home).name, found(home).address) == ("Git Name", "git@example.com")
    assert found(home, env={"EMAIL": "env@example.com"}).address == "env@example.com"
    assert found(home, address="given@example.com").address == "given@example.com"


def test_documents_are_where_the_desktop_says(home):
    write(home / ".config/user-dirs.dirs", 'XDG_DOCUMENTS_DIR="$HOME/Dokumente"\n')
    assert found(home).notes == home / "Dokumente/Notes"


@pytest.mark.parametrize("noise", [b"\xff\xfe\x00", b"[[[[\n]]]]\n=\n==\n[", b"x" * 100_000, b""])
@pytest.mark.parametrize(
    "name", ["khal/config", "todoman/config.py", "khard/khard.conf", "vdirsyncer/config", "user-dirs.dirs"]
)
def test_broken_configuration_of_other_programs_is_passed_over(home, name, noise):
    path = home / ".config" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(noise)
    assert found(home).notes == home / "Documents/Notes"
