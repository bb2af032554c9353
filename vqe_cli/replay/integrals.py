"""Recorded integrals against those of the mean field now."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.energy_units import units_of
from vqe_cli.analysis.bundles.integrals import INTEGRALS, Integrals
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.replay.records import Change
from vqe_cli.schema.readers.content import about
from vqe_cli.schema.stored_records import StoredRun

SAME_INTEGRAL = 1e-7
"""Largest difference between integrals of orbitals of two converged mean fields, Hartree."""


def recorded_integrals(stored: StoredRun) -> Integrals | None:
    """The integrals in a bundle; None for a record alone or a qubit Hamiltonian.

    Args:
        stored: The record.

    Raises:
        InputError: The file of the integrals is damaged.
    """
    name = f"{stored.folder}{INTEGRALS}"
    if stored.bundle is None or name not in stored.bundle.names:
        return None
    try:
        return Integrals.from_bytes(stored.bundle.read(name))
    except ValueError as error:
        raise about(stored.path / name, str(error)) from None


def integral_changes(recorded: Integrals | None, problem: Problem) -> tuple[Change, ...]:
    """The change of the integrals, if there is one, and what kind of change it is.

    Args:
        recorded: The recorded integrals; None if they are not known.
        problem: The problem now.
    """
    if recorded is None or not isinstance(problem, ElectronicProblem):
        return ()
    now = Integrals.of(problem)
    if now.sha256 == recorded.sha256:
        return ()
    change = Change(
        kind="integrals",
        name="SHA-256",
        recorded=recorded.sha256,
        now=now.sha256,
        detail=_described(recorded, now, units_of(problem.unit).energy),
    )
    return (change,)


def _described(recorded: Integrals, now: Integrals, unit: str) -> str:
    if recorded.h1.shape != now.h1.shape:
        return f"{len(now.h1)} orbitals instead of {len(recorded.h1)}"
    if (recorded.beta is None) != (now.beta is None):
        before, after = ("un", "") if now.beta is None else ("", "un")
        return f"{after}restricted orbitals instead of {before}restricted ones"
    pairs = tuple(zip(recorded.matrices, now.matrices, strict=True))
    apart = max(float(np.abs(one - other).max(initial=0.0)) for one, other in pairs)
    apart = max(apart, abs(recorded.core_energy - now.core_energy))
    size = f"up to {apart:.1e} {unit} apart"
    if apart <= SAME_INTEGRAL:
        return f"{size}: round-off of the mean field"
    without_signs = max(
        float(np.abs(np.abs(one) - np.abs(other)).max(initial=0.0)) for one, other in pairs
    )
    if without_signs <= SAME_INTEGRAL:
        return f"{size}: orbitals of other signs, which changes no energy of the exact state"
    if _same_spectrum(recorded, now):
        return f"{size}: degenerate orbitals are rotated among themselves"
    return f"{size}: another mean field, other orbitals or another geometry"


def _same_spectrum(recorded: Integrals, now: Integrals) -> bool:
    """Whether two sets of integrals have the same orbital energies and core energy."""
    if recorded.orbital_energies.shape != now.orbital_energies.shape:
        return False
    apart = np.abs(recorded.orbital_energies - now.orbital_energies).max(initial=0.0)
    core = abs(recorded.core_energy - now.core_energy)
    return bool(apart <= 1e-6 and core <= 1e-6 and recorded.orbital_energies.size)
