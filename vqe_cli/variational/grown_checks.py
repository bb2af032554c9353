"""The check that the parameters of a grown ansatz belong to the problem."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz.grown import Grown
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.schema.check_records import Check, doubt

ENERGY_TOLERANCE = 1e-6
"""Hartree: the round-off of reference determinants of mean fields converged apart."""

ORBITAL_TOLERANCE = 1e-3
"""Hartree: the error of orbital energies of mean fields converged apart."""


def grown_checks(ansatz: Ansatz, problem: Problem, *, optimised: bool) -> Iterator[Check]:
    """A warning that a grown ansatz is evaluated as it is, for another molecule or other orbitals.

    An optimiser adapts its parameters; without one they have no meaning in other orbitals.

    Args:
        ansatz: The ansatz.
        problem: The problem.
        optimised: Whether an optimiser ran.
    """
    if optimised or not isinstance(ansatz, Grown) or not isinstance(problem, ElectronicProblem):
        return
    here, there = problem.hartree_fock_energy, ansatz.determinant_energy
    advice = "another molecule, geometry or other orbitals; any optimiser adapts its parameters"
    if there is not None and abs(here - there) > ENERGY_TOLERANCE:
        detail = f"it was grown from a reference determinant of another energy: {advice}"
        yield doubt(
            "grown-elsewhere", detail, value=here, expected=there, tolerance=ENERGY_TOLERANCE
        )
        return
    apart = _largest_difference(ansatz.orbital_energies, problem)
    if apart > ORBITAL_TOLERANCE:
        detail = f"it was grown in orbitals of other energies: {advice}"
        yield doubt(
            "grown-elsewhere", detail, value=apart, expected=0.0, tolerance=ORBITAL_TOLERANCE
        )


def _largest_difference(recorded: tuple[float, ...] | None, problem: ElectronicProblem) -> float:
    """The largest difference of the active orbitals' energies from recorded ones, Hartree."""
    if recorded is None or problem.active_space is None:
        return 0.0
    active = [one.energy for one in problem.active_space.orbitals if one.part == "active"]
    if len(active) != len(recorded):
        return float("inf")
    return float(np.abs(np.subtract(active, recorded)).max())
