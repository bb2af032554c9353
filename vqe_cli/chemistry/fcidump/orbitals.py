"""Orbitals of FCIDUMP, TREXIO and Molden files, in an order in which the first are occupied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.fcidump import FileIntegrals, read_fcidump
from vqe_cli.chemistry.fcidump.labels import fock_diagonal, labels_fit, levels_fit, state_symmetry
from vqe_cli.chemistry.integrals import electronic_problem
from vqe_cli.chemistry.molden.reading import read_molden
from vqe_cli.chemistry.scf.hartree_fock_of_integrals import (
    Determinant,
    OrbitalGuess,
    lowest_determinant,
)
from vqe_cli.chemistry.scf.mean_field import MeanField, broken_symmetry, with_fixed_signs
from vqe_cli.chemistry.scf.mean_field_of_integrals import mole_without_atoms, restricted
from vqe_cli.chemistry.scf.stability import internal_instability
from vqe_cli.chemistry.symmetry.sign_symmetries import MAX_ORBITALS, irreps_of_integrals
from vqe_cli.chemistry.trexio.reading import read_trexio
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema.check_records import Check, doubt
from vqe_cli.schema.problem_records import ScfRecord
from vqe_cli.schema.readers.content import is_hdf5, is_molden

Choice = Literal["canonical", "as-given"]

UNCHANGED = 1e-6
"""Largest deviation of coefficients from 1 or 0 that counts as unrotated."""


def problem_of_selection(selection: OrbitalSelection) -> ElectronicProblem:
    """The problem over chosen orbitals of a file.

    Args:
        selection: A choice by `select_from_file`.
    """
    problem = electronic_problem(selection)
    if selection.field.report.converged:
        return problem
    problem = replace(problem, scf=None)
    return replace(problem, checks=(*problem.checks, *_saddle_point(problem)))


def select_from_file(
    path: Path,
    choice: Choice,
    space: ActiveSpace,
    check: Callable[[Any], None] | None = None,
    memory: Memory = MACHINE,
) -> OrbitalSelection:
    """The active orbitals of a file.

    Args:
        path: The file.
        choice: Whether the orbitals are rotated to those of Hartree-Fock.
        space: The active space.
        check: Callback that may refuse a `pyscf.gto.Mole` without atoms, called after the header
            has been read; None for that of the active space.
        memory: The memory limit.
    """
    check = check or (lambda mole: space.check(mole, memory))
    read = read_trexio if is_hdf5(path) else read_molden if is_molden(path) else read_fcidump
    integrals = read(
        path, lambda header: check(mole_without_atoms(header.norb, header.nelec, 0.0)), memory
    )
    return space.select(replace(_mean_field(integrals, choice), memory=memory))


def select_from_integrals(
    integrals: FileIntegrals,
    choice: Choice,
    space: ActiveSpace,
    check: Callable[[Any], None] | None = None,
    memory: Memory = MACHINE,
) -> OrbitalSelection:
    """The active orbitals of integrals that are known, such as those of a model.

    Args:
        integrals: The integrals.
        choice: Whether the orbitals are rotated to those of Hartree-Fock.
        space: The active space.
        check: Callback that may refuse a `pyscf.gto.Mole` without atoms; None for that of the
            active space.
        memory: The memory limit.
    """
    mole = mole_without_atoms(integrals.norb, integrals.nelec, 0.0)
    if check is None:
        space.check(mole, memory)
    else:
        check(mole)
    return space.select(replace(_mean_field(integrals, choice), memory=memory))


def _mean_field(integrals: FileIntegrals, choice: Choice) -> MeanField:
    found = None
    if choice == "canonical":
        found = lowest_determinant(
            integrals.h1,
            integrals.eri,
            integrals.core_energy,
            integrals.nelec,
            tuple(_guesses(integrals)),
        )
    if found is None:
        return _as_given(integrals, tried=choice == "canonical")
    return _canonical(integrals, found)


def _guesses(integrals: FileIntegrals) -> Iterator[OrbitalGuess]:
    """Guesses of the file's own orbitals: by order, by energy, and by the diagonal."""
    own = np.eye(integrals.norb)
    yield OrbitalGuess("the file's first orbitals", own)
    if integrals.orbital_energies is not None:
        order = np.argsort(integrals.orbital_energies, kind="stable")
        yield OrbitalGuess("the file's orbital energies", own[:, order])
    order = np.argsort(np.diag(integrals.h1), kind="stable")
    yield OrbitalGuess("the file's one-electron energies", own[:, order])


