"""Answers by PySCF alone: mean fields by brute force, and dense diagonalisation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pyscf import ao2mo, fci, lib, scf
from pyscf.fci import spin_op

from truth.questions import Question

GUESSES = ("minao", "atom", "huckel", "1e")
PERTURBED = 4
FOLLOWED = 3
DEGENERATE = 1e-4
"""Largest difference in Hartree of orbital energies at an ambiguous border of the active space."""


@dataclass(frozen=True, eq=False)
class Integrals:
    """Active integrals in Hartree.

    Args:
        h1: One-electron integrals with the frozen electrons' field, shape (norb, norb).
        h2: Two-electron integrals (pq|rs), shape (norb,)*4.
        core: Energy of nuclei and frozen electrons in Hartree.
        nelec: Numbers of alpha and beta electrons.
    """

    h1: Any
    h2: Any
    core: float
    nelec: tuple[int, int]

    @cached_property
    def exact(self) -> float:
        """The lowest total energy with S = Sz, by dense diagonalisation."""
        norb, (alpha, beta) = len(self.h1), self.nelec
        rows, columns = fci.cistring.num_strings(norb, alpha), fci.cistring.num_strings(norb, beta)
        size = rows * columns
        _, matrix = fci.direct_spin1.pspace(self.h1, self.h2, norb, self.nelec, np=size)
        places, _ = fci.direct_spin1.pspace(self.h1, self.h2, norb, self.nelec, np=size)
        order = np.argsort(places)
        matrix = matrix[np.ix_(order, order)]
        spin = (alpha - beta) / 2
        squares = np.array(
            [
                spin_op.contract_ss(unit.reshape(rows, columns), norb, self.nelec).ravel()
                for unit in np.eye(size)
            ]
        )
        penalty = squares - spin * (spin + 1) * np.eye(size)
        return float(np.linalg.eigvalsh(matrix + 50.0 * penalty)[0]) + self.core

    @cached_property
    def mean_field(self) -> Any:
        """The lowest RHF or ROHF solution over these integrals that was found."""
        return lowest(self._object)

    def _object(self) -> Any:
        from pyscf import gto

        mole = gto.M(verbose=0)
        mole.nelectron, mole.spin = sum(self.nelec), self.nelec[0] - self.nelec[1]
        mole.incore_anyway = True
        mole.nao_nr = lambda *_: len(self.h1)
        mole.energy_nuc = lambda *_: self.core
        field = scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole)
        field.get_hcore = lambda *_: self.h1
        field.get_ovlp = lambda *_: np.eye(len(self.h1))
        field._eri = ao2mo.restore(8, self.h2, len(self.h1))
        field.init_guess = "1e"
        return field


@dataclass(frozen=True, eq=False)
class Solution:
    """A mean field and the active space over its orbitals.

    Args:
        energy: Total energy of the mean field in Hartree.
        active: Integrals over the active orbitals.
        cut: Whether the space ends between orbitals of equal energy, and so is ambiguous.
    """

    energy: float
    active: Integrals
    cut: bool


@dataclass(frozen=True, eq=False)
class Answer:
    """Right values for a question.

    Args:
        lowest: Lowest mean-field energy found within PySCF's point group, in Hartree.
        broken: Lowest mean-field energy found with any orbitals, in Hartree.
        solutions: All mean fields found, in ascending order of energy.
    """

    lowest: float
    broken: float
    solutions: tuple[Solution, ...]


def answer(question: Question) -> Answer:
    """Find all mean fields by brute force, with their active spaces.

    Args:
        question: The question.

    Returns:
        The right values.

    Raises:
        RuntimeError: PySCF converged from no guess.
    """
    kept, free = (
        sorted(_attempts(lambda s=symmetry: _of_mole(question.mole(symmetry=s))), key=_energy)
        for symmetry in (True, False)
    )
    if not kept or not free:
        raise RuntimeError("PySCF converged from no guess")
    solutions: list[Solution] = []
    for field in sorted([*kept, *free], key=_energy):
        if all(abs(_energy(field) - known.energy) > 1e-7 for known in solutions):
            solutions.append(Solution(_energy(field), *_active(field, question.space)))
    return Answer(_energy(kept[0]), min(_energy(kept[0]), _energy(free[0])), tuple(solutions))


def _energy(field: Any) -> float:
    return float(field.e_tot)


def lowest(make: Any) -> Any:
    """The lowest mean field of all attempts.

    Args:
        make: Function that makes a new PySCF object.

    Raises:
        RuntimeError: PySCF converged from no guess.
    """
    attempts = _attempts(make)
    if not attempts:
        raise RuntimeError("PySCF converged from no guess")
    return min(attempts, key=_energy)


def _of_mole(mole: Any) -> Any:
    field = scf.RHF(mole) if mole.spin == 0 else scf.ROHF(mole)
    return field


def _attempts(make: Any) -> list[Any]:
    random = np.random.default_rng(1)
    starts: list[Any] = []
    for guess in GUESSES if hasattr(make().mol, "_atom") and make().mol._atom else ("1e",):
        try:
            starts.append(make().get_init_guess(key=guess))
        except (KeyError, NotImplementedError, RuntimeError, AssertionError, ValueError):
            continue  # a guess that PySCF does not have for the element or the potential
    plain = make()
    if not getattr(plain.mol, "symmetry", False):
        overlap = plain.get_ovlp()
        inverse = np.linalg.inv(np.linalg.cholesky(overlap)).T
        for _ in range(PERTURBED):
            orbitals = inverse @ np.linalg.qr(random.normal(size=overlap.shape))[0]
            starts.append(orbitals @ np.diag(_occupation(plain.mol, len(overlap))) @ orbitals.T)
    return [field for start in starts if (field := _converged(make, start)) is not None]


def _occupation(mole: Any, size: int) -> Any:
    alpha, beta = mole.nelec
    orbitals = np.arange(size)
    return (orbitals < alpha).astype(float) + (orbitals < beta)


def _converged(make: Any, density: Any) -> Any:
    """A minimum reached from a density, or None where PySCF gives up."""
    try:
        return _descended(make, density)
    except (RuntimeError, np.linalg.LinAlgError):
        return None


def _descended(make: Any, density: Any) -> Any:
    field = make()
    field.conv_tol, field.conv_tol_grad, field.max_cycle = 1e-11, 1e-6, 100
    with lib.temporary_env(field, verbose=0):
        field.kernel(dm0=density)
        if not field.converged:
            field = field.newton()
            field.kernel(dm0=density)
        for _ in range(FOLLOWED):
            if not field.converged:
                return None
            try:
                orbitals, _, stable, _ = field.stability(return_status=True)
            except ZeroDivisionError:
                break  # there are no orbital rotations
            if stable:
                break
            field = make().newton()
            field.conv_tol, field.conv_tol_grad, field.verbose = 1e-11, 1e-6, 0
            field.kernel(orbitals, _occupation(field.mol, orbitals.shape[1]))
    return field if field.converged else None


def _active(field: Any, space: tuple[int, int]) -> tuple[Integrals, bool]:
    """Integrals over the frontier orbitals, by occupation and then by energy."""
    electrons, norb = space
    mole = field.mol
    alpha, beta = mole.nelec
    core = (alpha + beta - electrons) // 2
    energies, occupied = np.asarray(field.mo_energy), np.asarray(field.mo_occ)
    order = np.lexsort((energies, -occupied))
    orbitals = np.asarray(field.mo_coeff)[:, order]
    frozen, active = orbitals[:, :core], orbitals[:, core : core + norb]
    hcore = field.get_hcore()
    density = 2.0 * frozen @ frozen.T
    coulomb, exchange = scf.hf.get_jk(mole, density)
    potential = coulomb - 0.5 * exchange
    energy = mole.energy_nuc() + np.einsum("pq,qp->", density, hcore + 0.5 * potential)
    integrals = Integrals(
        h1=active.T @ (hcore + potential) @ active,
        h2=ao2mo.restore(1, ao2mo.kernel(mole, active), norb),
        core=float(energy),
        nelec=(alpha - core, beta - core),
    )
    return integrals, any(
        0 < cut < len(order)
        and occupied[order[cut]] == occupied[order[cut - 1]]
        and abs(energies[order[cut]] - energies[order[cut - 1]]) < DEGENERATE
        for cut in (core, core + norb)
    )
