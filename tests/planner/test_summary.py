"""Long texts are summarized in parts that fit, with the pages that they come from."""

from __future__ import annotations

from itertools import pairwise

from tinyagent_cli.planner import writer
from tinyagent_cli.planner.summary import MOST_PARTS, parts, summarize
from tinyagent_cli.planner.writer import Wanted


def words(text: str) -> int:
    return len(text.split())


def document(pages: int, each: int = 300) -> str:
    line = "This sentence is one of many. "
    return "\n\n".join(f"[page {n}]\n" + line * (each // 6) for n in range(1, pages + 1))


def test_sixty_pages_never_exceed_the_room_and_every_page_is_named() -> None:
    given: list[int] = []

    def write(text: str) -> str:
        given.append(words(text))
        return "It has many sentences."

    said = summarize(document(60), write, words, 1000)
    assert max(given) <= 1000
    assert said.startswith("It has many sentences.\n\nPages 1–")
    assert said.splitlines()[-1].startswith("Page")
    assert "60" in said.splitlines()[-1]


def test_pages_of_parts_follow_one_another() -> None:
    found = list(parts(document(10), words, 700))
    assert found[0].first == 1
    assert found[-1].last == 10
    assert all(a.last in {b.first, b.first - 1} for a, b in pairwise(found))
    assert "[page" not in found[0].text


def test_a_short_text_is_written_once_without_pages() -> None:
    assert summarize("[page 1]\nShort.", lambda text: f"<{text}>", words, 100) == "<Short.>"


def test_a_very_long_text_is_sampled() -> None:
    given: list[str] = []
    said = summarize(document(300), lambda text: given.append(text) or "x", words, 300)
    assert len(given) <= MOST_PARTS + 3
    assert said.endswith("The rest was left out: 24 of 300 parts were read, evenly spread.")


def test_a_text_without_any_break_is_cut() -> None:
    assert all(len(part.text) <= 100 for part in parts("x" * 5000, len, 100))


def test_summaries_that_get_no_shorter_come_to_an_end() -> None:
    assert summarize(document(20), lambda text: text, words, 400)


def test_instructions_reach_the_writer() -> None:
    assert writer.system("writer", "Write in\nSpanish").endswith(" Write in Spanish")
    assert writer.prompts(Wanted("mail", "", "", "Hi"), "Sign as Ana")[0].endswith(" Sign as Ana")
