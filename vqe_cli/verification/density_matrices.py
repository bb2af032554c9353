"""The energy of density matrices, and whether a state can have them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from vqe_cli._core.arrays import FloatArray, array_archive
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.readers.content import about, read_bytes
from vqe_cli.schema.severity import or_fail
from vqe_cli.verification.claim import ClaimedEnergy, DensityArrays
from vqe_cli.verification.pair_conditions import PairSpace
from vqe_cli.verification.records import Evidence

_DAMAGED = (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error)

MAX_BYTES = 2_000_000_000

TOLERANCE = 1e-5
"""Largest deviation of a density matrix that is written to a few digits fewer than computed."""

EXACT = 1e-13
"""Largest difference of an element from the decimal that was written."""

FEWEST_DIGITS, MOST_DIGITS = 3, 12
"""Numbers of decimals from which on, and below which, elements count as rounded."""

CONVENTIONS: dict[str, tuple[int, int, int, int] | tuple[()]] = {
    "⟨a†_p a†_r a_s a_q⟩": (),
    "⟨a†_p a†_q a_r a_s⟩, as in OpenFermion,": (0, 3, 1, 2),
    "⟨a†_p a†_q a_s a_r⟩": (0, 2, 1, 3),
}
"""What the elements of two-body matrices mean, and the axes of the chemists' order in each."""

MOST_ORBITALS = 30
"""Number of orbitals up to which the conditions Q and G are checked."""


@dataclass(frozen=True, eq=False)
class _Matrices:
    """One-body matrix summed over spin, two-body matrix, and the trace of each spin if known."""

    one: FloatArray
    two: FloatArray
    traces: tuple[float, float] | None

    @property
    def norb(self) -> int:
        """The number of orbitals."""
        return len(self.one)

    @property
    def digits(self) -> int:
        """The number of decimals to which all elements are written, at most twelve."""
        elements = np.concatenate((self.one.ravel(), self.two.ravel()))
        rounded = (np.abs(elements - elements.round(k)).max() <= EXACT for k in range(MOST_DIGITS))
        return next((k for k, is_all in enumerate(rounded) if is_all), MOST_DIGITS)

    @property
    def tolerance(self) -> float:
        """The deviation of an eigenvalue or a trace that the rounding of elements explains."""
        digits = self.digits
        if digits < FEWEST_DIGITS:  # those of a determinant are whole numbers
            return TOLERANCE
        return max(TOLERANCE, 2.0 * self.norb * 10.0**-digits)

    def energy(self, problem: ElectronicProblem) -> float:
        """The total energy, Hartree.

        Args:
            problem: The problem.
        """
        total = np.sum(problem.h1 * self.one) + 0.5 * np.sum(problem.h2 * self.two)
        return float(total) + problem.core_energy


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
    found = _given(given, folder, problem)
    return Evidence(
        kind="density",
        energy=found.energy(problem),
        checks=tuple(_checks(found, problem)),
        notes=tuple(_notes(found)),
    )


def conventions_of_density(
    given: DensityArrays | str, folder: Path, problem: Problem, claimed: ClaimedEnergy
) -> Iterator[str]:
    """Other meanings of the indices in which density matrices give the claimed energy.

    Args:
        given: The matrices, or the name of their file.
        folder: The folder of the claim.
        problem: The problem.
        claimed: The claimed energy.
    """
    if not isinstance(problem, ElectronicProblem):
        return
    found = _given(given, folder, problem)
    for words, axes in CONVENTIONS.items():
        for factor, more in ((1.0, ""), (2.0, ", halved"), (0.5, ", doubled")):
            if not axes and factor == 1.0:
                continue
            two = factor * found.two.transpose(axes or (0, 1, 2, 3))
            other = _Matrices(found.one, two, found.traces)
            fits = abs(other.energy(problem) - claimed.energy) <= claimed.tolerance
            if fits and all(check.status == "pass" for check in _checks(other, problem)):
                yield (
                    f"the matrices give the claimed energy if rdm2[p, q, r, s] is {words}{more}:"
                    " write ⟨a†_p a†_r a_s a_q⟩, summed over spin"
                )


def _given(given: DensityArrays | str, folder: Path, problem: ElectronicProblem) -> _Matrices:
    if isinstance(given, str):
        return _read(folder / given, problem.norb)
    return _matrices(given.rdm1, given.rdm2, problem.norb)


def _notes(found: _Matrices) -> Iterator[str]:
    yield "the orbitals of the matrices are taken to be those of the problem"
    if found.tolerance > TOLERANCE:
        allowed = f"checks allow {found.tolerance:.1g}"
        yield f"the matrices are written to {found.digits} decimals: {allowed}"


