"""`tinyagent models`: fetch, look over, choose and delete models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyagent_cli.commands._options import Json, Quiet
from tinyagent_cli.commands._report import emit, envelope, say

if TYPE_CHECKING:
    from pathlib import Path

    from tinyagent_cli.models.known import Known
    from tinyagent_cli.models.names import Source

app = typer.Typer(
    add_completion=False,
    help="Fetch, look over, choose and delete models.",
    invoke_without_command=True,
)
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="A known model, hf:owner/repo/file.gguf, a path or a server's URL.")
]


@app.callback()
def models(context: typer.Context, *, as_json: Json = False) -> None:
    """List the models."""
    if context.invoked_subcommand is None:
        listing(as_json=as_json)


@app.command("list")
def listing(*, as_json: Json = False) -> None:
    """List the known models, and which are on this machine."""
    from tinyagent_cli.models import Hub, places
    from tinyagent_cli.models.known import KNOWN
    from tinyagent_cli.settings import load

    hub, chosen = Hub.found(), load().planner.model
    here = {each.name for each in KNOWN if places.there(each, hub)}
    if as_json:
        rows = [{**_described(each), "present": each.name in here, "chosen": each.name == chosen} for each in KNOWN]
        emit({"version": 1, "planner": chosen, "cache": str(hub.cache), "models": rows})
        return
    from tinyagent_cli.view.console import screens, signs_fit
    from tinyagent_cli.view.models_view import model_list

    out = screens().out
    out.print(model_list(KNOWN, here, chosen, signs=signs_fit(out)))


@app.command()
def pull(name: Name, *, quiet: Quiet = False, as_json: Json = False) -> None:
    """Fetch a model from the hub; what was begun goes on where it broke off."""
    paths = fetch(name, quiet=quiet or as_json)
    if as_json:
        emit(envelope("models", "done", 0, {"model": name, "paths": [str(path) for path in paths]}))
    elif not quiet:
        say(f"{name} is on this machine and verified: {paths[0]}", word="done")


@app.command()
def show(name: Name, *, as_json: Json = False) -> None:
    """Show what a model is and where it is."""
    from tinyagent_cli.models import Hub, places, source_of
    from tinyagent_cli.models.names import HubFile, LocalFile

    source = source_of(name)
    paths: tuple[Path, ...] = ()
    if isinstance(source, HubFile):
        paths = places.cached(source, Hub.found())
    elif isinstance(source, LocalFile):
        paths = (source.path,)
    facts = _facts(name, source, paths)
    if as_json:
        emit({"version": 1, **facts})
        return
    from rich.text import Text

    from tinyagent_cli.view.columns import Columns
    from tinyagent_cli.view.console import screens
    from tinyagent_cli.view.text import visible

    rows = [[Text(key, "bold"), Text(visible(_told(value)))] for key, value in facts.items() if value not in ("", [], None)]
    screens().out.print(Columns(rows, indent=0))


@app.command()
def verify(name: Name, *, quiet: Quiet = False) -> None:
    """Compare a fetched model with its checksum."""
    from tinyagent_cli.models import Hub, places
    from tinyagent_cli.view.console import screens
    from tinyagent_cli.view.download import Bar

    with Bar(screens().err, quiet=quiet).shown() as bar:
        paths = places.verify(name, Hub.found(), bar.moved)
    if not quiet:
        say(f"{name}: {', '.join(path.name for path in paths)} as on the hub", word="good")


@app.command()
def remove(name: Name, *, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete a fetched model from this machine."""
    from tinyagent_cli.errors import NotConfirmedError
    from tinyagent_cli.models import Hub, places
    from tinyagent_cli.view.ask import agreed
    from tinyagent_cli.view.console import screens

    shown = screens()
    if not yes and not (shown.person and agreed(shown.err, f"Delete {name} from this machine?", default=False)):
        raise NotConfirmedError("nothing was deleted" + ("" if shown.person else "; to agree beforehand: --yes"))
    say(f"{places.remove(name, Hub.found()) / 1e6:,.0f} MB are free again", word="done")


@app.command()
def use(name: Name) -> None:
    """Let a model plan from now on."""
    from tinyagent_cli import settings, settings_edit
    from tinyagent_cli.errors import UsageError
    from tinyagent_cli.models import EndpointName, locate, source_of
    from tinyagent_cli.models.names import HubFile, Learned, LocalFile

    source = source_of(name)
    if isinstance(source, HubFile) and source.known and source.known.use != "planner":
        raise UsageError(f"{name} does not plan; it {source.known.about}")
    if not isinstance(source, EndpointName):
        locate(name)
    value = name
    if isinstance(source, LocalFile):
        value = str(source.path.absolute())
    elif isinstance(source, Learned):
        value = str(source.folder.absolute())
    file = settings.path_of()
    settings_edit.set_value(file, "planner.model", value)
    say(f"{value} plans from now on ({file})", word="set")


def fetch(name: str, *, quiet: bool) -> tuple[Path, ...]:
    """Fetch a model with a bar on the terminal. Raises ModelError."""
    from tinyagent_cli.models import Hub, places
    from tinyagent_cli.models.download import Watch
    from tinyagent_cli.view.console import screens
    from tinyagent_cli.view.download import Bar

    with Bar(screens().err, quiet=quiet).shown() as bar:
        return places.pull(name, Hub.found(), Watch(bar.sized, bar.moved, bar.waiting, bar.verifying))


def _described(each: Known) -> dict[str, Any]:
    return {
        "name": each.name, "use": each.use, "about": each.about, "licence": each.licence, "size": each.size,
        "repository": each.repo, "files": list(each.files), "published_success": each.success,
    }  # fmt: skip


def _facts(name: str, source: Source, paths: tuple[Path, ...]) -> dict[str, Any]:
    from tinyagent_cli.models import known
    from tinyagent_cli.models.names import EndpointName, HubFile

    each = known.find(name)
    facts = _described(each) if each else {"name": name}
    if isinstance(source, HubFile):
        facts |= {"repository": source.repo, "files": list(source.files), "revision": source.revision}
    if isinstance(source, EndpointName):
        facts |= {"url": source.url, "model": source.model}
    return {**facts, "paths": [str(path) for path in paths], "bytes": sum(path.stat().st_size for path in paths)}


def _told(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
