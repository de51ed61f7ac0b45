"""`tinyagent listen`: speak a command, see the words, see the plan, agree, done; all on this machine."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyagent_cli import clock
from tinyagent_cli.commands import _carrying, _house, _listening, _options, _words
from tinyagent_cli.commands._report import emit, envelope, say
from tinyagent_cli.errors import NotConfirmedError, TinyAgentError, UsageError

if TYPE_CHECKING:
    from tinyagent_cli.settings import VoiceSettings
    from tinyagent_cli.view.listen_view import Meter
    from tinyagent_cli.voice.audio import Sound
    from tinyagent_cli.voice.hearing import Ears, Heard

app = typer.Typer(add_completion=False)
MOST_IN_FILE = 120.0
"""Seconds of a recording, where no other number is given."""
FAREWELLS = frozenset(
    {"stop", "stop listening", "goodbye", "bye", "quit", "exit", "that is all", "thats all"}
)


@dataclasses.dataclass(frozen=True)
class Listening:
    """How commands are taken in."""

    file: str = ""
    push: bool = False
    loop: bool = False
    text_only: bool = False
    keep: Path | None = None
    most_in_file: float = MOST_IN_FILE
    now: str | None = None
    verbose: int = 0
    warmed: Future[None] | None = None
    """Done when the planner's model is in memory."""


@app.command()
def listen(
    *,
    file: Annotated[
        str, typer.Option("--file", metavar="FILE", help="Take a recording (WAV, FLAC, OGG); - for standard input.", show_default=False)
    ] = "",
    device: Annotated[
        str, typer.Option("--device", metavar="NAME", help="The microphone: a part of its name, or its number.", show_default=False)
    ] = "",
    push: Annotated[bool, typer.Option("--push", help="Push to talk: a key begins, a key ends.")] = False,
    loop: Annotated[bool, typer.Option("--loop", help='Go on with the next command, until "stop listening".')] = False,
    text_only: Annotated[bool, typer.Option("--text-only", help="Write the words, and plan nothing.")] = False,
    max_seconds: Annotated[
        float | None,
        typer.Option("--max-seconds", metavar="SECONDS", help="The longest command: 30 spoken, 120 in a file.", show_default=False),
    ] = None,
    whisper_model: Annotated[
        str,
        typer.Option("--whisper-model", metavar="NAME|FILE", help="The speech model: tiny.en to large-v3, or a file.", show_default=False),
    ] = "",
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FOLDER", help="Keep what was recorded, as WAV; otherwise nothing is.", show_default=False),
    ] = None,
    yes: _options.Yes = False,
    dry_run: _options.DryRun = False,
    as_json: _options.Json = False,
    now: _options.Now = None,
    model: _options.Model = None,
    desktop: _options.Desktop = None,
    quiet: _options.Quiet = False,
    verbose: _options.Verbose = 0,
    no_input: _options.NoInput = False,
) -> None:  # fmt: skip
    """Speak a command; it is written down, planned, shown, and carried out.

    Speech is heard and understood on this machine alone.
    """
    import numpy  # noqa: F401 (before there are threads: two at once would find half of it)

    from tinyagent_cli.voice.hearing import Ears
    from tinyagent_cli.voice.weights import whisper_file

    if file and (push or loop or device or keep):
        raise UsageError("with --file, nothing is recorded; leave --push, --loop, --device and --keep out")
    given = {
        "desktop.kind": desktop, "voice.device": device or None, "voice.model": whisper_model or None,
        "voice.max_seconds": max_seconds,
    }  # fmt: skip
    house = _house.open_house(given, quiet=quiet, ask=not no_input, model=model)
    _listening.sensible(house.settings)
    clock.read_now(now)
    if push and not house.screens.person:
        raise UsageError("--push waits for a key, and there is no terminal to press one at")
    speech_model = whisper_file(house.settings.voice.model)
    warmed = None if text_only else _listening.in_background(lambda: _listening.warm(house))
    how = Listening(file, push, loop, text_only, keep, max_seconds or MOST_IN_FILE, now, verbose, warmed)
    manner = _carrying.Manner("listen", yes, dry_run, as_json)
    with Ears(speech_model, lambda: _listening.names_of(house)) as ears:
        code = conversation(house, ears, how, manner) if loop else one(house, ears, how, manner)
    raise typer.Exit(code)


def conversation(house: _house.House, ears: Ears, how: Listening, manner: _carrying.Manner) -> int:
    """Take one command after the other; what goes wrong with one stops nothing. Returns the worst exit code.

    It is over when the person says so, or nothing for as long as a command may last.
    """
    from tinyagent_cli.voice.faults import NothingHeardError, NoWordsError

    worst = 0
    while True:
        try:
            code = one(house, ears, how, manner)
        except EnoughError:
            return worst
        except NoWordsError as fault:
            say(str(fault))
            continue
        except NothingHeardError as fault:
            say(f"{fault}. No longer listening", word="note")
            return worst
        except UsageError:
            raise
        except TinyAgentError as fault:
            if fault.code == "voice":
                raise
            say(str(fault))
            code = fault.exit_code
        worst = max(worst, code)


class EnoughError(NotConfirmedError):
    """The person said that it is enough."""


