"""Hartree-Fock over given integrals: the lowest restricted determinant.

The result does not depend on the orthonormal orbitals of the integrals: the point group is found
in the integrals, guesses are made of their eigenvectors, and the lowest solution is kept. The order
and energies of the given orbitals are guesses among others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.seeds import guesses
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.scf.canonical_orbitals import canonical
from vqe_cli.chemistry.scf.mean_field_of_integrals import mole_without_atoms, scf_over
from vqe_cli.chemistry.scf.stability import Rotation, internal_instability, is_externally_stable
from vqe_cli.chemistry.symmetry.sign_symmetries import (
    DEGENERATE,
    by_irreps,
    symmetry_adapted,
    transformed,
)
from vqe_cli.errors import NotConvergedError
from vqe_cli.schema.problem_records import ScfRecord

LOG = package_logger(__name__)

MAX_CYCLES = 100
COARSE = (1e-9, 1e-5)
"""Convergence thresholds of energy and gradient, Hartree, at which solutions are compared."""

TIGHT = (1e-12, 1e-9)
"""Convergence thresholds at the end, Hartree: orbitals are then good to eight digits."""

SAME_ENERGY = 1e-7

EQUAL_LEVELS = 1e-4
"""Largest difference of orbital energies within a degenerate irrep, Hartree."""

RANDOM_GUESSES = 4
FRONTIER = 3
"""Number of highest occupied and of lowest empty orbitals exchanged to try other occupations."""

MAX_EXCHANGES = 60

MAX_INSTABILITIES = 4
STEPS = (1.0, -1.0, 0.3, -0.3)
"""Lengths of rotations along an instability, radians."""


@dataclass(frozen=True, eq=False)
class OrbitalGuess:
    """Orbitals as an initial guess, with the first ones occupied.

    Args:
        name: Name of the guess.
        coefficients: Columns over the orbitals of the integrals, shape (norb, norb).
    """

    name: str
    coefficients: FloatArray


@dataclass(frozen=True, eq=False)
class Determinant:
    """Canonical orbitals: doubly occupied, singly occupied and empty ones, each by energy.

    Args:
        coefficients: Columns over the orbitals of the integrals, shape (norb, norb).
        energies: Eigenvalues of the spin-averaged Fock operator, Hartree, shape (norb,).
        irreps: Irreps of the orbitals, multiplied by exclusive or; all zero without symmetry.
        report: The record of the search for the determinant.
    """

    coefficients: FloatArray
    energies: FloatArray
    irreps: tuple[int, ...]
    report: ScfRecord


def lowest_determinant(
    h1: FloatArray,
    eri: FloatArray,
    core_energy: float,
    nelec: tuple[int, int],
    guesses: Sequence[OrbitalGuess] = (),
) -> Determinant | None:
    """The lowest RHF (closed shell) or ROHF determinant with the point group of the integrals.

    Args:
        h1: One-electron integrals, Hartree, shape (norb, norb).
        eri: Two-electron integrals, eightfold packing.
        core_energy: Energy of the nuclei and frozen electrons, Hartree.
        nelec: Numbers of alpha and beta electrons.
        guesses: Additional initial guesses.

    Returns:
        The determinant; None if no guess converges.
    """
    start = time.perf_counter()
    adapted = symmetry_adapted(h1, eri)
    back = adapted.coefficients
    field = _Field(*transformed(h1, eri, back), core_energy, nelec, np.array(adapted.irreps))
    own = [OrbitalGuess(guess.name, back.T @ guess.coefficients) for guess in guesses]
    search = _Search(field, [*own, *_invariant_guesses(field)])
    if not search.run():
        field = _SecondOrderField(
            field.h1, field.eri, core_energy, nelec, np.zeros_like(field.irreps)
        )
        search = _Search(field, [*own, *_invariant_guesses(field)])
        if not search.run():
            return None
    broken = _below(field, search) if max(field.irreps) else None
    scf = search.solution
    coefficients, energies, irreps = canonical(scf, field.h1, field.eri, field.irreps)
    report = ScfRecord(
        method="RHF" if nelec[0] == nelec[1] else "ROHF",
        energy=float(scf.e_tot),
        converged=True,
        stable=search.stable,
        externally_stable=_external(scf) if nelec[0] == nelec[1] else None,
        steps=tuple(search.steps),
        iterations=int(getattr(scf, "cycles", 0)),
        wall_s=time.perf_counter() - start,
        guesses=search.tried,
        chosen=search.chosen,
        lower_broken_symmetry_mha=None if broken is None else HARTREE_IN_MILLIHARTREE * broken,
    )
    for step in report.steps:
        LOG.info("%s: %s", report.method, step)
    LOG.info("%s energy: %.8f Hartree, %.3f s", report.method, report.energy, report.wall_s)
    return Determinant(back @ coefficients, energies, irreps, report)


@dataclass(frozen=True, eq=False)
class _Field:
    """Integrals over symmetry-adapted orbitals, and numbers of electrons."""

    h1: FloatArray
    eri: FloatArray
    core_energy: float
    nelec: tuple[int, int]
    irreps: Any
    method: ClassVar[str] = "DIIS"

    def operations_over(self, orbitals: FloatArray) -> FloatArray:
        """The operations of the point group over orbitals, shape (operations, norb, norb).

        Each changes the signs of some irreps, whose numbers multiply by exclusive or.
        """
        bits = int(max(self.irreps)).bit_length()
        signs = [(-1.0) ** np.bitwise_count(self.irreps & mask) for mask in range(1 << bits)]
        return np.array([orbitals.T @ (sign[:, None] * orbitals) for sign in signs])

    def density(self, coefficients: FloatArray) -> FloatArray:
        """Density of the determinant of the first orbitals, without elements between irreps."""
        alpha, beta = (coefficients[:, :n] @ coefficients[:, :n].T for n in self.nelec)
        same = self.irreps[:, None] == self.irreps[None, :]
        densities = np.where(same, np.array([alpha, beta]), 0.0)
        return densities.sum(axis=0) if self.nelec[0] == self.nelec[1] else densities

    def scf(self, density: FloatArray, tolerances: tuple[float, float]) -> Any:
        """A self-consistent field by DIIS; if that fails, with damping and level shift first."""
        plain = self.unsolved(tolerances)
        plain.kernel(dm0=density)
        if plain.converged:
            return plain
        damped = self.unsolved(COARSE)
        damped.damp, damped.level_shift, damped.max_cycle = 0.5, 0.5, 2 * MAX_CYCLES
        damped.kernel(dm0=density)
        again = self.unsolved(tolerances)
        again.kernel(dm0=damped.make_rdm1())
        return again

    def second_order(self, coefficients: FloatArray, occupation: FloatArray) -> Any:
        """A self-consistent field by Newton's method, free to break the point group."""
        newton = self.unsolved(COARSE).newton()
        newton.kernel(coefficients, occupation)
        return newton

    def unsolved(self, tolerances: tuple[float, float]) -> Any:
        """A PySCF object over these integrals, not yet run."""
        mole = mole_without_atoms(len(self.h1), self.nelec, self.core_energy)
        scf = scf_over(mole, self.h1, self.eri)
        scf.conv_tol, scf.conv_tol_grad = tolerances
        scf.max_cycle = MAX_CYCLES
        scf._eigh = lambda fock, *_, **__: by_irreps(np.asarray(fock), self.irreps)
        return scf


