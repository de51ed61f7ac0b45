"""The grammar of the notation in GBNF, for servers that keep a model to one (llama.cpp's, vLLM's xgrammar).

It is wider than `notation_grammar`: which step a reference may name is left to the check of the plan.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from tinyagent_cli.plan.signature import Parameter, Tool

BASE = r"""
text ::= "\"" char* "\""
char ::= [^"\\\x00-\x1F] | "\\" ["\\n]
list ::= "[" ( text ( ", " text )* )? "]"
number ::= [0-9] [0-9]? [0-9]? [0-9]?
id ::= [1-9] [0-9]?
bool ::= "True" | "False"
join ::= "join()<END_OF_PLAN>"
thought ::= "Thought: " [^\x00-\x1F\x7F]{1,400} "\n"
"""


def grammar(tools: Iterable[Tool], *, most: int = 24, thinking: bool = False) -> str:
    """Plans of at most `most` calls of these tools, ended by join(); `thinking` lets a thought come before them."""
    before = "thought? " if thinking else ""
    calls = [(f"call-{n}", tool) for n, tool in enumerate(tools)]
    rules = [f"{name} ::= {_call(tool)}" for name, tool in calls]
    if not calls:
        return f'root ::= {before}id ". " join' + BASE
    call = "call ::= " + " | ".join(name for name, _ in calls)
    return "\n".join([f'root ::= {before}( id ". " call "\\n" ){{0,{most}}} id ". " join', call, *rules]) + BASE


def _call(tool: Tool) -> str:
    inner = ' ", " '.join(_value(p) for p in tool.parameters)
    return f'{json.dumps(tool.name + "(")} {inner} ")"'


def _value(p: Parameter) -> str:
    if p.choices:
        shown = [str(c) if p.kind == "int" else f'"{c}"' for c in p.choices]
        return "( " + " | ".join(json.dumps(each) for each in shown) + " )"
    return {"text": "text", "moment": "text", "list": "list", "int": "number", "bool": "bool"}[p.kind]