def _canonical(integrals: FileIntegrals, found: Determinant) -> MeanField:
    coefficients = with_fixed_signs(found.coefficients)
    rounded = np.round(coefficients)
    rotated = bool(np.abs(coefficients - rounded).max() > UNCHANGED)
    coefficients = coefficients if rotated else rounded
    given, _ = fock_diagonal(integrals)
    notes = _notes(coefficients, rotated, found.report, given)
    state = tuple(state_symmetry(integrals, coefficients))
    checks = (*_of_file(integrals), *state, *broken_symmetry(found.report))
    return MeanField(
        mole=mole_without_atoms(integrals.norb, integrals.nelec, integrals.core_energy),
        mo_coeff=coefficients,
        mo_energy=found.energies,
        mo_occ=_occupation(integrals),
        hcore=integrals.h1,
        nuclear_energy=integrals.core_energy,
        orbsym=found.irreps if max(found.irreps) else None,
        point_group=None,
        full_point_group=None,
        report=found.report,
        eri=integrals.eri,
        checks=checks,
        assumed=integrals.assumed,
        notes=(*integrals.notes, *notes),
    )


def _as_given(integrals: FileIntegrals, *, tried: bool) -> MeanField:
    energy, levels = fock_diagonal(integrals)
    small = integrals.norb <= MAX_ORBITALS
    irreps = irreps_of_integrals(integrals.h1, integrals.eri) if small else (0,)
    coefficients = np.eye(integrals.norb)
    note = (
        "Hartree-Fock did not converge over the file's integrals: its orbitals are used as they"
        " are given, the first ones occupied"
        if tried
        else "the file's orbitals as they are given, the first ones occupied"
    )
    return MeanField(
        mole=mole_without_atoms(integrals.norb, integrals.nelec, integrals.core_energy),
        mo_coeff=coefficients,
        mo_energy=levels,
        mo_occ=_occupation(integrals),
        hcore=integrals.h1,
        nuclear_energy=integrals.core_energy,
        orbsym=irreps if max(irreps) else None,
        point_group=None,
        full_point_group=None,
        report=ScfRecord(
            method="RHF" if integrals.header.spin == 0 else "ROHF",
            energy=energy,
            converged=False,
            stable=None,
            externally_stable=None,
            steps=("orbitals as given: no iterations",),
            iterations=0,
            wall_s=0.0,
        ),
        eri=integrals.eri,
        checks=(*_of_file(integrals), *state_symmetry(integrals, coefficients)),
        assumed=integrals.assumed,
        notes=(*integrals.notes, note),
    )


def _of_file(integrals: FileIntegrals) -> tuple[Check, ...]:
    """The failed checks of the file's own data."""
    return (*integrals.checks, *labels_fit(integrals), *levels_fit(integrals))


def _occupation(integrals: FileIntegrals) -> FloatArray:
    """The occupation of doubly occupied, singly occupied and empty orbitals, shape (norb,)."""
    orbitals = np.arange(integrals.norb)
    alpha, beta = integrals.nelec
    return (orbitals < alpha).astype(float) + (orbitals < beta)


def _notes(
    coefficients: FloatArray, rotated: bool, report: ScfRecord, given: float
) -> Iterator[str]:
    """Notes on changes of the file's orbitals."""
    unchanged = not rotated and bool((np.diag(coefficients) == 1).all())
    if unchanged:
        return
    done = "rotated to canonical" if rotated else "put into the order of"
    yield (
        f"the file's orbitals were {done} Hartree-Fock orbitals ({report.method}"
        f" {report.energy:.6f} Ha; the determinant of its first orbitals {given:.6f} Ha)"
    )


def _saddle_point(problem: ElectronicProblem) -> Iterator[Check]:
    """The failed check of a stationary determinant of the file's orbitals at a saddle point."""
    if problem.reference_determinant != "hartree-fock":
        return
    try:
        descent = internal_instability(restricted(problem))
    except NotConvergedError as error:
        yield doubt(name="reference-determinant", value="not tested", detail=error.message)
        return
    if descent is not None:
        yield doubt(
            name="reference-determinant",
            value="saddle point",
            expected="minimum",
            detail="a determinant nearby lies lower: `fcidump: {orbitals: canonical}` finds it",
        )
