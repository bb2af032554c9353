"""A server's policy to test with, and its calls in this process."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome, RunVqe
from vqe_cli.cli.mcp.policy import Policy
from vqe_cli.cli.mcp.tools import command_line

HYDROGEN = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.735"}}

Ask = Callable[..., Outcome]


def policy_of(*roots: Path, **changes: Any) -> Policy:
    """Limits that no small molecule reaches."""
    limits = {"seconds": 100.0, "memory": 4_000_000_000, "shots": 1_000_000}
    return Policy(roots=tuple(Path(os.path.realpath(one)) for one in roots), **limits | changes)


@pytest.fixture
def ask(run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Call a tool in this process: the command line that it stands for, with the same input."""

    def call(tool: str, policy: Policy, **arguments: Any) -> Outcome:
        given = arguments.get("input")
        text = given if isinstance(given, str) else json.dumps(given)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return run_vqe(*command_line(tool, arguments, policy))

    return call
