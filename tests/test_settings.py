"""Settings: where a value comes from, what a mistake in the file says, and edits that keep comments."""

from __future__ import annotations

import tomllib
from pathlib import Path

import jsonschema
import pytest

from tinyagent_cli import settings, settings_edit, settings_file, settings_values
from tinyagent_cli.errors import SettingsError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def load(file: Path, **environ: str) -> settings.Settings:
    return settings.load(environ={settings.HOME: str(file.parent), **environ})


def test_without_a_file_every_setting_has_its_default(file: Path) -> None:
    read = load(file)
    assert read.planner.model == "starter"
    assert read.origin("planner.model") == "default"


def test_the_file_wins_over_the_default_and_the_line_is_known(file: Path) -> None:
    file.write_text('# mine\n\n[planner]\nmodel = "other"\n')
    read = load(file)
    assert (read.planner.model, read.origin("planner.model")) == ("other", f"{file}:4")


def test_the_environment_wins_over_the_file_and_an_option_over_both(file: Path) -> None:
    file.write_text('[planner]\nmodel = "from-file"\n')
    environ = {settings.HOME: str(file.parent), "TINYAGENT_PLANNER_MODEL": "from-environment"}
    read = settings.load(environ=environ)
    assert (read.planner.model, read.origin("planner.model")) == (
        "from-environment",
        "TINYAGENT_PLANNER_MODEL",
    )
    read = settings.load({"planner.model": "from-option"}, environ)
    assert (read.planner.model, read.origin("planner.model")) == ("from-option", "--model")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("apps.off", "mail, zoom", ("mail", "zoom")),
        ("apps.off", '["mail"]', ("mail",)),
        ("planner.threads", "4", 4),
        ("open.launch", "off", False),
        ("desktop.kind", "open", "open"),
        ("policy.apps", '{ mail = "deny" }', {"mail": "deny"}),
    ],
)
def test_the_environment_is_read_by_type(file: Path, name: str, text: str, value: object) -> None:
    assert load(file, **{settings.variable(name): text}).value(name) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[planer]\n", 'line 1: there is no section [planer]; did you mean "planner"?'),
        ("[planner]\n\nmodle = 'x'\n", 'line 3: [planner] has no key "modle"; did you mean "model"?'),
        ("[planner]\nthreads = 'many'\n", "line 2: [planner] threads takes a whole number, not 'many'"),
        ("[planner]\nthreads = true\n", "threads takes a whole number, not True"),
        ("[planner]\nthreads = -1\n", "threads takes a whole number, not -1"),
        ("[desktop]\nkind = 'windows'\n", 'kind takes one of "auto", "open", "macos"'),
        ("[apps]\noff = 'mail'\n", "off takes a list of texts, not 'mail'"),
        (
            "[policy.apps]\nmail = 'never'\n",
            'line 1: [policy] apps takes a table whose values are one of "allow"',
        ),
        ("planner.modle = 'x'\n", 'line 1: [planner] has no key "modle"'),
        ("planner = 3\n", "[planner] is a section, not a value"),
        ("[planner\n", "line 1"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(file: Path, text: str, expected: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(file) in str(caught.value)
    assert expected in str(caught.value)


def test_every_mistake_is_named_at_once(file: Path) -> None:
    file.write_text("[planner]\nmodle = 'x'\n[nope]\n[apps]\noff = 1\n")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(caught.value).count("\n") == 2


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[planner]\nmodel = '\x80'"])
def test_a_file_that_is_no_text_is_an_error(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="not a text file in UTF-8"):
        load(file)


def test_a_directory_in_the_file_s_place_is_an_error(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load(file)


def test_a_file_named_by_the_environment_must_be_there(file: Path) -> None:
    with pytest.raises(SettingsError, match="TINYAGENT_CONFIG names it"):
        load(file, TINYAGENT_CONFIG=str(file))


def test_a_wrong_value_in_the_environment_names_the_variable(file: Path) -> None:
    with pytest.raises(
        SettingsError, match="TINYAGENT_PLANNER_THREADS: threads takes a whole number, not 'four'"
    ):
        load(file, TINYAGENT_PLANNER_THREADS="four")


def test_variables_that_are_no_setting_are_remembered(file: Path) -> None:
    assert load(file, TINYAGENT_PLANER_MODEL="x").strangers == ("TINYAGENT_PLANER_MODEL",)


def test_one_variable_puts_everything_in_one_folder(file: Path) -> None:
    folders = load(file).folders
    assert {folders.config, folders.data.parent, folders.state.parent, folders.cache.parent} == {file.parent}


def test_setting_a_value_keeps_the_comments(file: Path) -> None:
    file.write_text('# my settings\n[planner] # the brain\nmodel = "a"  # small\n')
    settings_edit.set_value(file, "planner.model", "b")
    settings_edit.set_value(file, "apps.off", "mail")
    text = file.read_text()
    assert "# my settings" in text
    assert "# the brain" in text
    assert "# small" in text
    assert tomllib.loads(text) == {"planner": {"model": "b"}, "apps": {"off": ["mail"]}}


def test_the_first_value_set_makes_a_file_that_explains_every_setting(file: Path) -> None:
    settings_edit.set_value(file, "zoom.client_secret", 'a "quoted" \\ secret')
    text = file.read_text()
    assert all(f"{each.name} = " in text for _, each in settings.names())
    assert load(file).zoom.client_secret == 'a "quoted" \\ secret'
    assert load(file).planner == settings.PlannerSettings()


@pytest.mark.parametrize("name", [name for name, _ in settings.names()])
def test_every_default_can_be_set_and_read_back(file: Path, name: str) -> None:
    default = settings.Settings().value(name)
    settings_edit.set_value(
        file,
        name,
        ",".join(default) if isinstance(default, tuple) else settings_edit.toml(default).strip('"'),
    )
    assert load(file).value(name) == default
    assert load(file).origin(name).startswith(str(file))


def test_a_wrong_value_is_not_written(file: Path) -> None:
    with pytest.raises(SettingsError, match="takes a whole number"):
        settings_edit.set_value(file, "planner.threads", "many")
    with pytest.raises(SettingsError, match=r'did you mean "planner\.threads"'):
        settings_edit.set_value(file, "planner.thread", "2")
    assert not file.exists()


def test_a_file_with_mistakes_is_not_changed(file: Path) -> None:
    file.write_text("[planner]\nmodle = 'x'\n")
    with pytest.raises(SettingsError, match="modle"):
        settings_edit.set_value(file, "planner.threads", "2")
    assert file.read_text() == "[planner]\nmodle = 'x'\n"


def test_nothing_half_written_stays_where_writing_fails(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsError, match="cannot be written"):
        settings_edit.write(file, "x")
    assert list(file.parent.iterdir()) == [file]


def test_the_schema_says_what_the_reader_says(file: Path) -> None:
    validator = jsonschema.Draft202012Validator(settings_values.schema())
    validator.check_schema(settings_values.schema())
    good = tomllib.loads(settings_edit.changed_text(settings_edit.template(), "policy.apps", {"mail": "ask"}))
    assert validator.is_valid(good)
    for text in (
        "[planer]\n",
        "[planner]\nmodle = 'x'",
        "[planner]\nthreads = 'x'",
        "[policy.apps]\nmail = 'x'",
    ):
        assert not validator.is_valid(tomllib.loads(text))
        with pytest.raises(SettingsError):
            settings_file.parse(text, file)
