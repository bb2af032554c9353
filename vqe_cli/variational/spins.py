"""Spins and irreps of state vectors."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem

PURE_SPIN = 0.1
"""Largest deviation of S² from that of a state of one spin."""

PURE_IRREP = 0.99
"""Smallest weight of an irrep in a state that is labelled by it."""


def multiplicity_of(spin_squared: float) -> int | None:
    """The multiplicity 2S+1 of a state; None if S² is not near that of one spin.

    Args:
        spin_squared: Expectation value of S², in units of ħ².
    """
    nearest = round(float(np.sqrt(1.0 + 4.0 * max(spin_squared, 0.0))))
    expected = (nearest**2 - 1) / 4
    return nearest if abs(spin_squared - expected) <= PURE_SPIN else None


def spin_squared(problem: ElectronicProblem, vector: FloatArray) -> float:
    """The expectation value of S², in units of ħ².

    Args:
        problem: The electronic problem.
        vector: The state, shape (alpha strings, beta strings).
    """
    from pyscf.fci import spin_op

    return float(spin_op.spin_square0(vector, problem.norb, problem.nelec)[0])


def irrep_of(problem: ElectronicProblem, vector: FloatArray) -> str | None:
    """The name of the irrep of a state; None without a point group, or if irreps are mixed.

    Args:
        problem: The electronic problem.
        vector: The state, shape (alpha strings, beta strings).
    """
    irreps = problem.orbital_irreps
    if irreps is None:
        return None
    alpha, beta = SectorSpace(problem.norb, problem.nelec, irreps, 0).irreps
    of_determinants = alpha[:, None] ^ beta[None, :]
    weights = np.bincount(of_determinants.ravel(), vector.ravel() ** 2)
    largest = int(np.argmax(weights))
    return problem.irrep_name(largest) if weights[largest] >= PURE_IRREP else None
