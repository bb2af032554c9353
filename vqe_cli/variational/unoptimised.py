"""Why a run leaves its parameters where they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vqe_cli.parts import Parts


def why_unoptimised(parts: Parts) -> str | None:
    """The reason why parameters are not optimised, as the end of a sentence; None if they are.

    Args:
        parts: The parts of a run.
    """
    if parts.optimizer.name != "none":
        return None
    if parts.solver.draws:
        return f"solver '{parts.solver.name}' optimises them only if the input names an optimizer"
    return "optimizer is 'none'"
