"""Writes the JSON Schemas of what the program prints with --json, one file each, into docs/schemas/.

    python docs/make_schemas.py

A field may be added to any object without notice. The version of an output changes when a field is taken away or
comes to mean something else.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "schemas"
Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SECONDS: Schema = {"type": "number", "minimum": 0}
RATE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
VERSION: Schema = {"const": 1}
CODE: Schema = {"enum": [0, 2, 3, 4, 5, 6, 7, 130]}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", "description": "Local time."}
INSTANT: Schema = {"type": "string", "format": "date-time"}
EFFECT: Schema = {"enum": ["read", "open", "create", "send"]}


def maybe(schema: Schema) -> Schema:
    """That, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(schema: Schema) -> Schema:
    """A list of that."""
    return {"type": "array", "items": schema}


def thing(optional: str = "", about: str = "", /, **properties: Schema) -> Schema:
    """An object; every property is there but the optional ones, which are named."""
    made: Schema = {"type": "object"}
    if about:
        made["description"] = about
    made["required"] = [name for name in properties if name not in optional.split()]
    made["properties"] = properties
    return made


def table(schema: Schema, about: str = "") -> Schema:
    """An object whose keys are not known beforehand."""
    return {"type": "object", **({"description": about} if about else {}), "additionalProperties": schema}


STEP = thing(
    id={"type": "integer", "minimum": 1},
    tool=TEXT,
    args=table({"anyOf": [TEXT, {"type": "integer"}, FLAG, TEXTS]}, "Moments as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS."),
    said=table(TEXT, "The words that said the moments among the arguments."),
    depends_on=listed({"type": "integer", "minimum": 1}),
)
TIMING = thing(load=SECONDS, retrieve=SECONDS, prefill=SECONDS, decode=SECONDS)
ERROR = thing("line column step", code=TEXT, message=TEXT, line=COUNT, column=COUNT, step=COUNT)
PLANNED = {
    "oneOf": [
        thing(
            version=VERSION, query=TEXT, now=MOMENT, model=TEXT, tools=TEXTS, steps=listed(STEP), refused=FLAG, reason=TEXT, timing=TIMING,
        ),
        thing("", "A command that could not be planned.", version=VERSION, query=TEXT, now=MOMENT, error=ERROR),
    ]
}  # fmt: skip
REPORTED = thing(
    id=COUNT,
    tool=TEXT,
    state={"enum": ["done", "failed", "skipped", "denied", "interrupted"]},
    result=maybe(TEXT),
    done=maybe(TEXT),
    error=maybe(thing(code=TEXT, message=TEXT)),
    reason=maybe(TEXT),
    warning=maybe(TEXT),
    seconds=SECONDS,
)
CARRIED = thing(
    "query now tools steps model timing transcript refused reason results policy report answer done not_done",
    query=TEXT, now=MOMENT, tools=TEXTS, steps=listed(STEP), model=TEXT, timing=TIMING, transcript={"type": "object"},
    refused=FLAG, reason=TEXT,
    results=table(TEXT, "With --dry-run: what was looked up, by step."),
    policy=table(thing(rule={"enum": ["allow", "ask", "deny"]}, reason=TEXT), "With --dry-run: what would be asked, by step."),
    report=thing(agreement=TEXT, seconds=SECONDS, steps=listed(REPORTED)),
    answer=TEXT, done=TEXTS, not_done=TEXTS,
)  # fmt: skip


def envelope(data: Schema, command: Schema, status: Schema = TEXT) -> Schema:
    """What every command that does something prints."""
    return thing(version=VERSION, command=command, status=status, exit_code=CODE, data=data, errors=listed(ERROR))


