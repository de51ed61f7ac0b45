"""What the fuzzer has found, and a short run of it. The long one: `python benchmarks/trust/fuzz.py --minutes 60`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / "trust"))

from guided import feed
from targets import BY_NAME, TOOLS, cards, compact, targets

from tinyagent_cli import settings_file
from tinyagent_cli.errors import PlanError, SettingsError

TARGETS = {target.name: target for target in targets()}


@pytest.mark.parametrize("name", list(TARGETS))
def test_a_reader_that_is_fed_for_a_second_has_no_fault(name):
    result = feed(TARGETS[name], 1.0, seed="short")
    assert result.findings == {}
    assert result.executions > 0


@pytest.mark.parametrize("end", ["", ":+1 202 555 0142", 'x"y:1', ";;:1"])
@pytest.mark.parametrize("piece", ["YPE=cell", ";YPE=cell", ";", ",a", '"'])
def test_a_line_of_a_card_without_an_end_is_refused_at_once(piece, end):
    began = time.process_time()
    cards.cards_of(f"BEGIN:VCARD\nVERSION:3.0\nFN:G\nTEL;TYPE=cell{piece * 1500}{end}\nEND:VCARD\n".encode())
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "line",
    [
        "TEL;CELL;VOICE:+1 202",
        'item1.TEL;type="a,b",c:+1 202',
        "TEL;TYPE=:+1 202",
        "TEL;X-A=b c:+1 202",
        "TEL;:+1 202",
    ],
)
def test_odd_lines_that_the_library_reads_are_read(line):
    (card,) = cards.cards_of(f"BEGIN:VCARD\nVERSION:3.0\nFN:G\n{line}\nEND:VCARD\n".encode()).cards
    assert [v.text for v in card.phones] == ["+1 202"]


@pytest.mark.parametrize(
    "text",
    ["[open]\nsearch = " + "[" * 6000, "[policy]\nmax_sends = " + "9" * 5000, "[policy]\n" + "x = {" * 3000],
)
def test_a_configuration_that_exhausts_its_reader_is_a_fault_in_words(text):
    with pytest.raises(SettingsError, match="cannot be read"):
        settings_file.parse(text, Path("config.toml"))


def test_a_plan_of_thousands_of_lines_is_refused_at_once():
    began = time.process_time()
    with pytest.raises(PlanError, match="more than"):
        compact.read("text De\n" * 2500, TOOLS)
    assert time.process_time() - began < 2
    assert len(compact.read("text De\n" * 3, tuple(BY_NAME.values())).steps)


@pytest.mark.parametrize("zone", ["Vie/" * 4000 + "x", "../x", "a\0", "/etc/localtime", "."])
def test_a_request_to_the_helper_with_a_zone_that_is_none_is_refused_in_words(zone):
    from tinyagent_cli.resident import messages

    asked = {"op": "plan", "command": "x", "now": "2026-03-04T09:30:00", "fold": 0, "zone": zone}
    with pytest.raises(messages.MessageError, match="cannot be read"):
        messages.asked(messages.read(messages.line(asked)))
