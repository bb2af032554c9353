"""Coupled-cluster amplitudes over spin orbitals, as starting points for unitary ansätze."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
import numpy.typing as npt

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.correlation.coupled_cluster import solve_amplitudes
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.excitations import SpinOrbital
from vqe_cli.fermions.problem import ElectronicProblem

BoolArray = npt.NDArray[np.bool_]
AmplitudeMethod = Literal["mp2", "ccsd"]


@dataclass(frozen=True, eq=False)
class Amplitudes:
    """T1 and T2 over spin orbitals, alpha before beta.

    ``T2 = sum over i<j, a<b of t2[i,j,a,b] a†b†ji``. Indices run over all 2·norb spin orbitals;
    entries outside occupied → empty are zero.

    Args:
        norb: Number of spatial orbitals.
        t1: Single amplitudes, shape (2 norb, 2 norb), first index occupied.
        t2: Double amplitudes, shape (2 norb,)*4, antisymmetric in each pair.
    """

    norb: int
    t1: FloatArray
    t2: FloatArray

    def of(self, create: tuple[SpinOrbital, ...], annihilate: tuple[SpinOrbital, ...]) -> float:
        """The amplitude of a single or double excitation; zero for higher ones."""
        particles = [orbital + spin * self.norb for orbital, spin in create]
        holes = [orbital + spin * self.norb for orbital, spin in annihilate]
        if len(holes) == 1:
            return float(self.t1[holes[0], particles[0]])
        if len(holes) == 2:
            return float(self.t2[holes[0], holes[1], particles[0], particles[1]])
        return 0.0

    def blocks(
        self, nelec: tuple[int, int]
    ) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray, FloatArray]]:
        """T1 of alpha and beta, and T2 of αα, αβ and ββ, from occupied to empty orbitals only.

        Args:
            nelec: Numbers of alpha and beta electrons.

        Returns:
            Arrays of shape (occupied, empty) and (occupied, occupied, empty, empty), in PySCF's
            convention.
        """
        n = self.norb
        occupied = [np.arange(nelec[spin]) + spin * n for spin in (0, 1)]
        empty = [np.arange(nelec[spin], n) + spin * n for spin in (0, 1)]
        singles = tuple(self.t1[np.ix_(occupied[s], empty[s])] for s in (0, 1))
        doubles = tuple(
            self.t2[np.ix_(occupied[s], occupied[r], empty[s], empty[r])]
            for s, r in ((0, 0), (0, 1), (1, 1))
        )
        return (singles[0], singles[1]), (doubles[0], doubles[1], doubles[2])


def mp2_amplitudes(problem: ElectronicProblem) -> Amplitudes:
    """First-order amplitudes from the diagonal of the Fock operators.

    ``t_i^a = f_ai/(ε_i - ε_a)`` and ``t_ij^ab = <ab||ij>/(ε_i + ε_j - ε_a - ε_b)``; singles
    vanish for canonical closed-shell orbitals (Szabo and Ostlund, section 6.5).

    Args:
        problem: The problem, with closed or open shell.
    """
    fock_a, fock_b = problem.fock
    energies = np.concatenate([np.diag(fock_a), np.diag(fock_b)])
    occupied = _occupied(problem)
    hole = np.ix_(occupied, ~occupied)
    norb2 = 2 * problem.norb
    fock = np.zeros((norb2, norb2))
    fock[: problem.norb, : problem.norb] = fock_a
    fock[problem.norb :, problem.norb :] = fock_b
    t1 = np.zeros((norb2, norb2))
    t1[hole] = fock[hole] / _safe(energies[occupied][:, None] - energies[~occupied][None, :])
    t2 = np.zeros((norb2,) * 4)
    block = np.ix_(occupied, occupied, ~occupied, ~occupied)
    pairs = energies[occupied][:, None] + energies[occupied][None, :]
    empty = energies[~occupied][:, None] + energies[~occupied][None, :]
    t2[block] = _antisymmetrised(problem, occupied) / _safe(
        pairs[:, :, None, None] - empty[None, None, :, :]
    )
    return Amplitudes(problem.norb, t1, t2)


def ccsd_amplitudes(problem: ElectronicProblem) -> Amplitudes:
    """Amplitudes of unrestricted CCSD over the problem's orbitals, by PySCF.

    Args:
        problem: The problem, with closed or open shell.

    Raises:
        NotConvergedError: CCSD did not converge.
    """
    from pyscf import cc

    from vqe_cli.chemistry.scf.mean_field_of_integrals import unrestricted

    # Of degenerate factors of T2, the round-off of several threads would decide which are taken.
    with threads_for(problem.sector_dimension):
        solver = cc.UCCSD(unrestricted(problem))
        solve_amplitudes(solver, problem.sector_dimension)
    if not solver.converged:
        raise NotConvergedError("CCSD did not converge", hint="start from mp2 or zeros instead")
    return _from_blocks(problem, solver.t1, solver.t2)


def amplitudes(problem: ElectronicProblem, method: AmplitudeMethod) -> Amplitudes:
    """The amplitudes of a method, by its name."""
    return mp2_amplitudes(problem) if method == "mp2" else ccsd_amplitudes(problem)


def _occupied(problem: ElectronicProblem) -> BoolArray:
    orbitals = np.arange(problem.norb)
    return np.concatenate([orbitals < problem.nelec[0], orbitals < problem.nelec[1]])


def _antisymmetrised(problem: ElectronicProblem, occupied: BoolArray) -> FloatArray:
    """Integrals <ij||ab> over spin orbitals, shape (occupied, occupied, empty, empty)."""
    n = problem.norb
    coulomb = problem.h2_of_spins
    i, a = np.flatnonzero(occupied), np.flatnonzero(~occupied)
    iajb = np.zeros((i.size, a.size, i.size, a.size))
    for s, r in product((0, 1), repeat=2):
        places = [np.flatnonzero(k // n == spin) for spin in (s, r) for k in (i, a)]
        orbitals = [k[k // n == spin] % n for spin in (s, r) for k in (i, a)]
        iajb[np.ix_(*places)] = coulomb[s][r][np.ix_(*orbitals)]
    direct = iajb.transpose(0, 2, 1, 3)
    antisymmetrised: FloatArray = direct - direct.transpose(0, 1, 3, 2)
    return antisymmetrised


def _safe(denominator: FloatArray) -> FloatArray:
    """Denominators, negative by construction, kept away from zero."""
    return np.minimum(denominator, -0.1)


def _from_blocks(
    problem: ElectronicProblem, t1: tuple[FloatArray, ...], t2: tuple[FloatArray, ...]
) -> Amplitudes:
    """Full spin-orbital arrays from PySCF's spin blocks of T1 and T2."""
    n, (na, nb) = problem.norb, problem.nelec
    occupied = (np.arange(na), n + np.arange(nb))
    empty = (np.arange(na, n), n + np.arange(nb, n))
    full1 = np.zeros((2 * n, 2 * n))
    full2 = np.zeros((2 * n,) * 4)
    for spin in (0, 1):
        full1[np.ix_(occupied[spin], empty[spin])] = t1[spin]
    for block, (s, r) in zip(t2, ((0, 0), (0, 1), (1, 1)), strict=True):
        full2[np.ix_(occupied[s], occupied[r], empty[s], empty[r])] = block
        if s != r:
            full2[np.ix_(occupied[r], occupied[s], empty[s], empty[r])] = -block.transpose(
                1, 0, 2, 3
            )
            full2[np.ix_(occupied[s], occupied[r], empty[r], empty[s])] = -block.transpose(
                0, 1, 3, 2
            )
            full2[np.ix_(occupied[r], occupied[s], empty[r], empty[s])] = block.transpose(
                1, 0, 3, 2
            )
    return Amplitudes(n, full1, full2)
