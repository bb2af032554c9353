"""S² over alpha and beta orbitals that differ, as a qubit operator."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.beta_orbitals import TotalSpin
from vqe_cli.qubits.symplectic import Strings, identity, product, times, together


def total_spin_operator(spin: TotalSpin, creations: Sequence[Strings]) -> Strings:
    """The operator ``S² = Sz(Sz + 1) + S₋S₊`` on all qubits of a mapping, in units of ħ².

    Args:
        spin: The operator over orbitals.
        creations: Creation operators of all spin orbitals, alpha before beta.
    """
    norb = len(spin.overlap)
    flips = [
        times(creations[p], creations[norb + r].adjoint).scaled(value)
        for (p, r), value in np.ndenumerate(spin.overlap)
    ]
    raising = together(flips).collected()[0]
    # S₋S₊ of the active electrons has the term OᵀO of beta electrons, a part of B.
    rest = spin.one_body - np.array([np.zeros((norb, norb)), spin.overlap.T @ spin.overlap])
    sz = _one_body(np.array([0.5 * np.eye(norb), -0.5 * np.eye(norb)]), creations)
    terms = [product([raising.adjoint, raising]), _one_body(rest, creations), product([sz, sz]), sz]
    return together([*terms, identity(spin.constant, len(creations))]).collected()[0]


def _one_body(matrices: FloatArray, creations: Sequence[Strings]) -> Strings:
    """The operator ``Σ M^σ_pq a†_pσ a_qσ`` for matrices of both spins, shape (2, norb, norb)."""
    norb = matrices.shape[-1]
    terms = [
        times(creations[spin * norb + p], creations[spin * norb + q].adjoint).scaled(value)
        for (spin, p, q), value in np.ndenumerate(matrices)
    ]
    return together(terms).collected()[0]
