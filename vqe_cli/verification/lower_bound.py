"""A lower bound to the energy that holds whatever an optimiser finds.

The energy of every state is E = ⟨K, P⟩ + core energy, with the matrix P of its pairs and the
conditions M_k(P) = c_k + L_k(P) ⪰ 0 of `pair_conditions`. For any positive semidefinite matrices
Y_k let R = K − Σ_k L_k†(Y_k). Then

    E − core = ⟨R, P⟩ + Σ_k ⟨Y_k, L_k(P)⟩ = ⟨R, P⟩ + Σ_k ⟨Y_k, M_k⟩ − Σ_k c_k Tr Y_k
             ≥ ⟨R, P⟩ − Σ_k c_k Tr Y_k,

since the product of two positive semidefinite matrices has no negative trace. P itself is positive
semidefinite, and consists of a singlet part with the known trace n_S and a triplet part with the
known trace n_T; with the lowest eigenvalues λ of the two parts of R therefore

    E ≥ core + n_S λ_S(R) + n_T λ_T(R) − Σ_k c_k Tr Y_k.

Equations A(P) = 0 allow to subtract A†(λ) from R with any λ. Nothing is assumed of the Y_k but that
they are positive semidefinite. A semidefinite programme finds those with about the highest bound;
where it stops early, or is inexact, the bound is only lower. Y = 0 gives the bound of D alone. An
estimate of the round-off of all of this is subtracted.

The semidefinite programme over these conditions: Nakata et al., J. Chem. Phys. 114, 8282 (2001).
Bounds made rigorous after a solver ends, from eigenvalues of what its dual leaves over: Jansson,
Chaykin and Keil, SIAM J. Numer. Anal. 46, 180 (2007). The derivation above, with the known traces,
stands for itself.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem, Problem, QubitProblem
from vqe_cli.verification.anticommuting import anticommuting_bound
from vqe_cli.verification.pair_conditions import PairSpace
from vqe_cli.verification.semidefinite import Multipliers, better_multipliers
from vqe_cli.verification.timed import last_in_time

MOST_PAIRS = 150
"""Number of ordered pairs of orbitals of one irrep up to which the conditions Q and G are used.

