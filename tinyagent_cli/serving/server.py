"""A Model Context Protocol server: every tool on offer with its hints, and `plan`, which only plans.

Its version 2026-07-28 puts a question to the person into the answer of a call, which the client makes once more
with the reply; versions before it ask while the call waits. Both are served.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from tinyagent_cli.clock import read_now
from tinyagent_cli.errors import AmbiguousError, NotConfirmedError, TinyAgentError
from tinyagent_cli.plan.signature import Effect, Tool
from tinyagent_cli.serving.calling import Asked, asked
from tinyagent_cli.version import VERSION

if TYPE_CHECKING:
    from tinyagent_cli.commands._house import House

PLAN = "plan"
QUESTION = "agreed"
MODERN = "2026-07-28"
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {QUESTION: {"type": "boolean", "title": "Do this?", "default": False}},
    "required": [QUESTION],
}
RESULT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "result": {"type": "string"},
        "done": {"type": "string", "description": "What was done, in a sentence."},
        "undoable": {"type": "boolean", "description": "Whether `tinyagent undo` takes it back."},
    },
    "required": ["result", "done", "undoable"],
}
INSTRUCTIONS = (
    "Tools of this machine: mail, calendar, contacts, files, maps, messages, notes, reminders. Times may be words "
    "such as 'tomorrow at 2pm'. Look an address up before it is written to. What was made can be taken back by the "
    "person with `tinyagent undo`."
)


def serve(house: House) -> None:
    """Serve on standard input and output until the client ends it."""
    anyio.run(Service(house).run)


def hints_of(effect: Effect) -> types.ToolAnnotations:
    """The hints that an effect gives: nothing here destroys; only what is sent reaches beyond this machine."""
    return types.ToolAnnotations(
        read_only_hint=effect == "read",
        destructive_hint=False,
        idempotent_hint=effect in {"read", "open"},
        open_world_hint=effect == "send",
    )


def described(tool: Tool) -> types.Tool:
    """A tool as the protocol describes it."""
    return types.Tool(
        name=tool.name, description=tool.description, input_schema=tool.schema, output_schema=RESULT,
        annotations=hints_of(tool.effect),
    )  # fmt: skip


def plan_tool() -> types.Tool:
    """The tool that plans a command and does nothing."""
    command = {"type": "string", "description": "What is to be done, in words."}
    return types.Tool(
        name=PLAN,
        description="Turn a command in words into a plan of calls of the other tools. Nothing is carried out.",
        input_schema={"type": "object", "properties": {"command": command}, "required": ["command"]},
        annotations=hints_of("read"),
    )


class Service:
    """Answers one client."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._planning = threading.Lock()  # a planner takes one command at a time
        self.server: Server[Any] = Server(
            "tinyagent", version=VERSION, instructions=INSTRUCTIONS,
            on_list_tools=self.list_tools, on_call_tool=self.call_tool,
        )  # fmt: skip

    async def run(self) -> None:
        """Serve on standard input and output."""
        async with stdio_server() as (read, write):
            await self.server.run(read, write, self.server.create_initialization_options())

    async def list_tools(self, _ctx: Any, _params: Any) -> types.ListToolsResult:
        """Say which tools there are."""
        return types.ListToolsResult(tools=[plan_tool(), *map(described, self.house.toolbox)])

    async def call_tool(self, ctx: Any, params: Any) -> types.CallToolResult | types.InputRequiredResult:
        """Carry a call out, or plan; a failure is a result that says so."""
        arguments = params.arguments or {}
        try:
            if params.name == PLAN:
                return _result(await anyio.to_thread.run_sync(self._planned, str(arguments.get("command", ""))))
            tool = self.house.toolbox.get(params.name)
            if tool is None:
                raise TinyAgentError(f"there is no tool {params.name}")
            call = await anyio.to_thread.run_sync(asked, self.house, tool, arguments, read_now(None))
            if call.question:
                pending = await self._agreed(ctx, params, call)
                if pending is not None:
                    return pending
            return _result(await anyio.to_thread.run_sync(call.carried_out))
        except TinyAgentError as fault:
            return types.CallToolResult(content=[_text(said(fault))], is_error=True)

    async def _agreed(self, ctx: Any, params: Any, call: Asked) -> types.InputRequiredResult | None:
        """Ask the person through the client. Raises NotConfirmedError unless they say yes."""
        can = ctx.session.client_capabilities
        if can is None or can.elicitation is None or (can.elicitation.form is None and can.elicitation.url is not None):
            raise NotConfirmedError(
                "this needs a yes, and your client cannot ask for it; nothing was done. The person can allow it in "
                "the settings ([policy]), or run it with: tinyagent run"
            )
        request = types.ElicitRequestFormParams(message=call.question, requested_schema=FORM)
        if ctx.session.protocol_version >= MODERN:
            about = [params.name, params.arguments or {}, call.question]
            state = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
            reply = (params.input_responses or {}).get(QUESTION)
            if reply is None or params.request_state != state:  # never asked, or asked about something else
                asks: dict[str, Any] = {QUESTION: types.ElicitRequest(params=request)}
                return types.InputRequiredResult(input_requests=asks, request_state=state)
        else:
            reply = await ctx.session.elicit_form(call.question, FORM, related_request_id=ctx.request_id)
        content: Mapping[str, Any] = getattr(reply, "content", None) or {}
        if getattr(reply, "action", "") != "accept" or content.get(QUESTION) is not True:
            raise NotConfirmedError("the person did not agree; nothing was done")
        return None

    def _planned(self, command: str) -> dict[str, Any]:
        from tinyagent_cli.view.plan_json import planned_object

        now: dt.datetime = read_now(None)
        with self._planning:
            return planned_object(self.house.planner.plan(command, now))


def said(fault: TinyAgentError) -> str:
    """A failure for another program: its code, its message, and what there is to choose from."""
    choices = [f"{label}: {value}" for label, value in fault.candidates] if isinstance(fault, AmbiguousError) else []
    return "\n".join([f"{fault.code}: {fault}", *choices])


def _result(data: dict[str, Any]) -> types.CallToolResult:
    text = data.get("result") or data.get("done") or json.dumps(data, ensure_ascii=False)
    return types.CallToolResult(content=[_text(str(text))], structured_content=data)


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
