"""The energy of density matrices, and whether a state can have them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.schema.readers.content import about, read_bytes
from vqe_cli.schema.records import Check
from vqe_cli.schema.severity import or_fail
from vqe_cli.verification.claim import DensityArrays
from vqe_cli.verification.pair_conditions import PairSpace
from vqe_cli.verification.records import Evidence

MAX_BYTES = 2_000_000_000

TOLERANCE = 1e-5
"""Largest deviation of a density matrix that is written to a few digits fewer than computed."""

MOST_ORBITALS = 30
"""Number of orbitals up to which the conditions Q and G are checked."""


@dataclass(frozen=True, eq=False)
class _Matrices:
    """One-body matrix summed over spin, two-body matrix, and the trace of each spin if known."""

    one: FloatArray
    two: FloatArray
    traces: tuple[float, float] | None


def of_density(given: DensityArrays | str, folder: Path, problem: Problem) -> Evidence:
    """The energy of density matrices, and checks that a state of the sector can have them.

    Args:
        given: The matrices, or the name of their file.
        folder: The folder of the claim.
        problem: The problem; its orbitals are those of the matrices.

    Raises:
        InputError: The matrices do not fit the problem.
    """
    if not isinstance(problem, ElectronicProblem):
        message = "density matrices are those of electrons; this problem is a qubit Hamiltonian"
        raise InputError(message, path=("density",))
    if isinstance(given, str):
        found = _read(folder / given, problem.norb)
    else:
        found = _matrices(given.rdm1, given.rdm2, problem.norb)
    energy = float(np.sum(problem.h1 * found.one) + 0.5 * np.sum(problem.h2 * found.two))
    return Evidence(
        kind="density",
        energy=energy + problem.core_energy,
        checks=tuple(_checks(found, problem)),
        notes=("the orbitals of the matrices are taken to be those of the problem",),
    )


def _read(path: Path, norb: int) -> _Matrices:
    """The matrices in a file of NumPy."""
    raw = read_bytes(path, MAX_BYTES)
    hint = "give the file of `vqe run --rdm`"
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as archive:
            one, two = archive["rdm1"], archive["rdm2"]
    except KeyError as error:
        raise about(path, f"has no array {error.args[0]}", hint) from None
    except (ValueError, OSError, zipfile.BadZipFile, AttributeError, TypeError) as error:
        raise about(path, f"is no archive of NumPy arrays: {error}", hint) from None
    return _matrices(one, two, norb)


def _matrices(one: object, two: object, norb: int) -> _Matrices:
    try:
        first, second = (np.array(one, dtype=float), np.array(two, dtype=float))
    except (ValueError, TypeError):
        message = "density matrices must be arrays of real numbers"
        raise InputError(message, path=("density",)) from None
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise InputError("density matrices must be finite", path=("density",))
    if first.shape not in ((norb, norb), (2, norb, norb)) or second.shape != (norb,) * 4:
        raise InputError(
            f"rdm1 has shape {first.shape} and rdm2 {second.shape}, of a problem with {norb}"
            " orbitals",
            path=("density",),
            hint=f"rdm1: ({norb}, {norb}) or (2, {norb}, {norb}); rdm2: ({norb},)*4",
        )
    if first.ndim == 2:
        return _Matrices(first, second, None)
    traces = (float(np.trace(first[0])), float(np.trace(first[1])))
    return _Matrices(first[0] + first[1], second, traces)


def _checks(found: _Matrices, problem: ElectronicProblem) -> Iterator[Check]:
    """Checks of symmetry, electrons and spin, and of the conditions on pairs."""
    electrons = sum(problem.nelec)
    swapped, mirrored = found.two.transpose(2, 3, 0, 1), found.two.transpose(1, 0, 3, 2)
    asymmetry = max(
        _largest(found.one - found.one.T),
        _largest(found.two - swapped),
        _largest(found.two - mirrored),
    )
    yield _near("density-symmetric", asymmetry, 0.0, "largest asymmetry of both matrices")
    yield _near("particle-number", float(np.trace(found.one)), electrons, "trace of rdm1")
    if found.traces is not None:
        half = 0.5 * (found.traces[0] - found.traces[1])
        yield _near("sz", half, problem.spin_z, "half the difference of the traces of both spins")
    pairs = float(np.einsum("ppqq->", found.two))
    yield _near("pair-number", pairs, electrons * (electrons - 1), "trace of rdm2")
    contracted = np.einsum("pqrr->pq", found.two) - (electrons - 1) * found.one
    yield _near("contraction", _largest(contracted), 0.0, "of rdm2 to rdm1")
    exchange = float(np.einsum("pqqp->", found.two))
    spin = electrons - 0.25 * electrons**2 - 0.5 * exchange
    yield _near("s-squared", spin, problem.spin_squared, "from the exchange of spins in rdm2")
    if electrons >= 2:
        yield from _positivity(found, problem)


def _positivity(found: _Matrices, problem: ElectronicProblem) -> Iterator[Check]:
    """The lowest eigenvalues of D, Q and G."""
    norb = problem.norb
    occupations = np.linalg.eigvalsh(0.5 * (found.one + found.one.T))
    outside = max(-float(occupations[0]), float(occupations[-1]) - 2.0, 0.0)
    yield _near("occupations", outside, 0.0, "beyond 0 and 2")
    spin = (problem.multiplicity - 1) / 2
    space = PairSpace(norb, sum(problem.nelec), spin)
    matrix = space.symmetrised(found.two.transpose(0, 2, 1, 3))
    further = space.conditions if norb <= MOST_ORBITALS else ()
    for condition in (*space.pair_density, *further):
        if condition.dimension:
            lowest = float(np.linalg.eigvalsh(condition.matrix(matrix))[0])
            yield Check(
                name=f"positive {condition.name}",
                status=or_fail(lowest >= -TOLERANCE),
                hard=True,
                value=lowest,
                expected=0.0,
                tolerance=TOLERANCE,
                detail="lowest eigenvalue, which is not negative for any state",
            )


def _near(name: str, value: float, expected: float, detail: str) -> Check:
    tolerance = TOLERANCE * max(1.0, abs(expected))
    return Check(
        name=name,
        status=or_fail(abs(value - expected) <= tolerance),
        hard=True,
        value=value,
        expected=float(expected),
        tolerance=tolerance,
        detail=detail,
    )


def _largest(array: FloatArray) -> float:
    return float(np.abs(array).max(initial=0.0))
