"""`tinyagent learn`: fine-tune the planner and its retriever (needs the `learn` extra)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyagent_cli.commands import _house
from tinyagent_cli.commands._options import Json
from tinyagent_cli.commands._report import emit
from tinyagent_cli.errors import UsageError

if TYPE_CHECKING:
    from tinyagent_cli.learning.corpus import Example

app = typer.Typer(add_completion=False, help="Fine-tune the planner and its retriever.", no_args_is_help=True)

Corpus = Annotated[
    Path, typer.Option("--corpus", metavar="DIR", help="Folder with train-*.txt and dev-*.txt.")
]
Run = Annotated[
    Path, typer.Option("--run", metavar="DIR", help="Folder of checkpoints and of the learning curve.")
]
Base = Annotated[
    str, typer.Option("--base", metavar="MODEL", help="The model to adapt, a GGUF file or its name; the starter's base if left out.")
]


class Dialect(StrEnum):
    """How a planner is asked and answers."""

    compact = "compact"
    full = "full"


@app.command("planner")
def planner(
    *,
    corpus: Corpus = Path("corpus"),
    run: Run = Path("runs/planner"),
    base: Base = "",
    epochs: Annotated[float, typer.Option(help="How often every command is seen.")] = 5.0,
    minutes: Annotated[
        float, typer.Option(help="End after so many minutes instead; 0 for no such end.")
    ] = 0.0,
    rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 1e-3,
    rank: Annotated[int, typer.Option(help="Rank of the adapter; alpha is twice that.")] = 32,
    batch: Annotated[int, typer.Option(help="Commands a step.")] = 16,
    augmentation: Annotated[float, typer.Option(help="Strength of augmentation; 0 for none.")] = 1.0,
    emphasis: Annotated[
        str, typer.Option(help="Variants an epoch of a command whose plan has 0, 1, 2 ... steps; the last for more.")
    ] = "1",
    dialect: Annotated[
        Dialect, typer.Option(help="compact: the tools are learned; full: the published prompt, for larger models.")
    ] = Dialect.compact,
    seed: Annotated[int, typer.Option(help="Seed of everything random.")] = 17,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the last checkpoint of the run.")
    ] = False,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the finished files go.")] = Path(
        "runs/starter"
    ),
) -> None:
    """Train the adapter and the retriever on train-*.txt and write them in the form in which they run."""
    _needs_learning()
    from tinyagent_cli.learning import finish, planner_training
    from tinyagent_cli.models import locate
    from tinyagent_cli.planner import starter

    house = _house.open_house()
    tools = {tool.name: tool for tool in house.toolbox}
    recipe = planner_training.Recipe(
        rank=rank, alpha=2 * rank, rate=rate, epochs=epochs, batch=batch, augmentation=augmentation, seed=seed,
        minutes=minutes or None, dialect=dialect.value,
        emphasis=_numbers(emphasis),
    )  # fmt: skip
    file = locate(base) if base else starter.base()
    house.screens.err.print(f"training on {corpus}/train-*.txt; the curve grows in {run / 'curve.jsonl'}")
    planner_training.train(file, lambda: _examples(house, corpus, "train"), tools, run, recipe, resume=resume)
    if not planner_training.first_process():
        return
    adapter, retriever = finish.ship(
        run, file, out, {"description": f"{recipe}", "license": "apache-2.0"}, dialect=dialect.value,
        named=base or "starter",
    )  # fmt: skip
    finish.draw_curve(run, out / "learning-curve.png")
    then = f"\n{retriever}\nnow choose the threshold: tinyagent learn retriever --out {out}" if retriever else ""
    house.screens.out.print(f"{adapter}{then}\nit is a model now: tinyagent plan --model {out} ...")


@app.command("retriever")
def retriever(
    *,
    corpus: Corpus = Path("corpus"),
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder of planner.gguf and retriever.npz.")
    ] = Path("runs/starter"),
    base: Base = "",
    recall: Annotated[float, typer.Option(help="Share of the needed tools that must be offered.")] = 0.998,
) -> None:
    """Choose the retriever's threshold on dev-*.txt. The head itself is trained together with the planner."""
    from tinyagent_cli.learning import finish
    from tinyagent_cli.models import locate
    from tinyagent_cli.planner import starter
    from tinyagent_cli.planner.dialects import compact_prompt
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.retrieval.head import LogitHead

    house = _house.open_house()
    engine = Engine(locate(base) if base else starter.base(), out / "planner.gguf")
    head = LogitHead(out / "retriever.npz")
    scored = []
    for example in _examples(house, corpus, "dev"):
        logits = engine.evaluate(compact_prompt.encode(example.command, engine.tokenize))
        scored.append((example, dict(head.retrieve(logits, house.toolbox).scores)))
    threshold = finish.choose_threshold(out / "retriever.npz", scored, recall)
    offered = sum(max(1, sum(s >= threshold for s in scores.values())) for _, scores in scored) / len(scored)
    house.screens.out.print(
        f"threshold {threshold:.5f}: recall {recall}, {offered:.2f} tools offered on average"
    )


