"""S² over alpha and beta orbitals that differ, as a qubit operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.beta_orbitals import TotalSpin

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

NEGLIGIBLE = 1e-14
"""Largest coefficient that is dropped as round-off."""


def total_spin_operator(spin: TotalSpin, creations: Sequence[SparsePauliOp]) -> SparsePauliOp:
    """The operator ``S² = Sz(Sz + 1) + S₋S₊`` on all qubits of a mapping, in units of ħ².

    Args:
        spin: The operator over orbitals.
        creations: Creation operators of all spin orbitals, alpha before beta.
    """
    from qiskit.quantum_info import SparsePauliOp

    norb = len(spin.overlap)
    one = SparsePauliOp("I" * creations[0].num_qubits)
    flips = [
        value * (creations[p] @ creations[norb + r].adjoint())
        for (p, r), value in np.ndenumerate(spin.overlap)
    ]
    raising = SparsePauliOp.sum(flips).simplify(atol=NEGLIGIBLE)
    # S₋S₊ of the active electrons has the term OᵀO of beta electrons, a part of B.
    rest = spin.one_body - np.array([np.zeros((norb, norb)), spin.overlap.T @ spin.overlap])
    sz = _one_body(np.array([0.5 * np.eye(norb), -0.5 * np.eye(norb)]), creations)
    terms = [raising.adjoint() @ raising, _one_body(rest, creations), sz @ sz, sz]
    return SparsePauliOp.sum([*terms, spin.constant * one]).simplify(atol=NEGLIGIBLE)


def _one_body(matrices: FloatArray, creations: Sequence[SparsePauliOp]) -> SparsePauliOp:
    """The operator ``Σ M^σ_pq a†_pσ a_qσ`` for matrices of both spins, shape (2, norb, norb)."""
    from qiskit.quantum_info import SparsePauliOp

    norb = matrices.shape[-1]
    terms = [
        value * (creations[spin * norb + p] @ creations[spin * norb + q].adjoint())
        for (spin, p, q), value in np.ndenumerate(matrices)
    ]
    return SparsePauliOp.sum(terms).simplify(atol=NEGLIGIBLE)