class _SecondOrderField(_Field):
    """Integrals whose solutions DIIS does not find, without a point group.

    Where degenerate orbitals are partly occupied, as in rings of 4n electrons, an empty orbital may
    lie below an occupied one. Newton's method keeps the occupation.
    """

    method: ClassVar[str] = "second order without the point group"

    def scf(self, density: FloatArray, tolerances: tuple[float, float]) -> Any:
        """A self-consistent field by Newton's method from the orbitals of a density."""
        total = density if density.ndim == 2 else density.sum(axis=0)
        coefficients = np.linalg.eigh(total)[1][:, ::-1]
        numbers = np.arange(len(total))
        occupation = (numbers < self.nelec[0]).astype(float) + (numbers < self.nelec[1])
        newton = self.unsolved(tolerances).newton()
        newton.kernel(coefficients, occupation)
        return newton


def _screened(field: _Field) -> FloatArray:
    """The one-electron Hamiltonian in the field of electrons spread evenly over all orbitals."""
    from pyscf.scf import hf

    even = np.eye(len(field.h1)) * sum(field.nelec) / len(field.h1)
    coulomb, exchange = hf.dot_eri_dm(field.eri, even, hermi=1)
    return np.asarray(field.h1 + coulomb - 0.5 * exchange)


def _has_closed_levels(field: _Field) -> bool:
    """Whether all levels are full or empty if degenerate orbitals are occupied evenly."""
    from pyscf.scf.addons import frac_occ

    norb, (alpha, beta) = len(field.h1), field.nelec
    if alpha != beta or alpha == norb:
        return alpha == beta
    spread = frac_occ(field.unsolved(COARSE))
    spread.kernel(dm0=np.eye(norb) * (alpha + beta) / norb)
    whole = np.isin(np.round(spread.mo_occ, 6), (0.0, 2.0))
    return bool(spread.converged and whole.all())


