"""The server: tools as the Model Context Protocol describes them, over standard streams."""

from __future__ import annotations

import json
import threading
from functools import partial
from typing import Any

import anyio
from anyio.to_thread import run_sync
from mcp import types
from mcp.server import Server
from mcp.server.stdio import stdio_server

from vqe_cli._core.kinds import KINDS
from vqe_cli._core.resources import show_bytes
from vqe_cli._core.version import __version__
from vqe_cli.cli.mcp.calls import Outcome, perform
from vqe_cli.cli.mcp.policy import Policy
from vqe_cli.cli.mcp.tools import TOOLS, Tool

LONGEST_END_S = 5.0
"""Longest wait for the end of a call that is withdrawn."""

INSTRUCTIONS = """\
Quantum chemistry with the variational quantum eigensolver. Inputs are those of the command `vqe`;
energies are total energies in Hartree unless a key says otherwise. Every result of `run` is judged:
report the verdict (pass, warn or fail), the failed checks and the error against the exact energy
beside an energy. Errors have a message, a hint that says what would be right, and an exit code.
Hints name flags of the command line: `--active-space X` is the argument set {"active_space": X}.
"""


def instructions_of(policy: Policy) -> str:
    """What a client should know: units, verdicts, names that can be selected, limits.

    Args:
        policy: What the server allows.
    """
    names = [
        f"{'.'.join(map(str, kind.key)) or kind.name}: {', '.join(kind.registry.names())}"
        for kind in KINDS.values()
    ]
    return "\n".join(
        [INSTRUCTIONS, "Names that can be selected, by key:", *names, limits_of(policy)]
    )


def tools_of(policy: Policy) -> list[types.Tool]:
    """The tools with their arguments and limits.

    Args:
        policy: What the server allows.
    """
    return [_described(name, tool, policy) for name, tool in TOOLS.items()]


def _described(name: str, tool: type[Tool], policy: Policy) -> types.Tool:
    schema = tool.model_json_schema()
    text = " ".join((tool.__doc__ or "").split())
    schema.pop("description", None)
    return types.Tool(
        name=name,
        title=f"vqe {name.replace('_', ' ')}",
        description=f"{text} {limits_of(policy)}",
        input_schema=schema,
        annotations=types.ToolAnnotations(
            read_only_hint=policy.output is None or not tool.writes,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=policy.has_hardware and name == "run",
        ),
    )


def limits_of(policy: Policy) -> str:
    """The limits of a call, a sentence.

    Args:
        policy: What the server allows.
    """
    limits = [
        f"{policy.seconds:g} s",
        show_bytes(policy.memory),
        f"{policy.shots:,} shots of a search",
    ]
    if policy.qpu_seconds is not None:
        limits.append(f"{policy.qpu_seconds:g} s of a real device")
    if policy.money is not None:
        limits.append(f"a cost of {policy.money:g} on real devices")
    hardware = "" if policy.has_hardware else "; no jobs on real devices"
    return f"Limits of a call: {', '.join(limits)}{hardware}."


def result_of(outcome: Outcome) -> types.CallToolResult:
    """The result of a tool: the object that ``--json`` prints, with its exit code.

    Args:
        outcome: The end of the call.
    """
    facts = {"exit_code": outcome.code, "wall_s": round(outcome.wall_s, 3)}
    document = outcome.document
    if outcome.is_error:
        document = {**document, "exit_code": outcome.code}
        text = _error_text(document)
    else:
        text = json.dumps(document, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)],
        structured_content=document,
        is_error=outcome.is_error,
        _meta=facts,
    )


def _error_text(document: dict[str, Any]) -> str:
    error = document["error"]
    lines = [f"error: {error['message']}"]
    if error.get("hint"):
        lines.append(f"hint: {error['hint']}")
    return "\n".join([*lines, f"exit code: {document['exit_code']}"])


class Calls:
    """The calls of a client, one at a time, since each may use all that the server allows.

    Args:
        policy: What the server allows.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._turn = anyio.Lock()

    async def call(self, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        """Perform a call; a withdrawn one is stopped.

        Args:
            name: Name of the tool.
            arguments: The arguments as plain data.
        """
        stop, ended = threading.Event(), threading.Event()

        def performed() -> Outcome:
            try:
                return perform(name, arguments, self._policy, stop.is_set)
            finally:
                ended.set()

        async with self._turn:
            try:
                return result_of(await run_sync(performed, abandon_on_cancel=True))
            except anyio.get_cancelled_exc_class():
                stop.set()
                ended.wait(LONGEST_END_S)  # the process of the call must not outlive it
                raise


def build_server(policy: Policy) -> Server[Any]:
    """The server.

    Args:
        policy: What it allows.
    """
    calls, tools = Calls(policy), tools_of(policy)

    async def list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        return await calls.call(params.name, params.arguments or {})

    return Server(
        "vqe",
        version=__version__,
        instructions=instructions_of(policy),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def _serve(policy: Policy) -> None:
    server = build_server(policy)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def serve(policy: Policy) -> None:
    """Serve a client over standard input and output until it closes them.

    Args:
        policy: What the server allows.
    """
    anyio.run(partial(_serve, policy))
