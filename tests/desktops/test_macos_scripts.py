"""The AppleScript files, as far as they can be held against something without a Mac: their structure, and the
words they use against the applications' own scripting dictionaries."""

import json
import re
from pathlib import Path

import pytest
from mac_doubles import SCRIPTS, parameters_of

from tinyagent_cli.desktops.applescript import COMMON, source

DATA = Path(__file__).parent / "data"
DICTIONARIES = json.loads((DATA / "macos_terms.json").read_text("utf-8"))["apps"]
NEWER = json.loads((DATA / "macos_terms_newer.json").read_text("utf-8"))["apps"]
LANGUAGE = set(
    "if then else end repeat with in from to thru tell application set of the whose is not and or contains does contain "
    "contents count text integer alias item items every first last my me it return try on error exit true false missing value "
    "as a end at after before linefeed properties rest new make exists delete close saving yes no id activate while".split()
)


def code(text: str) -> list[str]:
    """The lines of a script without comments and the insides of strings."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', text)
    return [re.sub(r"--.*", "", line).strip() for line in bare.splitlines()]


def opened(line: str) -> str | None:
    """The kind of block that a line opens, None where it opens none."""
    if re.match(r"on error\b", line):
        return None
    if found := re.match(r"on (\w+)", line):
        return found[1]
    if re.match(r"if .* then$", line):
        return "if"
    if re.match(r"tell .*", line) and " to " not in line:
        return "tell"
    found = re.match(r"(repeat|try|considering)\b", line)
    if found:
        return found[1]
    return "timeout" if line.startswith("with timeout of ") else None


def unbalanced(text: str) -> list[str]:
    """What is opened and not closed by its own name, or closed and not opened."""
    stack: list[str] = []
    for number, line in enumerate(code(text), 1):
        if found := re.match(r"end (\w+)$", line):
            if not stack or stack.pop() != found[1]:
                return [f"line {number}: {line}"]
        elif line.startswith(("else", "on error")):
            wanted = "if" if line.startswith("else") else "try"
            if not stack or stack[-1] != wanted:
                return [f"line {number}: {line}"]
        elif kind := opened(line):
            stack.append(kind)
    return stack


def test_every_script_is_there():
    assert [path.parent.name for path in SCRIPTS] == [
        "calendar",
        "contacts",
        "mail",
        "messages",
        "notes",
        "reminders",
    ]


@pytest.mark.parametrize("path", [COMMON, *SCRIPTS], ids=lambda p: p.parent.name)
def test_blocks_brackets_and_quotes_are_balanced(path):
    text = path.read_text("utf-8")
    assert unbalanced(text) == []
    for number, line in enumerate(code(text), 1):
        for left, right in ("()", "{}"):
            assert line.count(left) == line.count(right), f"line {number}"
        assert line.replace('""', "").count('"') == 0, f"line {number}"


def test_the_balance_check_sees_a_missing_end():
    text = SCRIPTS[0].read_text("utf-8")
    for end in ("end tell", "end timeout", "end repeat", "end if", "end try"):
        if end in text:
            assert unbalanced(text.replace(end, "", 1)), end


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.parent.name)
def test_dispatch_hands_every_handler_as_many_arguments_as_it_takes(path):
    text = path.read_text("utf-8")
    handlers = parameters_of(text)
    dispatched = re.findall(r'if handlerName is "(\w+)" then return (\w+)\((.*)\)', text)
    assert dispatched
    for name, called, inside in dispatched:
        assert name == called
        expected = ", ".join(f"item {k} of argValues" for k in range(1, len(handlers[name]) + 1))
        assert inside == expected, name


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.parent.name)
def test_handlers_called_by_the_script_are_there_and_take_as_many_arguments(path):
    handlers = parameters_of(source(path))
    lines = "\n".join(code(source(path)))
    for found in re.finditer(r"\bmy (\w+)\(", lines):
        depth, commas, at = 1, 0, found.end()
        while depth:
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(lines[at], 0)
            commas += lines[at] == "," and depth == 1
            at += 1
        given = commas + 1 if lines[found.end() : at - 1].strip() else 0
        assert given == len(handlers[found[1]]), found[1]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.parent.name)
def test_no_script_runs_text_as_code_or_presses_keys_or_reads_dates_as_text(path):
    lines = "\n".join(code(source(path)))
    assert not re.search(
        r"do shell script|run script|load script|keystroke|key code|System Events|\bdate \"", lines
    )
    assert 'application "System Events"' not in source(path)
    assert source(path).isascii()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.parent.name)
def test_every_handler_that_speaks_to_the_app_ends_by_itself_in_time(path):
    text = path.read_text("utf-8")
    entries = re.findall(r"then return (\w+)\(", text)
    for name in entries:
        body = re.search(rf"^on {name}\(.*?^end {name}$", text, re.DOTALL | re.MULTILINE)
        assert body
        assert "with timeout of 45 seconds" in body[0], name


def vocabulary(app: str) -> set[str]:
    """Every word that the app's dictionary knows: classes and their plurals, properties, commands, their options."""
    known, newer = DICTIONARIES[app], NEWER.get(app, {})
    classes = set(known["classes"])
    words = set(classes) | {f"{name[:-1]}ies" if name.endswith("y") else f"{name}s" for name in classes}
    for properties in known["classes"].values():
        words |= set(properties)
    for command, options in known["commands"].items():
        words |= {command, *options}
    return words | set(newer)


def unknown_words(path: Path) -> set[str]:
    """Words inside `tell application` that neither the app, nor the language, nor the script itself declares."""
    app = path.parent.name.capitalize()
    known = vocabulary(app)
    text = path.read_text("utf-8")
    own = {name for names in parameters_of(source(path)).values() for name in names} | set(
        parameters_of(source(path))
    )
    own |= set(re.findall(r"\bset (\w+) to", text)) | set(re.findall(r"repeat with (\w+) in", text))
    longest = max(len(term.split()) for term in known)
    unknown: set[str] = set()
    depth = 0
    for line, whole in zip(code(text), text.splitlines(), strict=True):
        if 'tell application "' in whole:
            assert f'tell application "{app}"' in whole
            depth = 1
            continue
        if depth and line.startswith("tell "):
            depth += 1
        if line == "end tell":
            depth -= 1
        if not depth:
            continue
        words = re.findall(r"[A-Za-z]\w*", line)
        at = 0
        while at < len(words):
            for size in range(longest, 0, -1):
                term = " ".join(words[at : at + size])
                if size <= len(words) - at and (term in known or (size == 1 and term in own | LANGUAGE)):
                    at += size
                    break
            else:
                unknown.add(words[at])
                at += 1
    return unknown


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.parent.name)
def test_every_word_is_in_the_apps_scripting_dictionary(path):
    assert unknown_words(path) == set()


def test_the_dictionary_check_sees_a_property_that_does_not_exist(tmp_path):
    folder = tmp_path / "calendar"
    folder.mkdir()
    for wrong in ("start date:startMoment", "uid of newEvent"):
        text = SCRIPTS[0].read_text("utf-8")
        assert wrong in text
        (folder / "macos.applescript").write_text(
            text.replace(wrong, wrong.replace("start ", "begin ").replace("uid", "key"))
        )
        assert unknown_words(folder / "macos.applescript") in ({"begin", "date"}, {"key"})


def test_terms_newer_than_the_dictionaries_are_in_none_of_them():
    for app, terms in NEWER.items():
        known = DICTIONARIES[app]
        flat = (
            set(known["classes"]) | set(known["commands"]) | {p for c in known["classes"].values() for p in c}
        )
        assert not flat & set(terms), app
        assert all(terms.values()), app