Twelve orbitals without a point group have as many, or some thirty in D2h.
"""

QUICK_PAIRS = 49
"""Number of ordered pairs of orbitals of one irrep up to which all but the optimiser's iterations
takes a second at most."""

SHARE_OF_OPTIMISER = 0.9
"""Share of the time limit for the optimiser; the rest is for the bound from its result."""

MOST_ORBITALS_OF_D = 40
"""Number of orbitals up to which D is used, whose matrices grow with the fourth power."""

ROUND_OFF = 64 * float(np.finfo(float).eps)
"""Error of an eigenvalue relative to the norm of its matrix and for each row."""


@dataclass(frozen=True)
class LowerBound:
    """A certified lower bound.

    Args:
        energy: Total energy, Hartree.
        conditions: What it follows from: ``D``, ``D, Q, G``, ``one electron`` or
            ``anticommuting terms``.
        wall_s: Wall time, seconds.
        note: The reason why there is no better one; None for the best.
    """

    energy: float
    conditions: str
    wall_s: float
    note: str | None = None


def lower_bound(problem: Problem, seconds: float) -> LowerBound | None:
    """The best lower bound within a time; None for a problem that is too large for any.

    Unrestricted orbitals that span one space are replaced by the alpha ones; there is no bound
    where those of the spins span different spaces.

    Args:
        problem: The problem.
        seconds: Time limit.
    """
    began = time.perf_counter()
    energy, conditions, note = 0.0, "anticommuting terms", None
    if isinstance(problem, ElectronicProblem) and problem.beta is not None:
        if not problem.conserves_spin:
            return None
        problem = problem.over_alpha_orbitals
    if isinstance(problem, QubitProblem):
        energy = anticommuting_bound(problem)
    elif sum(problem.nelec) < 2:
        energy, conditions = _of_one_electron(problem), "one electron"
    elif problem.norb > MOST_ORBITALS_OF_D:
        return None
    else:
        energy, conditions, note = _of_pairs(problem, seconds)
    return LowerBound(energy, conditions, time.perf_counter() - began, note)


def _of_one_electron(problem: ElectronicProblem) -> float:
    """The exact energy of at most one electron."""
    lowest = float(np.linalg.eigvalsh(problem.h1)[0])
    return problem.core_energy + sum(problem.nelec) * lowest


def _of_pairs(problem: ElectronicProblem, seconds: float) -> tuple[float, str, str | None]:
    """The energy, the conditions that it follows from, and why there is no better one."""
    end, space = time.perf_counter() + seconds, _space(problem)
    hamiltonian = space.hamiltonian(problem.h1, problem.h2)
    simple = certified(space, hamiltonian) + problem.core_energy
    if space.electrons == 2:
        return simple, "D", None  # exact: every such D is that of a state
    if space.largest_block > MOST_PAIRS:
        return simple, "D", f"{space.largest_block} pairs of one irrep are too many for Q and G"
    quick = space.largest_block <= QUICK_PAIRS
    left = end - time.perf_counter()
    share = SHARE_OF_OPTIMISER * left
    found, failure = last_in_time(improved, problem, share, seconds=left, quick=quick)
    if not found:
        assert failure is not None
        reason = failure.message if failure.hint is None else f"{failure.message}: {failure.hint}"
        return simple, "D", reason
    better, converged = found[0]
    note = None if converged else "SCS was stopped; more time may raise it"
    return (better, "D, Q, G", note) if better > simple else (simple, "D", note)


def improved(problem: ElectronicProblem, seconds: float) -> Iterator[tuple[float, bool]]:
    """The best bounds so far of D, Q and G, and whether the optimiser converged.

    Args:
        problem: The problem, with two electrons at least.
        seconds: Time limit of the optimiser.

    Raises:
        UnavailableError: SCS is not installed.
    """
    space = _space(problem)
    hamiltonian = space.hamiltonian(problem.h1, problem.h2)
    best = -math.inf
    for multipliers in better_multipliers(space, hamiltonian, seconds):
        best = max(best, certified(space, hamiltonian, multipliers) + problem.core_energy)
        yield best, multipliers.converged


def _space(problem: ElectronicProblem) -> PairSpace:
    """The pairs of electrons of a problem."""
    spin = (problem.multiplicity - 1) / 2
    return PairSpace(problem.norb, sum(problem.nelec), spin, problem.orbital_irreps)


def certified(
    space: PairSpace, hamiltonian: FloatArray, multipliers: Multipliers | None = None
) -> float:
    """The bound to the electronic energy that follows from multipliers, Hartree.

    Args:
        space: The pairs.
        hamiltonian: The operator K, shape (norb²,)*2.
        multipliers: The matrices Y, whose negative eigenvalues are set to zero, and the factors
            λ of equations; None for zero.
    """
    bound, rest, largest = 0.0, hamiltonian.ravel(), float(np.linalg.norm(hamiltonian))
    if multipliers is not None:
        rest = rest - space.equalities.T @ multipliers.factors
        for condition, weight in zip(space.conditions, multipliers.weights, strict=True):
            positive = _positive(weight)
            bound -= condition.constant * float(np.trace(positive))
            rest = rest - condition.adjoint(positive)
            largest += condition.dimension * float(np.linalg.norm(positive))
    operator = space.symmetrised(rest)
    for pairs, trace in zip((space.singlets, space.triplets), space.traces, strict=True):
        if pairs.shape[1] and trace > 0:
            part = pairs.T @ operator @ pairs
            bound += trace * float(np.linalg.eigvalsh(part)[0])
    return bound - ROUND_OFF * largest * space.norb**2 * (1 + sum(space.traces))


def _positive(weight: FloatArray) -> FloatArray:
    """The positive part of a symmetric matrix."""
    values, vectors = np.linalg.eigh(0.5 * (weight + weight.T))
    kept = vectors[:, values > 0] * np.sqrt(values[values > 0])
    return np.asarray(kept @ kept.T)
