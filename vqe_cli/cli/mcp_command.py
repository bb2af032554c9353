"""``vqe mcp``: a server of the Model Context Protocol."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vqe_cli.cli.help import Command
from vqe_cli.cli.options import verbose_option
from vqe_cli.cli.parameter_types import WholeNumberRange
from vqe_cli.cli.say import say
from vqe_cli.errors import InputError, UnavailableError

if TYPE_CHECKING:
    from vqe_cli.cli.mcp.policy import Policy

LEAST_MEMORY = 1_000_000_000
"""Least memory of a call, bytes: the packages alone need half of it."""


@click.command("mcp", cls=Command)
@click.option(
    "--root",
    "roots",
    metavar="DIR",
    multiple=True,
    help="Folder whose files may be read. Can be repeated (default: none).",
)
@click.option(
    "--output-dir", metavar="DIR", help="Folder in which files may be written (default: none)."
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest time of a call.",
)
@click.option(
    "--max-memory",
    default="4GB",
    show_default=True,
    metavar="TEXT",
    help="Most memory of a call, e.g. 4GB.",
)
@click.option(
    "--max-shots",
    type=WholeNumberRange(1),
    default=1_000_000,
    show_default=True,
    metavar="N",
    help="Most shots of a search, and of one circuit.",
)
@click.option(
    "--max-qpu-seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Allow jobs on real devices, up to this time for a call.",
)
@click.option(
    "--max-cost",
    type=click.FloatRange(min=0),
    metavar="USD",
    help="Allow jobs on real devices, up to this cost of a call.",
)
@verbose_option
def command(
    roots: Sequence[str],
    output_dir: str | None,
    max_seconds: float,
    max_memory: str,
    max_shots: int,
    max_qpu_seconds: float | None,
    max_cost: float | None,
) -> None:
    """Serve run, estimate, inspect, compare and screen status as tools.

    A client of the Model Context Protocol, such as a desktop assistant, starts
    this command and calls the tools over standard input and output. Calls have
    limits, read only in the folders that are given, and write nothing unless a
    folder for results is given.

    \b
    Examples:
      vqe mcp --root ~/molecules
      vqe mcp --root ~/molecules --output-dir ~/results --max-seconds 60
      vqe mcp --output-dir ~/results --max-qpu-seconds 30 --max-cost 50
    """
    from vqe_cli.cli.mcp.policy import Policy

    policy = Policy(
        roots=tuple(_folder("--root", name) for name in roots),
        output=None if output_dir is None else _folder("--output-dir", output_dir),
        seconds=max_seconds,
        memory=_memory(max_memory),
        shots=max_shots,
        qpu_seconds=max_qpu_seconds,
        money=max_cost,
    )
    _refuse_loss(policy)
    try:
        from vqe_cli.cli.mcp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("mcp", "anyio"):
            raise
        raise UnavailableError(
            "`vqe mcp` needs the package mcp", hint="pip install 'vqe-cli[mcp]'"
        ) from None
    if sys.stdin is not None and sys.stdin.isatty():
        say("waiting for a client on standard input; clients start this command by themselves")
    serve(policy)


def _folder(flag: str, name: str) -> Path:
    """An existing folder without symbolic links in its path."""
    path = Path(os.path.realpath(os.path.expanduser(name)))
    if path.is_dir():
        return path
    problem = "is not a folder" if path.exists() else "does not exist"
    error = InputError(f"{name} {problem}", hint=f"mkdir -p {name}")
    error.where = flag
    raise error


def _memory(text: str) -> int:
    from vqe_cli._core.resources import bytes_of, show_bytes

    found = bytes_of(text)
    if found is None or found < LEAST_MEMORY:
        problem = "is not an amount of memory" if found is None else "is less than a call needs"
        hint = f"write 4GB; at least {show_bytes(LEAST_MEMORY)}"
        error = InputError(f"'{text}' {problem}", hint=hint)
        error.where = "--max-memory"
        raise error
    return found


def _refuse_loss(policy: Policy) -> None:
    """Refuse jobs that are paid for without a folder in which their results are kept."""
    if policy.has_hardware and policy.output is None:
        raise InputError(
            "jobs on real devices need a folder in which they are recorded",
            hint="add --output-dir DIR; `VQE_STATE_DIR=DIR/state vqe jobs` lists them there",
        )