@app.command("generate")
def generate(
    *,
    model: Annotated[
        str, typer.Option("--model", "-m", metavar="URL", help="Address of an OpenAI-compatible server; planner.model if left out.")
    ] = "",
    count: Annotated[int, typer.Option(min=1, help="How many examples the file shall have.")] = 100,
    each: Annotated[int, typer.Option(min=1, max=20, help="How many to ask for at once.")] = 5,
    corpus: Corpus = Path("corpus"),
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Corpus file to write, or to go on with.")] = Path(
        "corpus/train-generated.txt"
    ),
    price: Annotated[
        tuple[float, float],
        typer.Option(metavar="IN OUT", help="What a million tokens cost, read and written, to count the cost."),
    ] = (0.0, 0.0),
    seed: Annotated[int, typer.Option(help="Seed of the tools that are sampled.")] = 17,
    as_json: Json = False,
) -> None:
    """Let a capable model write examples: tools are sampled, every answer is checked, duplicates are left out.

    Interrupted, it goes on with the same command. FILE.log.jsonl says what was rejected and why.
    """
    from tinyagent_cli.learning.generation import Generation
    from tinyagent_cli.learning.generation import generate as run
    from tinyagent_cli.models.names import EndpointName, source_of
    from tinyagent_cli.planner.endpoint_key import open_endpoint
    from tinyagent_cli.view import generating

    house = _house.open_house()
    source = source_of(model or house.settings.planner.model)
    if not isinstance(source, EndpointName):
        raise UsageError("generating needs a capable model behind a server: --model http://127.0.0.1:8000/v1")
    shown = _examples(house, corpus, "train")
    work = Generation(
        house.toolbox, out, [*shown, *_examples(house, corpus, "dev")], [e for e in shown if len(e.command) < 160],
        a_request=each, seed=seed,
    )  # fmt: skip
    with generating.shown(house.screens.err, work, count) as on_request:
        run(work, open_endpoint(source, house.settings.endpoint), count, on_request)
    report = generating.with_cost(work.report(), price)
    if as_json:
        emit({"version": 1, "file": out.name, **report})
    else:
        house.screens.out.print(generating.table(report))


def _numbers(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError as fault:
        raise UsageError(f"--emphasis takes numbers with commas between them: {text!r}") from fault
    if min(found) < 0 or not any(found):
        raise UsageError("--emphasis takes numbers from 0 on, and not only 0")
    return found


def _examples(house: _house.House, folder: Path, part: str) -> list[Example]:
    from tinyagent_cli.learning import corpus

    files = sorted(folder.glob(f"{part}-*.txt"))
    if not files:
        raise UsageError(f"{folder}: no {part}-*.txt there")
    return list(corpus.read(files, {tool.name: [p.name for p in tool.parameters] for tool in house.toolbox}))


def _needs_learning() -> None:
    try:
        import accelerate  # noqa: F401
        import gguf  # noqa: F401
        import peft  # noqa: F401
        import torch  # noqa: F401
    except ImportError as fault:
        raise UsageError(f"learning needs {fault.name}: pip install 'tinyagent-cli[learn]'") from fault
