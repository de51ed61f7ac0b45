"""Notes on the desktop `open`: Markdown files in folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nasty_strings import NASTY, kept

from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError


def test_a_note_is_a_markdown_file_with_its_title(world):
    made = world.do("create_note", name="Ideas: 50% off?", content="- one", folder="")
    assert Path(made.result).read_text() == "# Ideas: 50% off?\n\n- one\n"
    assert Path(made.result).parent == world.places.notes
    assert world.do("open_note", name="Ideas: 50% off?").result == "- one"


def test_a_folder_is_found_in_any_letters_or_made_and_said(world):
    assert Path(world.do("create_note", name="Soup", folder="recipes").result).parent.name == "Recipes"
    made = world.do("create_note", name="Route", folder="Trips/Kyoto")
    assert Path(made.result).relative_to(world.places.notes) == Path("Trips/Kyoto/Route.md")
    assert "new folder" in made.done
    world.desk.undo(made.undo)
    assert not (world.places.notes / "Trips").exists()


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_names_stay_below_the_notes_and_nasty_texts_read_back_exactly(world, text):
    made = world.do("create_note", name=text, content=text, folder=text)
    assert Path(made.result).resolve().is_relative_to(world.places.notes.resolve())
    assert world.do("open_note", name=text, folder=text).result == kept(text)
    assert world.do("open_note", name=made.result).result == kept(text)


def test_a_note_of_the_same_name_is_never_overwritten(world):
    before = (world.places.notes / "Groceries.md").read_text()
    made = world.do("create_note", name="groceries", content="new")
    assert Path(made.result).name == "groceries 2.md"
    assert "for there is one of that name already" in made.done
    assert (world.places.notes / "Groceries.md").read_text() == before


def test_appending_goes_on_with_a_list(world):
    world.do("append_note_content", name="groceries", content="Milk")
    assert world.do("open_note", name="Groceries").result.endswith("- Lemons\n- Milk")


def test_appending_to_prose_starts_a_line(world):
    made = world.do("append_note_content", name="Lemon cake", content="Serve cold\nwith cream")
    text = (world.places.notes / "Recipes" / "Lemon cake.md").read_text()
    assert text.endswith("180 °C.\nServe cold\nwith cream\n")
    world.desk.undo(made.undo)
    assert (world.places.notes / "Recipes" / "Lemon cake.md").read_text().endswith("180 °C.\n")


def test_names_that_only_come_near_are_asked_about(world):
    with pytest.raises(AmbiguousError) as near:
        world.do("open_note", name="meting notes")
    label, value = near.value.candidates[0]
    assert label == "Meeting notes"
    assert "launch" in world.do("open_note", name=value).result
    with pytest.raises(NotFoundError):
        world.do("append_note_content", name="Zzz", content="x")


def test_two_notes_of_a_name_are_asked_about_and_a_folder_decides(world):
    world.do("create_note", name="Groceries", content="party", folder="Recipes")
    with pytest.raises(AmbiguousError):
        world.do("open_note", name="Groceries")
    assert world.do("open_note", name="Groceries", folder="Recipes").result == "party"


def test_a_call_repeated_after_a_crash_is_done_once(world):
    call = world.call()
    for _ in range(2):
        made = world.do("create_note", with_call=call, name="Once", content="x")
    assert sorted(p.name for p in world.places.notes.glob("Once*")) == ["Once.md"]
    call = world.call()
    for _ in range(2):
        made = world.do("append_note_content", with_call=call, name="Once", content="more")
    assert Path(made.result).read_text().count("more") == 1
    world.desk.undo(made.undo)
    assert Path(made.result).read_text() == "# Once\n\nx\n"


def test_a_repeated_call_sees_its_text_even_if_the_person_wrote_on(world):
    call = world.call()
    before = next(world.places.notes.rglob("Lemon cake.md")).read_text()
    made = world.do("append_note_content", with_call=call, name="Lemon cake", content="Bake longer")
    path = Path(made.result)
    path.write_text(path.read_text() + "My own line\n")
    again = world.do("append_note_content", with_call=call, name="Lemon cake", content="Bake longer")
    assert path.read_text().count("Bake longer") == 1
    world.desk.undo(again.undo)
    assert path.read_text() == before + "My own line\n"


def test_a_note_that_is_no_text_is_left_alone(world):
    path = world.places.notes / "Binary.md"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DesktopError, match="not text"):
        world.do("append_note_content", name="Binary", content="x")
    assert path.read_bytes() == b"\xff\xfe\x00"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=200))
def test_any_text_reads_back_as_it_was(world, content):
    made = world.do("create_note", name="Any", content=content)
    assert world.do("open_note", name=made.result).result == content
