"""Relaxation of a molecule at a fixed distance, angle or dihedral."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.validation import Frozen
from vqe_cli.analysis.geometries.checkpoint import SAME
from vqe_cli.analysis.geometries.constraints import Constraint
from vqe_cli.analysis.geometries.optimisation import Options, optimise
from vqe_cli.analysis.geometries.surface import Point, Surface
from vqe_cli.errors import NotConvergedError
from vqe_cli.scan.movement import moved


class Relaxation(Frozen):
    """The coordinate that a relaxation keeps."""

    kind: str
    atoms: tuple[int, ...] = Field(strict=False, description="Indices of its atoms, from 0.")
    value: float = Field(description="In Ångström or degrees.")
    moving: tuple[int, ...] = Field(
        strict=False,
        description="Indices of the atoms that move together to reach the value; none if the "
        "relaxation moves them.",
    )

    @property
    def constraint(self) -> Constraint:
        """The constraint of the optimisation."""
        return Constraint(self.kind, tuple(atom + 1 for atom in self.atoms), self.value)


def relaxed(surface: Surface, relaxation: Relaxation, start: FloatArray) -> Point:
    """The lowest point of a surface with a coordinate at its value.

    Args:
        surface: The surface.
        relaxation: The coordinate.
        start: Positions to start from, bohr, shape (natm, 3).

    Raises:
        NotConvergedError: The geometry, or an energy on the way, did not converge.
    """
    angstrom = moved(
        BOHR_IN_ANGSTROM * start, relaxation.atoms, relaxation.moving, relaxation.value
    )
    options = Options(constraints=(relaxation.constraint,), thresholds="tight")
    known: list[Point] = []

    def point(positions: FloatArray) -> Point:
        for one in known:
            if np.abs(one.positions - positions).max() < SAME:
                return one
        known.append(surface.point(positions))
        return known[-1]

    outcome = optimise(point, surface.symbols, angstrom / BOHR_IN_ANGSTROM, options)
    if not outcome.converged:
        raise NotConvergedError(
            f"the geometry was not relaxed: {outcome.message}",
            hint="begin with vqe optimize, or scan in smaller steps",
        )
    return outcome.points[-1]