def _degenerate_irreps(field: _Field) -> list[tuple[int, int]]:
    """Pairs of irreps within a degenerate irrep of the full point group, such as π_x and π_y.

    Operators of the full symmetry have the same eigenvalues in both.
    """
    operators = [field.h1, _screened(field)]
    return [
        (int(one), int(other))
        for one, other in combinations(np.unique(field.irreps), 2)
        if all(
            _same_levels(operator, field.irreps, one, other, DEGENERATE) for operator in operators
        )
    ]


def _same_levels(operator: FloatArray, irreps: Any, one: int, other: int, tolerance: float) -> bool:
    first, second = (
        np.linalg.eigvalsh(operator[np.ix_(irreps == irrep, irreps == irrep)])
        for irrep in (one, other)
    )
    return first.size == second.size and bool(np.allclose(first, second, rtol=0, atol=tolerance))


def _invariant_guesses(field: _Field) -> Iterator[OrbitalGuess]:
    """Guesses that do not depend on the orbitals of the integrals: eigenvectors of operators."""
    norb, screened = len(field.h1), _screened(field)
    yield OrbitalGuess("core Hamiltonian", by_irreps(field.h1, field.irreps)[1])
    energies, vectors = by_irreps(screened, field.irreps)
    yield OrbitalGuess("evenly screened core Hamiltonian", vectors)
    random = guesses()
    width = float(np.std(energies))
    for number in range(1, RANDOM_GUESSES + 1):
        noise = random.normal(scale=width / norb**0.5, size=(norb, norb))
        disturbed = by_irreps(screened + noise + noise.T, field.irreps)[1]
        yield OrbitalGuess(f"screened core Hamiltonian with noise {number}", disturbed)


