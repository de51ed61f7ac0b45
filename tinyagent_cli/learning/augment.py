"""Augmentation: the same command with other names, files, places, times, wordings and spelling.

Every change is made to the command and to the plan alike, so that what the plan copies from the command
stays a copy. All randomness comes from the `random.Random` handed in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value

LOOK_UPS = ("get_phone_number", "get_email_address")
GIVEN_NAMES = (
    "Aaliyah Abel Ada Adaeze Aditi Agnes Ahmed Aiko Alba Alejandro Alina Amina Amir Anders Angela Anika Anouk "
    "Antonio Ari Arjun Asha Astrid Aurora Ayla Bao Beatriz Ben Bilal Björn Boris Brigid Bruno Camila Carlos "
    "Caroline Cedric Chen Chidi Chloe Claire Colm Cora Dae Dagny Daniel Daria David Deepa Diego Dina Dmitri "
    "Dorothy Edith Efua Eilidh Elena Eli Elif Emeka Emil Emma Enzo Erik Esther Ewa Fadi Farah Fatima Felix "
    "Fiona Florian Frank Freya Gabriel Gemma George Gita Grace Greta Gus Hamza Hannah Haruto Hassan Hector "
    "Helena Hiro Hugo Ian Ibrahim Ida Imran Ines Ingrid Ioana Isaac Isla Ivan Jack Jamal Jana Jasper Javier "
    "Jin João Joe Jonas Jorge Josephine Juan Julia Kai Karim Kate Katya Keiko Kevin Khalid Kiran Klaus Kofi "
    "Lakshmi Lars Laura Leah Lena Leo Lian Lila Linda Liu Lola Lucas Luisa Lutfi Maja Malik Mara Marco Maria "
    "Marta Mateo Matilda Max Mei Mia Miguel Mikhail Mina Mohammed Mona Nadia Naomi Nasser Neha Nick Nikhil "
    "Nils Nina Noah Nora Olga Oliver Omar Oscar Paolo Patricia Paul Pavel Pedro Penny Petra Priya Quinn Rafael "
    "Raj Ravi Rebecca Rhys Rita Robert Rosa Ruth Ryo Sam Sana Sara Sasha Selma Sergio Seth Sid Simone Sofia "
    "Soren Stefan Sunita Susan Tara Tariq Tess Theo Thomas Tim Tina Tom Uma Valentina Vera Victor Vikram "
    "Wanda Wei Will Xavier Yara Yasmin Yuki Yusuf Zara Zoe"
).split()
FAMILY_NAMES = (
    "Abbott Achebe Adams Aguilar Ahn Ali Almeida Andersson Arora Bailey Baker Banerjee Bauer Becker Bennett "
    "Bianchi Brooks Carter Castillo Chen Choi Clark Cohen Costa Cruz Das Davis Diaz Dubois Eze Fischer Fraser "
    "Garcia Gomez Green Gupta Hall Hansen Harris Hoffmann Huang Hughes Ibrahim Ito Jackson Jensen Johnson "
    "Kaur Kelly Khan Kim Klein Kowalski Kumar Larsen Lee Lewis Li Lopez MacLeod Martin Mehta Meyer Moreau "
    "Morgan Murphy Nakamura Ng Nguyen Novak Okafor Olsen Ortiz Park Patel Perez Popov Quinn Ramos Reid Rossi "
    "Sato Schmidt Silva Singh Smith Sousa Stewart Suzuki Taylor Thomas Torres Tran Turner Vargas Walker Wang "
    "Weber White Williams Wilson Wong Wright Yamamoto Yang Young Zhang"
).split()
OPENINGS = (
    "please ", "hey ", "hi, ", "ok ", "okay so ", "can you ", "could you ", "could you please ", "would you ",
    "I need you to ", "I want to ", "I'd like to ", "quickly ", "um ", "now ", "go ahead and ", "can you please ",
    "hey, could you ", "assistant, ", "let's ", "just ", "also ", "so ", "right, ", "when you can, ",
)  # fmt: skip
CLOSINGS = (" please", ", please", " thanks", ", thanks", " thank you", ", cheers", " now", " for me", " asap", ", ok?")
JOINTS = (". Then ", ". Also ", ", and ", " and ", " and then ", ", then ", ". ", "; ", ". After that, ", ", also ")
IMPERATIVES = frozenset(
    "add append attach book compose create draft email e-mail drop find forward get give invite let mail make message note "
    "open put read remind reply schedule send set show start stick summarise summarize tell text write ask "
    "jot look pull plan".split()
)


@dataclass(frozen=True)
class Pools:
    """What can stand in for what: collected from the training examples."""

    moments: tuple[str, ...]
    days: tuple[str, ...]
    files: tuple[str, ...]
    places: tuple[str, ...]
    singles: tuple[Example, ...]

    @staticmethod
    def of(examples: Iterable[Example]) -> Pools:
        """Collect the pools."""
        moments: set[str] = set()
        days: set[str] = set()
        files: set[str] = set()
        places: set[str] = set()
        singles = []
        for example in examples:
            if 1 <= len(example.plan.steps) <= 3 and len(example.command) < 90:
                singles.append(example)
            for step in example.plan.steps:
                for name, value in step.args.items():
                    if isinstance(value, Moment) and name != "end_date" and value.said in example.command:
                        (days if value.day_only else moments).add(value.said)
                    elif name == "file_name" and "." in str(value):
                        files.add(str(value))
                    elif name in ("location", "end_location", "start_location") and str(value) in example.command:
                        places.add(str(value))
        return Pools(
            tuple(sorted(moments)), tuple(sorted(days)), tuple(sorted(files)),
            tuple(sorted(places - {""})), tuple(singles),
        )  # fmt: skip


def map_texts(plan: Plan, change: Callable[[str], str]) -> Plan:
    """Return the plan with every text changed, the words of moments too."""

    def of(value: Value) -> Value:
        if isinstance(value, Moment):
            return Moment(change(value.said), value.iso)
        if isinstance(value, tuple):
            return tuple(change(item) for item in value)
        return change(value) if isinstance(value, str) else value

    return Plan(tuple(Step(s.id, s.tool, {k: of(v) for k, v in s.args.items()}) for s in plan.steps))


def swap(example: Example, old: str, new: str) -> Example:
    """Put `new` for the whole words `old`, in the command and in every text of the plan."""
    pattern = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")

    def change(text: str) -> str:
        return pattern.sub(lambda _: new, text)

    return replace(example, command=change(example.command), plan=map_texts(example.plan, change))


def other_names(example: Example, rng: random.Random) -> Example:
    """Put other people in for those who are looked up under a name."""
    names = {str(s.args["name"]) for s in example.plan.steps if s.tool in LOOK_UPS}
    for name in sorted(names):
        words = name.split()
        if name not in example.command or not all(w[:1].isupper() and w.isalpha() for w in words) or len(words) > 2:
            continue
        if name in ("Mom", "Dad", "Mum", "Mama", "Papa", "Grandma", "Grandpa", "Nana"):
            continue
        new = [rng.choice(GIVEN_NAMES)]
        if len(words) == 2 or rng.random() < 0.1:
            new.append(rng.choice(FAMILY_NAMES))
        if words[0] in ("Uncle", "Aunt", "Auntie", "Coach", "Dr", "Professor", "Judge", "Sister", "Captain"):
            new = [words[0], rng.choice(FAMILY_NAMES)]
        example = swap(example, name, " ".join(new))
    return example


def other_moments(example: Example, rng: random.Random, pools: Pools) -> Example:
    """Put other words of time in. Only the words are right afterwards, not what they mean."""
    for step in example.plan.steps:
        for name in ("start_date", "due_date", "start_time"):
            value = step.args.get(name)
            if not isinstance(value, Moment) or example.command.count(value.said) != 1:
                continue
            new = rng.choice(pools.days if value.day_only else pools.moments)
            if _shares_words(value, example.plan):
                return example
            before = example.command[: example.command.index(value.said)].split()
            if before and before[-1].lower() in ("at", "on", "for", "by", "from") and new.lower().startswith(("in ", "on ", "at ")):
                return example
            return swap(example, value.said, new)
    return example


def _shares_words(moment: Moment, plan: Plan) -> bool:
    """True where another moment of the plan leans on words of this one ("Monday 9" ... "Monday 10")."""
    words = set(re.findall(r"\w+", moment.said.lower()))
    others = {v.said for s in plan.steps for v in s.args.values() if isinstance(v, Moment)} - {moment.said}
    return any(words & set(re.findall(r"\w+", other.lower())) for other in others)


def other_things(example: Example, rng: random.Random, pools: Pools) -> Example:
    """Put another file or place in."""
    for step in example.plan.steps:
        for name, pool in (("file_name", pools.files), ("location", pools.places), ("end_location", pools.places)):
            value = step.args.get(name)
            if isinstance(value, str) and len(value) > 3 and example.command.count(value) == 1:
                if name == "file_name" and ("." not in value or _told_of(value, example.plan)):
                    continue
                example = swap(example, value, rng.choice(pool))
    return example


def _told_of(file: str, plan: Plan) -> bool:
    """True where another text of the plan speaks of the file ("Budget" of budget.xlsx)."""
    words = set(re.findall(r"[a-z]{3,}", file.lower()[: file.rfind(".")]))
    return any(text != file and words & set(re.findall(r"[a-z]{3,}", text.lower())) for s in plan.steps for text in s.texts())


def spoken(example: Example) -> Example:
    """Write the command as a speech recogniser without punctuation would."""
    if re.search(r"[\"“”@/_]|\w\.\w", example.command):
        return lower(example)

    def change(text: str) -> str:
        return re.sub(r"[.!?;,](?=\s|$)", "", text).lower()

    return _recased(example, change)


def lower(example: Example) -> Example:
    """Write the command in small letters."""
    return _recased(example, str.lower)


def _recased(example: Example, change: Callable[[str], str]) -> Example:
    def moment(value: Value) -> Value:
        return Moment(change(value.said), value.iso) if isinstance(value, Moment) else value

    steps = tuple(Step(s.id, s.tool, {k: moment(v) for k, v in s.args.items()}) for s in example.plan.steps)
    return replace(example, command=change(example.command), plan=Plan(steps))


def politely(example: Example, rng: random.Random) -> Example:
    """Put words before or after the command that ask for nothing."""
    command = example.command
    first = command.split()[0].strip(",.:").lower()
    if rng.random() < 0.6 and first in IMPERATIVES:
        opening = rng.choice(OPENINGS)
        if rng.random() < 0.4:
            opening = opening[:1].upper() + opening[1:]
        command = opening + command[:1].lower() + command[1:]
    elif example.plan.refused or re.search(r"[:\"“]", command) or not command[-1].isalnum():
        return example
    elif first in IMPERATIVES and not any(s.tool in ("send_sms", "create_note", "append_note_content", "compose_new_email", "reply_to_email", "forward_email") for s in example.plan.steps):
        command += rng.choice(CLOSINGS)
    return replace(example, command=command)


def mistyped(example: Example, rng: random.Random) -> Example:
    """Swap or drop a letter of one long word that the plan does not copy."""
    copied = " ".join(text for s in example.plan.steps for text in s.texts()).lower()
    copied += " ".join(v.said.lower() for s in example.plan.steps for v in s.args.values() if isinstance(v, Moment))
    words = example.command.split(" ")
    free = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha() and w.lower() not in copied]
    if not free:
        return example
    at = rng.choice(free)
    word, k = words[at], rng.randrange(1, len(words[at]) - 2)
    words[at] = word[:k] + (word[k + 1] + word[k] + word[k + 2 :] if rng.random() < 0.6 else word[k + 1 :])
    return replace(example, command=" ".join(words))


def joined(first: Example, second: Example, rng: random.Random) -> Example:
    """Ask for two things in one breath."""
    if first.plan.refused or second.plan.refused or re.search(r"[:\"“?]", first.command) or "\n" in second.command:
        return first
    joint = rng.choice(JOINTS)
    tail = second.command
    if not joint.rstrip().endswith(".") and tail.split()[0] not in ("I", "I'm", "I'd", "I'll", "I've") and tail.split()[0].strip(",").lower() in IMPERATIVES:
        tail = tail[:1].lower() + tail[1:]
    head = first.command.rstrip(".!; ") if not joint.startswith("?") else first.command
    shift = len(first.plan.steps)

    def moved(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(references.renumber(v, lambda n: n + shift) for v in value)
        return references.renumber(value, lambda n: n + shift) if isinstance(value, str) else value

    later = tuple(Step(s.id + shift, s.tool, {k: moved(v) for k, v in s.args.items()}) for s in second.plan.steps)
    return replace(first, command=head + joint + tail, plan=_look_ups_once(Plan(first.plan.steps + later)))


def _look_ups_once(plan: Plan) -> Plan:
    """Point every second look-up of the same thing at the first, and number the steps again."""
    known: dict[tuple[str, str], int] = {}
    number: dict[int, int] = {}
    steps: list[Step] = []
    for step in plan.steps:
        value = str(next(iter(step.args.values()))).casefold()
        key = (step.tool, value)
        if step.tool in (*LOOK_UPS, "open_and_get_file_path") and key in known:
            number[step.id] = known[key]
            continue
        number[step.id] = known[key] = len(steps) + 1
        steps.append(Step(len(steps) + 1, step.tool, step.args))
    plan = Plan(tuple(steps))
    return map_texts(plan, lambda text: references.renumber(text, lambda n: number.get(n, n)))


def augmented(example: Example, rng: random.Random, pools: Pools, strength: float = 1.0) -> Example:
    """One random variant of an example; `strength` scales every probability (0 changes nothing)."""

    def by(chance: float) -> bool:
        return rng.random() < chance * strength

    if by(0.2) and not example.plan.refused and len(example.plan.steps) <= 4:
        example = joined(example, rng.choice(pools.singles), rng)
    if by(0.55):
        example = other_names(example, rng)
    if by(0.35):
        example = other_moments(example, rng, pools)
    if by(0.3):
        example = other_things(example, rng, pools)
    if by(0.15):
        example = politely(example, rng)
    if by(0.06):
        example = mistyped(example, rng)
    if by(0.12):
        example = spoken(example)
    elif by(0.08):
        example = lower(example)
    return example
