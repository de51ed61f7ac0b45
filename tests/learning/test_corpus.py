import re

import pytest
from strategies import CORPUS, TOOLS, examples

from tinyagent_cli.errors import PlanError
from tinyagent_cli.learning import corpus
from tinyagent_cli.plan import validation

NAMES = {tool.name: [p.name for p in tool.parameters] for tool in TOOLS}


def part(name):
    return [e for e in examples() if e.id.startswith(name)]


def words(text):
    return re.findall(r"[^\W_]+", text.casefold())


def test_every_plan_of_the_corpus_passes_the_sanity_checks_of_the_method():
    for example in examples():
        validation.check(example.plan, TOOLS)


def test_no_command_of_dev_stands_in_train():
    train = {" ".join(words(e.command)) for e in part("train")}
    assert [e.id for e in part("dev") if " ".join(words(e.command)) in train] == []


def test_no_long_command_of_dev_is_paraphrased_in_train():
    """Nearly the same words in nearly the same number: a copy with small changes."""
    train = [(e.id, set(words(e.command))) for e in part("train")]
    close = []
    for example in part("dev"):
        mine = set(words(example.command))
        if len(mine) >= 10:
            close += [(example.id, i) for i, w in train if len(mine & w) / len(mine | w) > 0.8]
    assert close == []


def test_the_reader_names_file_and_line_of_what_breaks_the_notation(tmp_path):
    file = tmp_path / "broken.txt"
    file.write_text("@now 2026-01-01 10:00\n\nQ: text Bob\n1. get_phone_number('Bob')\n3. send_sms(['$1'], '')\n")
    with pytest.raises(PlanError, match=r"broken\.txt:3.*step 2 is due"):
        list(corpus.read([file], NAMES))


def test_money_in_the_corpus_is_no_reference():
    [example] = [e for e in examples() if "$300 cash" in e.command]
    assert example.plan.steps[-1].depends_on == (2,)


def test_the_corpus_lies_where_the_tests_look():
    assert len(list(CORPUS.glob("train-*.txt"))) >= 13
    assert len(list(CORPUS.glob("dev-*.txt"))) == 13