class _Search:
    """Search for the lowest solution, with several guesses and occupations and along instabilities.

    If all levels are full or empty, solutions that keep degenerate irreps degenerate are preferred:
    with one of two π orbitals occupied a molecule would not be linear. Open shells, and closed
    ones such as singlet O2, must occupy degenerate orbitals unevenly.
    """

    def __init__(self, field: _Field, guesses: Sequence[OrbitalGuess]) -> None:
        self._field, self._guesses = field, guesses
        self.solution: Any = None
        self.chosen, self.tried = "", 0
        self.steps: list[str] = []
        self.stable: bool | None = None
        self.lowest = np.inf
        self._pairs = _degenerate_irreps(field) if _has_closed_levels(field) else []
        self._keeps = False

    def run(self) -> bool:
        """Search from all guesses and occupations, and along instabilities.

        Returns:
            Whether any guess converged.
        """
        for guess in self._guesses:
            self._try(self._field.density(guess.coefficients), guess.name)
        if self.solution is None:
            return False
        self.tried = len(self._guesses) + self._other_fillings()
        self.steps.append(
            f"{self._field.method} from {counted(self.tried, 'guess', 'guesses')}, the lowest"
            f" kept: {self.chosen}"
        )
        try:
            self._leave_saddle_points()
        except NotConvergedError as error:
            self.steps.append(error.message)
        best = self.solution
        tight = self._field.scf(best.make_rdm1(), TIGHT)
        if tight.e_tot < best.e_tot + SAME_ENERGY:
            self.solution = tight
        return True

    def _try(self, density: FloatArray, name: str) -> bool:
        """Converge from a density, and return whether the solution is better than the best."""
        scf = self._field.scf(density, COARSE)
        if not scf.converged:
            return False
        self.lowest = min(self.lowest, float(scf.e_tot))
        keeps = self._keeps_degeneracy(scf)
        lower = self.solution is None or scf.e_tot < self.solution.e_tot - SAME_ENERGY
        if keeps < self._keeps or (keeps == self._keeps and not lower):
            return False
        self.solution, self.chosen, self._keeps = scf, name, keeps
        return True

    def _keeps_degeneracy(self, scf: Any) -> bool:
        """Whether the orbitals of degenerate irreps have equal energies."""
        if not self._pairs:
            return True
        fock, irreps = np.asarray(scf.get_fock(dm=scf.make_rdm1())), self._field.irreps
        return all(
            _same_levels(fock, irreps, one, other, EQUAL_LEVELS) for one, other in self._pairs
        )

    def _other_fillings(self) -> int:
        """Exchange occupied and empty orbitals near the gap; return the number of trials."""
        tried, improved = 0, True
        while improved and tried < MAX_EXCHANGES:
            improved = False
            ordered = _ordered(self.solution)
            for occupied, empty in self._exchanges(ordered.shape[1]):
                swapped = ordered.copy()
                swapped[:, [occupied, empty]] = ordered[:, [empty, occupied]]
                name = "frontier orbitals exchanged"
                improved |= self._try(self._field.density(swapped), name)
                tried += 1
        return tried

    def _exchanges(self, norb: int) -> list[tuple[int, int]]:
        """Pairs of orbitals on both sides of each change of occupation."""
        return [
            (below, above)
            for bound in sorted(set(self._field.nelec))
            for below in range(max(0, bound - FRONTIER), bound)
            for above in range(bound, min(norb, bound + FRONTIER))
        ]

    def _leave_saddle_points(self) -> None:
        """Follow instabilities that keep the point group."""
        for _ in range(MAX_INSTABILITIES):
            descent = self._descent()
            if descent is None:
                self.stable = True
                return
            before = float(self.solution.e_tot)
            occupation = self.solution.mo_occ
            order = np.argsort(-occupation, kind="stable")
            for step in STEPS:
                self._try(self._field.density(descent(step)[:, order]), self.chosen)
            if self.solution.e_tot > before - SAME_ENERGY:
                self.stable = self.lowest < before - SAME_ENERGY
                if self.stable:
                    return
                self.steps.append("a saddle point that could not be left")
                return
            lower = 1e3 * (before - float(self.solution.e_tot))
            self.steps.append(f"left a saddle point, {lower:.3f} mHa lower")
        self.stable = self._descent() is None

    def _descent(self) -> Rotation | None:
        """A direction of descent that keeps the point group."""
        operations = self._field.operations_over(np.asarray(self.solution.mo_coeff))
        return internal_instability(self.solution, operations)


def _ordered(scf: Any) -> FloatArray:
    """Orbitals as columns, ordered by occupation and then by energy."""
    order = np.lexsort((np.asarray(scf.mo_energy), -np.asarray(scf.mo_occ)))
    return np.asarray(scf.mo_coeff)[:, order]


def _below(field: _Field, search: _Search) -> float | None:
    """Energy by which a symmetry-broken determinant is lower, Hartree; None without one."""
    found = search.solution
    energies = [search.lowest]
    tested = search.stable is not None  # otherwise the test does not converge
    if tested and (descent := internal_instability(found)) is not None:
        lower = [field.second_order(descent(size), found.mo_occ) for size in STEPS[:2]]
        energies += [float(scf.e_tot) for scf in lower if scf.converged]
    gain = float(found.e_tot) - min(energies)
    return gain if gain > SAME_ENERGY else None


def _external(scf: Any) -> bool | None:
    try:
        return is_externally_stable(scf)
    except NotConvergedError:
        return None