def one(house: _house.House, ears: Ears, how: Listening, manner: _carrying.Manner) -> int:
    """Take one command in and carry it out; returns the exit code."""
    while True:
        heard = take_in(house, ears, how)
        command = heard.text if farewell(how, heard.text) else agreed_words(house, how, manner, heard)
        if command is not None:
            break
    if farewell(how, command):
        raise EnoughError("stopped")
    if how.text_only:
        return written(house, heard, command, manner)
    return plan_and_do(house, _words.checked(command), heard, how, manner)


def farewell(how: Listening, command: str) -> bool:
    """True where somebody ends the conversation."""
    return how.loop and command.casefold().strip(" .!").replace("'", "") in FAREWELLS


def take_in(house: _house.House, ears: Ears, how: Listening) -> Heard:
    """Record or read one command and understand it."""
    from tinyagent_cli.view.listen_view import Meter
    from tinyagent_cli.voice import audio

    hint = "any key ends" if how.push else "speak"
    meter = Meter(house.screens.err, quiet=house.screens.quiet, hint=hint)
    if how.file:
        sound = audio.read(how.file, how.most_in_file)
        with meter.shown():
            meter.show("transcribing")
            return ears.understand(ears.speech_of(sound))
    with pressing(house, how) as pressed, meter.shown():
        speech = recorded(house.settings.voice, ears, how, meter, pressed)
        meter.show("transcribing")
        return ears.understand(speech)


def recorded(
    read: VoiceSettings, ears: Ears, how: Listening, meter: Meter, pressed: Callable[[], bool] | None
) -> Sound:
    """Record one command, and keep it where that was asked for. With `pressed`, a key ends it, otherwise silence."""
    from tinyagent_cli.voice import audio, detect, record
    from tinyagent_cli.voice.faults import NothingHeardError

    frames = record.frames_of(read.device)
    if pressed:
        sound = record.until(frames, pressed, read.max_seconds, meter.show)
        try:
            speech = ears.speech_of(sound)
        except NothingHeardError:
            raise detect.nothing_heard(sound, microphone=True) from None
    else:
        listener = detect.Listener(ears.judge(), detect.Patience(end=read.silence))
        speech = record.listen(frames, listener, read.max_seconds, meter.show, ears.begin)
    if how.keep:
        name = f"heard-{dt.datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.wav"
        audio.write(how.keep.expanduser() / name, speech)
    return speech


@contextmanager
def pressing(house: _house.House, how: Listening) -> Iterator[Callable[[], bool] | None]:
    """With --push, wait for a key, and hand on what tells of the next one."""
    if not how.push:
        yield None
        return
    from time import sleep

    from rich.text import Text

    from tinyagent_cli.view.listen_view import keys

    with keys() as pressed:
        house.screens.err.print(Text("Press a key and speak; another key ends.", "dim"))
        while not pressed():
            sleep(0.02)
        yield pressed


def agreed_words(house: _house.House, how: Listening, manner: _carrying.Manner, heard: Heard) -> str | None:
    """Show the words and let the person mend them; None to say it again. Raises NotConfirmedError."""
    from tinyagent_cli.view import ask, listen_view

    err = house.screens.err
    while True:
        if not house.screens.quiet and not (how.text_only and manner.as_json):
            listen_view.show_heard(err, heard.transcript, heard.text, heard.corrections)
        if not house.screens.person or manner.yes or how.text_only or how.file == audio_from_input():
            return heard.text
        answer = listen_view.ask_heard(err, heard.corrections, ask.line, again=not how.file)
        if answer == "yes":
            return heard.text
        if answer == "edit":
            return listen_view.edit_line(heard.text) or heard.text
        if answer == "again":
            return None
        if answer == "no":
            raise NotConfirmedError("nothing was done")
        heard = heard.with_all(applied=answer == "take")


def audio_from_input() -> str:
    """The name of standard input, which a recording is read from, so that no answer can be."""
    from tinyagent_cli.voice.audio import STANDARD_INPUT

    return STANDARD_INPUT


def written(house: _house.House, heard: Heard, command: str, manner: _carrying.Manner) -> int:
    """Write the words alone."""
    if manner.as_json:
        emit(envelope("listen", "done", 0, {"transcript": heard.data()}))
    else:
        house.screens.out.print(command, soft_wrap=True)
    return 0


def plan_and_do(
    house: _house.House, command: str, heard: Heard, how: Listening, manner: _carrying.Manner
) -> int:
    """Plan the words and carry the plan out, as `run` does; returns the exit code."""
    at = clock.read_now(how.now)
    with house.thinking("planning"):
        if how.warmed:
            wait([how.warmed])
        planned = house.planner.plan(command, at)
    if how.verbose:
        said = heard.transcript
        house.screens.err.print(
            f"{said.model}: {said.seconds:.2f} s of speech, {said.took:.2f} s, {heard.waited:.2f} s of it after the end",
            style="dim",
        )
        house.say_timing(planned)
    extra = {
        "model": planned.model,
        "timing": {k: round(v, 4) for k, v in dataclasses.asdict(planned.timing).items()},
        "transcript": heard.data(),
    }
    wish = _carrying.Wish(planned.plan, at, command, planned.tools, planned.reason, extra)
    return _carrying.carry_out(house, wish, manner)
