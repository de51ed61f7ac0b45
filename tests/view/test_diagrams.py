"""Diagrams' sources hold data only as text."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest

from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.toolbox import built_in
from tinyagent_cli.view.diagrams import dot, mermaid
from tinyagent_cli.view.rows import rows

NOW = dt.datetime(2026, 3, 4, 9, 30)
PLAN = Plan(
    (
        Step(1, "get_email_address", {"name": 'Sid"]; x --> y; <b>'}),
        Step(
            2,
            "compose_new_email",
            {"recipients": ("$1",), "cc": (), "subject": 'a "b" \\ c', "context": "d\ne", "attachments": ()},
        ),
    )
)


def test_mermaid_has_a_node_a_step_and_an_edge_a_reference() -> None:
    text = mermaid(rows(PLAN, built_in(), NOW))
    assert text.splitlines()[0] == "flowchart TD"
    assert "    s1 --> s2" in text.splitlines()
    assert text.count('"') == 4
    assert "<b>" not in text


def test_dot_has_a_node_a_step_and_an_edge_a_reference() -> None:
    text = dot(rows(PLAN, built_in(), NOW))
    assert "    s1 -> s2;" in text.splitlines()
    assert 'subject: a \\"b\\" \\\\ c' in text


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_reads_it() -> None:
    made = subprocess.run(
        ["dot", "-Tsvg"], input=dot(rows(PLAN, built_in(), NOW)), capture_output=True, text=True, check=True
    )
    assert "compose_new_email" in made.stdout