TOOL = {
    "name": TEXT, "app": TEXT, "effect": EFFECT, "description": TEXT, "signature": TEXT, "result": TEXT,
    "parameters": {"type": "object", "description": "The JSON Schema of the arguments."},
}  # fmt: skip
DONE_STEP = thing(
    id=TEXT, number=COUNT, tool=TEXT, effect=EFFECT, args={"type": "object"}, state=TEXT, began=INSTANT, ended=maybe(INSTANT),
    result=maybe(TEXT), done=maybe(TEXT), error=maybe(TEXT), can_be_undone=FLAG, beyond_recall=FLAG, undone=maybe(INSTANT),
)  # fmt: skip
ENTRY = thing(
    id=TEXT, at=INSTANT, command=TEXT, desktop=TEXT, now=INSTANT, state=TEXT, ended=maybe(INSTANT), undone=maybe(INSTANT),
    steps=listed(DONE_STEP),
)  # fmt: skip
MODEL = {
    "name": TEXT, "use": {"enum": ["planner", "retriever", "speech"]}, "about": TEXT, "licence": TEXT, "size": COUNT,
    "repository": TEXT, "files": TEXTS, "published_success": TEXT,
}  # fmt: skip
SUCCESS = table(thing(commands=COUNT, plan_success=RATE, full_success=RATE))
FIGURES = thing(
    model=TEXT, commands=COUNT, plan_success=RATE, full_success=RATE, moments_exact=RATE, names_exact=RATE, refused_of_none=RATE,
    refused_of_others=RATE, world_success=maybe(RATE), invalid=COUNT, tool_recall=RATE, mean_tools=SECONDS, seconds_median=SECONDS, seconds_p95=SECONDS, bytes=table(COUNT),
    by_steps=SUCCESS, by_tool=SUCCESS, by_file=SUCCESS, wrong_arguments=table(COUNT), published={"type": "object"},
)  # fmt: skip
FINDING = thing(name=TEXT, health={"enum": ["good", "note", "bad"]}, found=TEXT, remedy=TEXT)
CARRIERS: Schema = {"enum": ["run", "execute", "demo", "redo", "listen", "chat"]}
STATUS: Schema = {
    "description": "done, dry-run, partly-done, failed, interrupted, or the code of what went wrong, such as not-confirmed.",
    "type": "string",
}
SCHEMAS: dict[str, tuple[str, Schema]] = {
    "plan": ("tinyagent plan --json, and each line of tinyagent plan --batch", PLANNED),
    "run": ("run, execute, demo, redo and listen with --json", envelope(CARRIED, CARRIERS, STATUS)),
    "failure": ("any command with --json that fails before it has anything to say", envelope({"type": "object"}, TEXT)),
    "history": ("tinyagent history --json", thing(version=VERSION, entries=listed(ENTRY))),
    "undo": (
        "tinyagent undo --json",
        envelope(
            thing(steps=listed(thing(step=COUNT, fate={"enum": ["taken back", "nothing to take back", "beyond recall", "kept"]}, sentence=TEXT))),
            {"const": "undo"},
        ),
    ),
    "tools": ("tinyagent tools --json", thing(version=VERSION, tools=listed(thing(**TOOL)))),
    "tool": ("tinyagent tools show NAME --json", thing(version=VERSION, **TOOL)),
    "tools-check": (
        "tinyagent tools check --json",
        thing(version=VERSION, tools=listed(thing(origin=TEXT, **TOOL)), faults=listed(thing(origin=TEXT, message=TEXT))),
    ),
    "config": ("tinyagent config show --json", thing(version=VERSION, settings=table(thing(value={}, origin=TEXT)))),
    "doctor": ("tinyagent doctor --json", envelope(thing("findings network", findings=listed(FINDING), network=listed(FINDING)), {"const": "doctor"})),
    "init": (
        "tinyagent init --json",
        envelope(thing(file=TEXT, written=FLAG, settings={"type": "object"}), {"const": "init"}),
    ),
    "models": (
        "tinyagent models --json",
        thing(version=VERSION, planner=TEXT, cache=TEXT, models=listed(thing(**MODEL, present=FLAG, chosen=FLAG))),
    ),
    "generate": (
        "tinyagent learn generate --json",
        thing(
            version=VERSION, file=TEXT, requests=COUNT, taken=COUNT, cost=maybe(SECONDS),
            rejected={"type": "object", "additionalProperties": COUNT}, tokens={"type": "object", "additionalProperties": COUNT},
        ),
    ),
    "eval": ("tinyagent eval --json", thing(version=VERSION, sets=TEXTS, models=listed(FIGURES))),
}  # fmt: skip


def schema(name: str) -> Schema:
    """The whole schema of one output."""
    about, body = SCHEMAS[name]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:tinyagent:{name}-output:1"}
    return {**head, "title": f"What {about} prints", **body}


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name in SCHEMAS:
        (FOLDER / f"{name}.schema.json").write_text(json.dumps(schema(name), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
