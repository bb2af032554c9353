"""Calls of tools, each in a process that is stopped at the limits of the server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vqe_cli._core.redaction import redact
from vqe_cli._core.resources import show_bytes
from vqe_cli.cli.mcp.child import Call
from vqe_cli.cli.mcp.policy import STATE, Policy
from vqe_cli.cli.output import failed_run
from vqe_cli.errors import InterruptedRunError, ResourceLimitError, VqeError, bug_hint
from vqe_cli.schema.records import to_json
from vqe_cli.screening.workers.process_groups import ProcessTree

ERROR_SCHEMA = "vqe-error/1"

PERIOD_S = 0.05
"""Time between two looks at a call's time and memory."""

GRACE_S = 2.0
"""Time for a call that is out of time to say what it knows."""

OUTPUT_KEPT = 4000
"""Number of characters of messages that are quoted of a call without an answer."""


@dataclass(frozen=True)
class Outcome:
    """The end of a call.

    Args:
        code: Exit code of the command line.
        document: What it printed: a result, or an error.
        wall_s: Duration in seconds.
    """

    code: int
    document: dict[str, Any]
    wall_s: float

    @property
    def is_error(self) -> bool:
        """Whether there is an error and no result; a result whose verdict is fail is none."""
        return self.document.get("schema") == ERROR_SCHEMA


def perform(
    tool: str,
    arguments: Mapping[str, Any],
    policy: Policy,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Perform a call in a process of its own.

    Args:
        tool: Name of the tool.
        arguments: The arguments as plain data.
        policy: What the server allows.
        stopped: Function that says whether the client has withdrawn the call.

    Returns:
        The outcome, an error included.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vqe-mcp-") as folder:
        code, document = _performed(tool, arguments, policy, stopped, Path(folder))
    return Outcome(code, document, time.monotonic() - began)


def _performed(
    tool: str,
    arguments: Mapping[str, Any],
    policy: Policy,
    stopped: Callable[[], bool],
    scratch: Path,
) -> tuple[int, dict[str, Any]]:
    call = Call(tool=tool, arguments=dict(arguments), policy=policy, server=os.getpid())
    (scratch / "call.json").write_text(call.model_dump_json(), encoding="utf-8")
    (scratch / "input").write_text(_text_of(arguments.get("input")), encoding="utf-8")
    (scratch / "empty").mkdir()
    with ExitStack() as stack:
        streams = [
            stack.enter_context((scratch / name).open(mode))
            for name, mode in (("input", "rb"), ("out", "wb"), ("err", "wb"))
        ]
        child = subprocess.Popen(
            # -P: no module is imported from the folder that the call works in
            [sys.executable, "-P", "-m", "vqe_cli.cli.mcp.child", str(scratch / "call.json")],
            stdin=streams[0],
            stdout=streams[1],
            stderr=streams[2],
            cwd=policy.folder if policy.readable else scratch / "empty",
            env=_environment(policy, scratch),
            start_new_session=True,
        )
        refusal = _watched(child, policy, stopped)
    return _answer(child.returncode, refusal, scratch)


def _text_of(given: Any) -> str:
    if given is None:
        return ""
    return given if isinstance(given, str) else json.dumps(given)


def _environment(policy: Policy, scratch: Path) -> dict[str, str]:
    """The environment of a call, which writes into the folder of results or nowhere."""
    state = scratch / STATE if policy.output is None else policy.output / STATE
    return {
        "NUMBA_CACHE_DIR": "",  # or an open folder's .numba_config.yaml would name another cache
        **os.environ,
        "VQE_STATE_DIR": str(state),
        "TMPDIR": str(scratch),
    }


def _watched(
    child: subprocess.Popen[bytes], policy: Policy, stopped: Callable[[], bool]
) -> VqeError | None:
    """Wait for the end of a call; the limit at which it was stopped, or None."""
    tree, deadline = ProcessTree(child.pid), time.monotonic() + policy.seconds
    try:
        while child.poll() is None:
            if stopped():
                return InterruptedRunError("the call was withdrawn")
            if time.monotonic() > deadline:
                _ask_for_end(child)
                return _out_of_time(policy)
            if tree.resident_bytes() > policy.memory:
                return _out_of_memory(policy)
            time.sleep(PERIOD_S)
        return None
    finally:
        tree.kill()
        child.wait()


def _ask_for_end(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGTERM)
    try:
        child.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        return


def _out_of_time(policy: Policy) -> ResourceLimitError:
    kept = "" if policy.output is None else "; `resume` goes on with a run where it stopped"
    return ResourceLimitError(
        f"stopped after {policy.seconds:g} s, the time that this server allows for a call",
        hint=f"choose a smaller active space, fewer shots or another ansatz; `estimate` tells the"
        f" time of a run{kept}",
    )


def _out_of_memory(policy: Policy) -> ResourceLimitError:
    return ResourceLimitError(
        f"stopped at {show_bytes(policy.memory)}, the memory that this server allows for a call",
        hint="choose a smaller active space or basis set",
    )


def _answer(code: int, refusal: VqeError | None, scratch: Path) -> tuple[int, dict[str, Any]]:
    """The exit code and what was printed, or the error in its place."""
    printed = _object_in((scratch / "out").read_text(encoding="utf-8", errors="replace"))
    if refusal is None and printed is not None:
        return code, printed
    error = refusal or _without_answer(code, scratch)
    if printed is not None:
        error.known = dict(printed.get("known") or {})
    document = json.loads(to_json(failed_run(error)))
    return error.exit_code, document


def _without_answer(code: int, scratch: Path) -> VqeError:
    messages = (scratch / "err").read_text(encoding="utf-8", errors="replace").strip()
    end = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    said = f": {redact(messages[-OUTPUT_KEPT:])}" if messages else ""
    return VqeError(f"the call ended {end} and without an answer{said}", hint=bug_hint("vqe"))


def _object_in(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
