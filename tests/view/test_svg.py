"""A plan as a picture: everything fits, nothing overlaps, nothing in a text can be markup."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyagent_cli.plan import notation
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.toolbox import built_in
from tinyagent_cli.view import svg
from tinyagent_cli.view.layers import Box, arrange
from tinyagent_cli.view.rows import Field, Row, rows

SPACE = "{http://www.w3.org/2000/svg}"
NOW = dt.datetime(2026, 3, 4, 9, 30).astimezone()
MAIL = """\
1. open_and_get_file_path("q3_report.pdf")
2. summarize_pdf("$1")
3. get_email_address("Dr. Patel")
4. compose_new_email(["$3"], [], "Summary", "$2", ["$1"])
5. join()"""


def drawn(text: str, command: str = "", theme: svg.Theme = "light") -> ET.Element:
    plan = resolve(notation.read(text, built_in()), built_in(), NOW, command)
    return ET.fromstring(svg.svg(rows(plan, built_in(), NOW), command, theme))


def said(picture: ET.Element) -> list[str]:
    return ["".join(each.itertext()) for each in picture.iter(f"{SPACE}text")]


@st.composite
def graphs(draw: st.DrawFn) -> dict[int, list[int]]:
    count = draw(st.integers(1, 14))
    return {n: draw(st.lists(st.integers(1, n - 1), unique=True, max_size=4)) if n > 1 else [] for n in range(1, count + 1)}


def overlap(one: Box, other: Box) -> bool:
    return one.x < other.x + other.width and other.x < one.x + one.width and one.y < other.y + other.height and other.y < one.y + one.height


@settings(max_examples=150, deadline=None)
@given(graphs(), st.integers(40, 300))
def test_no_two_steps_overlap_and_every_edge_leads_from_left_to_right(needs: dict[int, list[int]], height: int) -> None:
    picture = arrange(needs, {n: float(height + 17 * (n % 4)) for n in needs}, 320.0)
    assert set(picture.boxes) == set(needs)
    for one, other in combinations(picture.boxes.values(), 2):
        assert not overlap(one, other)
    assert len(picture.edges) == sum(map(len, needs.values()))
    for points in picture.edges:
        assert [x for x, _ in points] == sorted(x for x, _ in points)
    for box in picture.boxes.values():
        assert 0 <= box.x <= picture.width - box.width
        assert -0.01 <= box.y <= picture.height - box.height + 0.01


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_no_edge_runs_level_over_a_step(needs: dict[int, list[int]]) -> None:
    picture = arrange(needs, dict.fromkeys(needs, 90.0), 320.0)
    for points in picture.edges:
        for (x, y), (to_x, to_y) in pairwise(points[1:-1]):
            if y == to_y:
                level = Box(x + 1, y, to_x - x - 2, 0.1)
                assert not any(overlap(level, box) for box in picture.boxes.values())


def test_steps_without_edges_stand_in_a_grid() -> None:
    picture = arrange({n: [] for n in range(1, 10)}, dict.fromkeys(range(1, 10), 100.0), 320.0)
    assert len({box.x for box in picture.boxes.values()}) == 3
    assert picture.width > picture.height


def test_every_step_stands_in_the_picture_with_its_arguments_and_edges() -> None:
    picture = drawn(MAIL, "Summarize q3_report.pdf for Dr. Patel")
    texts = said(picture)
    for words in ("1  open_and_get_file_path", "4  compose_new_email", "nameDr. Patel", "subjectSummary", "create", "Summarize q3_report.pdf for Dr. Patel"):
        assert words in texts
    assert len([each for each in picture.iter(f"{SPACE}path") if each.get("class") == "edge"]) == 4
    assert "4. compose_new_email after 1, 2, 3" in (picture.findtext(f"{SPACE}desc") or "")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.text(max_size=300))
def test_whatever_a_text_holds_the_picture_is_xml_and_every_line_fits(value: str, command: str) -> None:
    row = Row(1, "create_note", "create", (Field("content", value, value),), ())
    picture = ET.fromstring(svg.svg([row], command))
    for each in picture.iter(f"{SPACE}text"):
        line, size = "".join(each.itertext()), float(each.get("font-size", "0"))
        room = svg.WIDTH if each.get("font-weight") and size == svg.TITLE_SIZE else svg.INNER
        bold = svg.BOLDER if each.get("font-weight") else 1
        if (label := each.find(f"{SPACE}tspan")) is not None:
            room -= svg.wide(label.text or "", float(label.get("font-size", "0"))) + svg.GAP
            line = line.removeprefix(label.text or "")
        assert svg.wide(line, size) * bold <= room + 0.01 or len(line) <= 2


def test_long_texts_are_cut_and_show_it() -> None:
    texts = said(drawn('1. create_note("Title", "' + "word " * 200 + '", "")\n2. join()'))
    assert sum("word" in line for line in texts) == svg.MOST_LINES
    assert any(line.endswith("…") for line in texts)


def test_more_arguments_than_a_card_holds_are_counted() -> None:
    row = Row(1, "x", None, tuple(Field(f"a{n}", "1") for n in range(10)), ())
    assert "and 3 more" in svg.svg([row])


def test_markup_in_a_command_stays_text() -> None:
    made = svg.svg([Row(1, "x", "read", (Field("a", "<script>&\u202e"),), ())], '"><script>alert(1)</script>\x07')
    assert "<script" not in made
    assert "\u202e" not in made


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("name", [*svg.EFFECTS, "text", "soft"])
def test_every_word_stands_out_from_its_card_in_both_themes(name: str, at: int) -> None:
    light, dark = sorted((luminance({**svg.EFFECTS, **svg.COLOURS}[name][at]), luminance(svg.COLOURS["card"][at])))[::-1]
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_each_theme_has_its_colours_and_auto_has_both() -> None:
    light, dark, auto = (svg.style(theme) for theme in ("light", "dark", "auto"))
    assert svg.COLOURS["back"][0] in light
    assert svg.COLOURS["back"][1] in dark
    assert "prefers-color-scheme: dark" in auto
    assert not re.search("prefers", light + dark)
