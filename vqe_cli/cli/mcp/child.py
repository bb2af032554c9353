"""A call in a process of its own: the command line that it stands for, within the limits."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vqe_cli._core.validation import Frozen
from vqe_cli.cli.mcp.policy import Policy

PARENT_PERIOD_S = 0.5
"""Time between two looks for the server; without it a call would go on without limits."""


class Call(Frozen):
    """A call of a tool.

    Args:
        tool: Name of the tool.
        arguments: The arguments; the input, if it is given, is on standard input.
        policy: What the server allows.
        server: Process id of the server.
    """

    tool: str
    arguments: Mapping[str, Any]
    policy: Policy
    server: int


def main(path: str) -> None:
    """Perform a call, print its answer as JSON, and exit with the command line's code.

    Args:
        path: File of the call.
    """
    from vqe_cli.cli.main import main as vqe

    call = Call.model_validate_json(Path(path).read_bytes())
    threading.Thread(target=_end_with, args=(call.server,), daemon=True).start()
    vqe(_words(call), lines_to_type=False)


def _words(call: Call) -> list[str]:
    """The command line of a call; a refusal is printed as the command line prints it."""
    import click

    from vqe_cli.cli.mcp.tools import command_line
    from vqe_cli.cli.output import error_json
    from vqe_cli.cli.plugin_errors import attributed

    try:
        return command_line(call.tool, call.arguments, call.policy)
    except Exception as found:
        error = attributed(found)
        click.echo(error_json(error))
        sys.exit(error.exit_code)


def _end_with(server: int) -> None:
    """Kill this process and its group once the server is gone."""
    while os.getppid() == server:
        time.sleep(PARENT_PERIOD_S)
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
