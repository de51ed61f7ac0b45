"""Examples generated over HTTP by a server that answers with plans of the corpus, good and spoiled."""

import json
import random
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema
import pytest
from strategies import CORPUS, TOOLS, examples

from tinyagent_cli.errors import PlanError
from tinyagent_cli.learning import corpus, generation
from tinyagent_cli.learning.generation import Generation
from tinyagent_cli.models.names import EndpointName
from tinyagent_cli.planner.endpoint_client import Endpoint, EndpointError
from tinyagent_cli.view import generating

NAMES = {tool.name: [p.name for p in tool.parameters] for tool in TOOLS}
TRAIN = [e for e in examples() if e.id.startswith("train-")]
SHOWN = TRAIN[::40]


@contextmanager
def server(answer):
    """Serve chat completions; `answer(messages)` is the text, or a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = answer(body["messages"])
            self.send_response(said if isinstance(said, int) else 200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            if isinstance(said, int):
                return
            events = [{"choices": [{"delta": {"content": said[i : i + 50]}}]} for i in range(0, len(said), 50)]
            events += [{"choices": [], "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}]
            self.wfile.write("".join(f"data: {json.dumps(e)}\n\n" for e in events).encode() + b"data: [DONE]\n\n")

        def log_message(self, *args):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield Endpoint(EndpointName(f"http://127.0.0.1:{http.server_port}/v1"), tries=1)
    finally:
        http.shutdown()


def offered(messages):
    return {name for name in NAMES if f"{name}(" in messages[0]["content"].split("Rules for commands")[0]}


def from_corpus(messages, rng=random.Random(3)):  # noqa: B008
    """Commands of the corpus that the offered tools fulfil: as today is another day, only those without a time."""
    possible = "can NOT do" not in messages[0]["content"]
    fit = [
        e for e in TRAIN
        if e.plan.refused != possible and {s.tool for s in e.plan.steps} <= offered(messages) and "at(" not in corpus.write(e, {t.name: t for t in TOOLS})
    ]  # fmt: skip
    return "Here they are.\n\n" + "\n".join(generation.asked(e, TOOLS) for e in rng.sample(fit, min(4, len(fit))))


def work(out, **more):
    return Generation(TOOLS, out, more.pop("known", []), SHOWN, a_request=4, seed=5)


def test_what_is_generated_can_be_read_as_corpus_and_is_all_different(tmp_path):
    out = tmp_path / "train-generated.txt"
    with server(from_corpus) as endpoint:
        generation.generate(work(out), endpoint, 30)
    found = list(corpus.read([out], NAMES))
    assert len(found) >= 30
    assert len({e.command for e in found}) == len(found)
    before = {e.command: e.plan for e in TRAIN}
    assert all(before[e.command] == e.plan for e in found)


def test_the_report_counts_what_it_cost_and_is_what_its_schema_says(tmp_path):
    with server(from_corpus) as endpoint:
        made = work(tmp_path / "train-generated.txt")
        generation.generate(made, endpoint, 5)
    report = generating.with_cost(made.report(), (2.0, 30.0))
    assert report["cost"] == pytest.approx(report["requests"] * (1000 * 2 + 100 * 30) / 1e6)
    schema = json.loads((CORPUS.parent / "docs/schemas/generate.schema.json").read_text())
    jsonschema.validate({"version": 1, "file": "train-generated.txt", **report}, schema)


def test_it_goes_on_where_it_was_broken_off_and_asks_nothing_twice(tmp_path):
    out, asked = tmp_path / "train-generated.txt", []

    def failing(messages):
        asked.append(messages[0]["content"])
        return 503 if len(asked) == 4 else from_corpus(messages)

    with server(failing) as endpoint:
        with pytest.raises(EndpointError):
            generation.generate(work(out), endpoint, 40)
        before = list(corpus.read([out], NAMES))
        log = tmp_path / "train-generated.txt.log.jsonl"
        log.write_text(log.read_text() + '{"request": 3, "cut')
        again = work(out)
        assert again.accepted == len(before)
        generation.generate(again, endpoint, 40)
    assert asked[3] == asked[4]
    assert len(set(asked)) == len(asked) - 1
    assert [e.command for e in corpus.read([out], NAMES)][: len(before)] == [e.command for e in before]
    assert again.report()["tokens"] == {"prompt_tokens": 1000 * (len(asked) - 1), "completion_tokens": 100 * (len(asked) - 1)}


GOOD = '1. get_phone_number("Bob")\n2. send_sms(["$1"], "Hi")\n3. join()<END_OF_PLAN>'


@pytest.mark.parametrize(
    ("command", "plan", "kind"),
    [
        ("text Bob hi", GOOD, ""),
        ("text Rob hi", GOOD, "name"),
        ("say to Bob hi", GOOD.replace("send_sms", "send_fax"), "plan"),
        ("tell Bob hi", GOOD.replace('["$1"]', '["$2"]'), "plan"),
        ("write Bob hi", GOOD.replace('["$1"]', '"$1"'), "plan"),
        ("send Bob hi", "1. join()<END_OF_PLAN>", "refusal"),
        ("text Bob and hi to 5551234", GOOD.replace("$1", "5551234"), "graph"),
        ("message Bob hi tomorrow", '1. create_reminder("Bob", "someday", "", "", 0, False)\n2. join()<END_OF_PLAN>', "moment"),
        ("message Bob hi today", '1. create_reminder("Bob", "tomorrow", "", "", 0, False)\n2. join()<END_OF_PLAN>', "moment"),
        ("hi text Bob", GOOD, "duplicate"),
    ],
)  # fmt: skip
def test_every_kind_of_fault_is_rejected_with_its_reason(tmp_path, command, plan, kind):
    now = TRAIN[0].now
    request = generation.Request(0, now, ("get_phone_number", "send_sms", "create_reminder"), True, [])
    made = work(tmp_path / "x.txt", known=[generation.Example("x", now, "text hi bob", TRAIN[0].plan)] if kind == "duplicate" else [])
    found = made.checked(command, plan + "\n", request)
    assert kind == getattr(found, "kind", ""), found


def test_a_model_that_writes_nothing_of_use_is_given_up_and_the_log_says_why(tmp_path):
    out = tmp_path / "train-generated.txt"
    with server(lambda messages: "Question: dance\n1. dance()\n2. join()<END_OF_PLAN>\n###\n") as endpoint:
        made = work(out)
        with pytest.raises(PlanError, match="ten answers"):
            generation.generate(made, endpoint, 5)
    assert made.report()["rejected"] == {"plan": 10}
    assert "dance" in (tmp_path / "train-generated.txt.log.jsonl").read_text()


def test_examples_written_in_the_notation_read_back_as_they_were(tmp_path):
    by_name = {tool.name: tool for tool in TOOLS}
    file = tmp_path / "all.txt"
    file.write_text("".join(corpus.write(e, by_name) for e in TRAIN[::7]), encoding="utf-8")
    for one, two in zip(TRAIN[::7], corpus.read([file], NAMES), strict=True):
        assert (one.command, one.now, one.plan) == (two.command, two.now, two.plan)
