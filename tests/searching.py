"""The plain loop on an objective that no state belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vqe_cli._core.arrays import Vector
from vqe_cli.variational.initial_points import Starts
from vqe_cli.variational.minimise import Minimisation
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.solution import Solution

NO_STATE: Any = None
"""For objectives that are scripted, and not the energy of a state."""


def solve(
    objective: Any, optimizer: Optimizer, starts: Sequence[Vector], seed: int, **options: Any
) -> Solution:
    """Minimise from every starting point and keep the lowest."""
    points = Starts(tuple(starts), "given", random=False)
    return Minimisation(NO_STATE, objective, optimizer, points, seed, **options).find()
