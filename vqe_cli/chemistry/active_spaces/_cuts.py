"""Active spaces that cut through a set of degenerate orbitals."""

from __future__ import annotations

import numpy as np

from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.schema.check_records import Check, doubt

DEGENERATE = 1e-4
"""Largest difference of degenerate energies, Hartree; geometries are not exactly symmetric."""


def cut_check(where: str, instead: str = "") -> tuple[Check, ...]:
    """The failed check of an active space that is an arbitrary choice among equal orbitals.

    Args:
        where: The orbitals that are cut apart, and in what they are equal; empty if none are.
        instead: The flag of an active space that has them all; empty if none is known.
    """
    if not where:
        return ()
    return (
        doubt(
            name="active-space-cut",
            value=False,
            expected=True,
            detail=f"the active space cuts through {where}: which of them are active, and with"
            f" that the energy, is left to chance{f'; {instead} has them all' if instead else ''}",
        ),
    )


def cut_reason(where: str) -> str:
    """The same finding, as the end of a reason for the choice.

    Args:
        where: The orbitals that are cut apart, as in `cut_check`.
    """
    return f"; it cuts through {where}" if where else ""


def sets_of_equal_energy(field: MeanField, active: tuple[int, ...]) -> str:
    """Sets of orbitals of equal energy and occupation that are only partly active.

    Args:
        field: The mean field.
        active: Indices of the active orbitals.
    """
    found: list[str] = []
    for index in active:
        apart = np.abs(field.mo_energy - field.mo_energy[index]) <= DEGENERATE
        equal = np.flatnonzero(apart & (field.mo_occ == field.mo_occ[index]))
        numbers = ", ".join(str(other + 1) for other in equal)
        if not set(equal) <= set(active) and numbers not in found:
            found.append(numbers)
    return f"orbitals of equal energy ({'; '.join(found)})" if found else ""


def whole_window(field: MeanField, active: tuple[int, ...]) -> tuple[int, ...]:
    """The smallest window of orbitals that has the given ones, and all that are equal to one of it.

    Args:
        field: The mean field.
        active: Indices of the active orbitals, with all singly occupied ones.
    """
    low, high = min(active), max(active)
    while True:
        energies, occupations = field.mo_energy, field.mo_occ
        window = slice(low, high + 1)
        near = np.abs(energies[:, None] - energies[None, window]) <= DEGENERATE
        equal = near & (occupations[:, None] == occupations[None, window])
        found = np.flatnonzero(equal.any(axis=1))
        if (low, high) == (found.min(), found.max()):
            return tuple(range(low, high + 1))
        low, high = int(found.min()), int(found.max())