def _read(path: Path, norb: int) -> _Matrices:
    """The matrices in a file: an archive of NumPy, or an object in JSON."""
    raw = read_bytes(path, MAX_BYTES)
    hint = "give the file of `vqe run --rdm`, or {rdm1: ..., rdm2: ...} in JSON"
    try:
        if raw.lstrip().startswith(b"{"):
            given = json.loads(raw)
            return _matrices(given["rdm1"], given["rdm2"], norb)
        with array_archive(raw) as archive:
            one, two = archive["rdm1"], archive["rdm2"]
    except KeyError:
        raise about(path, "has no arrays rdm1 and rdm2", hint) from None
    except (*_DAMAGED, RecursionError) as error:
        raise about(path, f"holds no density matrices: {error}", hint) from None
    return _matrices(one, two, norb)


def _matrices(one: object, two: object, norb: int) -> _Matrices:
    try:
        first, second = (_real(np.array(given)) for given in (one, two))
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
            hint=f"rdm1: ({norb}, {norb}) or (2, {norb}, {norb}); rdm2: ({norb},)*4, summed over"
            " spin; sum those of spin orbitals over spin first",
        )
    if first.ndim == 2:
        return _Matrices(first, second, None)
    traces = (float(np.trace(first[0])), float(np.trace(first[1])))
    return _Matrices(first[0] + first[1], second, traces)


def _real(array: np.ndarray) -> FloatArray:
    """An array of real numbers, from complex ones without imaginary parts."""
    if np.iscomplexobj(array):
        if np.abs(array.imag).max(initial=0.0) > EXACT:
            raise ValueError("an imaginary part")
        array = array.real
    return array.astype(float)


def _checks(found: _Matrices, problem: ElectronicProblem) -> Iterator[Check]:
    """Checks of symmetry, electrons and spin, and of the conditions on pairs."""
    electrons = sum(problem.nelec)
    near = partial(_near, scale=found.tolerance)
    swapped, mirrored = found.two.transpose(2, 3, 0, 1), found.two.transpose(1, 0, 3, 2)
    asymmetry = max(
        _largest(found.one - found.one.T),
        _largest(found.two - swapped),
        _largest(found.two - mirrored),
    )
    yield near("density-symmetric", asymmetry, 0.0, "largest asymmetry of both matrices")
    yield near("particle-number", float(np.trace(found.one)), electrons, "trace of rdm1")
    if found.traces is not None:
        half = 0.5 * (found.traces[0] - found.traces[1])
        yield near("sz", half, problem.spin_z, "half the difference of the traces of both spins")
    pairs = float(np.einsum("ppqq->", found.two))
    yield near("pair-number", pairs, electrons * (electrons - 1), "trace of rdm2")
    contracted = np.einsum("pqrr->pq", found.two) - (electrons - 1) * found.one
    yield near("contraction", _largest(contracted), 0.0, "of rdm2 to rdm1")
    exchange = float(np.einsum("pqqp->", found.two))
    spin = electrons - 0.25 * electrons**2 - 0.5 * exchange
    yield near("s-squared", spin, problem.spin_squared, "from the exchange of spins in rdm2")
    if electrons >= 2:
        yield from _positivity(found, problem)


def _positivity(found: _Matrices, problem: ElectronicProblem) -> Iterator[Check]:
    """The lowest eigenvalues of D, Q and G."""
    norb, tolerance = problem.norb, found.tolerance
    near = partial(_near, scale=tolerance)
    occupations = np.linalg.eigvalsh(0.5 * (found.one + found.one.T))
    outside = max(-float(occupations[0]), float(occupations[-1]) - 2.0, 0.0)
    yield near("occupations", outside, 0.0, "beyond 0 and 2")
    spin = (problem.multiplicity - 1) / 2
    space = PairSpace(norb, sum(problem.nelec), spin)
    matrix = space.symmetrised(found.two.transpose(0, 2, 1, 3))
    further = space.conditions if norb <= MOST_ORBITALS else ()
    for condition in (*space.pair_density, *further):
        if condition.dimension:
            lowest = float(np.linalg.eigvalsh(condition.matrix(matrix))[0])
            yield Check(
                name=f"positive {condition.name}",
                status=or_fail(lowest >= -tolerance),
                hard=True,
                value=lowest,
                expected=0.0,
                tolerance=tolerance,
                detail="lowest eigenvalue, which is not negative for any state",
            )


def _near(name: str, value: float, expected: float, detail: str, *, scale: float) -> Check:
    tolerance = scale * max(1.0, abs(expected))
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
