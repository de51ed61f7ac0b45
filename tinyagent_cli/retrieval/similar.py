"""Tools that no classifier has learned: offered where the command's words are like those that describe them.

A small lexical similarity: the share of the command's words, without their endings, that a tool's name and
description have, each weighted by how rare it is among the tools (idf; Sparck Jones 1972). It needs no training
and no model, so a tool is on offer as soon as its file is there.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.retrieval.base import Retrieved

OFFERED, ALONE = 0.3, 0.45
"""Similarities from which a tool is offered, and from which it is offered alone where the model refuses all else."""
NEAR_BEST = 0.7
UNKNOWN = 0.5
"""The weight of a word that no tool has, beside that of one that a single tool has: names and contents are such."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STOP = frozenset(
    "a an and any are as at be by can could do does for from get give has have how i in into is it its let like "
    "make me my now of on or our out please say some such tell that the their them then there this to too up use "
    "us was we what when where which who will with would you your if one example examples text value name "
    "return returns whole number".split()
)


def scores(command: str, tools: Sequence[Tool], others: Sequence[Tool] = ()) -> dict[str, float]:
    """How alike the command and each tool's description are, from 0 to 1; `others` only say which words are rare."""
    documents = [_document(tool) for tool in (*tools, *others)]
    held = Counter(term for document in documents for term in document)
    rarity = {term: math.log((1 + len(documents)) / (1 + count)) + 1 for term, count in held.items()}
    asked = _terms(command)
    unknown = math.log(1 + len(documents)) + 1
    length = math.sqrt(sum((n * rarity.get(term, UNKNOWN * unknown)) ** 2 for term, n in asked.items()))
    out = {}
    for tool, document in zip(tools, documents, strict=False):
        shared = [term for term in asked if term in document]
        covered = sum((asked[term] * rarity[term]) ** 2 for term in shared)
        out[tool.name] = math.sqrt(covered) / length if length else 0.0
    return out


def with_own(
    command: str, retrieved: Retrieved, tools: Iterable[Tool]
) -> tuple[Retrieved, tuple[str, ...]]:
    """Add the tools that the classifier does not know, as far as they are like the command, to what it has chosen.

    Also returns those to offer alone, without a way to refuse, where the model refuses the others: one that has not
    learned a tool's word does not write it of itself.
    """
    every = list(tools)
    own = [tool for tool in every if tool.name not in retrieved.scores]
    learned = tuple(name for name in retrieved.names if name in retrieved.scores)
    if not own:
        return retrieved, ()
    like = scores(command, own, [tool for tool in every if tool.name in retrieved.scores])
    best = max(like.values())
    near = tuple(name for name, score in like.items() if score >= OFFERED and score >= NEAR_BEST * best)
    return Retrieved((*learned, *near), {**retrieved.scores, **like}), near if best >= ALONE else ()


@lru_cache(maxsize=512)
def _document(tool: Tool) -> Mapping[str, int]:
    return _terms(" ".join((_CAMEL.sub(" ", tool.name.replace("_", " ")), tool.description)))


def _terms(text: str) -> Counter[str]:
    words = [w for w in (m.casefold() for m in _WORD.findall(text)) if w not in _STOP]
    return Counter(dict.fromkeys(map(_stem, words), 1))


def _stem(word: str) -> str:
    """A word without its commonest endings: translate, translates, translation and translating are one."""
    for ending in ("ations", "ation", "ating", "ings", "ing", "ates", "ated", "ate", "ies", "ed", "es", "er", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
