"""Error messages as lines of text."""

from __future__ import annotations

from vqe_cli._core.redaction import redact
from vqe_cli._core.text import printable
from vqe_cli._core.wording import counted
from vqe_cli.errors import VqeError


def error_lines(error: VqeError) -> list[str]:
    """The message, the best energy so far and the hint of an error, one line each, without tokens.

    Args:
        error: The error.
    """
    lines = [f"error: {error}"]
    if "best_energy" in error.known:
        steps, evaluations = error.known["steps"], error.known["evaluations"]
        lines.append(
            f"best so far: {error.known['best_energy']:.10f} {error.known.get('unit', 'Ha')}"
            f" after {counted(steps, 'step')}, {counted(evaluations, 'evaluation')}"
        )
    if error.hint:
        lines.append(f"hint: {error.hint}")
    return [printable(redact(line)) for line in lines]
