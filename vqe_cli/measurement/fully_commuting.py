"""Terms that commute as a whole are read together, after a Clifford circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import IntArray
from vqe_cli.measurement import BoolArray, Measurement, MeasurementPlan
from vqe_cli.measurement._pauli import (
    Grouping,
    PauliBasis,
    QubitWiseGroups,
    pauli_plan,
    qubit_wise_basis,
    sorted_insertion,
    split_identity,
)
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp


class FullyCommuting(Measurement):
    """Groups of commuting Pauli strings, measured after a diagonalising Clifford circuit.

    Fewer shots than qubit-wise groups, for two-qubit gates before the measurement. A group whose
    circuit would need too many of them is split into qubit-wise ones.

    Reference:
        Yen, Verteletskyi and Izmaylov, J. Chem. Theory Comput. 16, 2400 (2020); sorted insertion:
        Crawford et al., Quantum 5, 385 (2021).
    """

    of_paulis: ClassVar[bool] = True

    max_two_qubit_gates: int | None = Field(
        default=None,
        ge=0,
        description="Largest number of two-qubit gates in a group's circuit, all qubits connected; "
        "a group that needs more is read qubit-wise. Default: no limit.",
    )

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """Group the mapped Hamiltonian.

        Returns:
            The measurement plan.
        """
        constant, rest = split_identity(encoding.hamiltonian)
        members = sorted_insertion(_Commuting(rest), len(rest))
        parts: list[SparsePauliOp] = []
        bases: list[PauliBasis] = []
        for part in (rest[terms] for terms in members):
            basis = clifford_basis(part, encoding)
            if self._is_worth_it(basis):
                parts.append(part)
                bases.append(basis)
                continue
            smaller = sorted_insertion(QubitWiseGroups(part), len(part))
            parts += [part[terms] for terms in smaller]
            bases += [qubit_wise_basis(part[terms], encoding) for terms in smaller]
        return pauli_plan(encoding, constant, parts, bases)

    def _is_worth_it(self, basis: PauliBasis) -> bool:
        if self.max_two_qubit_gates is None:
            return True
        return bool(basis.basis_change.num_nonlocal_gates() <= self.max_two_qubit_gates)


class _Commuting(Grouping):
    """Groups of commuting terms, stored as the group of every term so far.

    Args:
        operator: The terms.
    """

    def __init__(self, operator: SparsePauliOp) -> None:
        self._x = operator.paulis.x.astype(np.uint8)
        self._z = operator.paulis.z.astype(np.uint8)
        self._group: IntArray = np.zeros(len(operator), dtype=np.int64)
        self._groups = 0

    def fits(self, term: int) -> BoolArray:
        """Whether no term of a group anticommutes with this one; shape (groups,)."""
        products = self._x[:term] @ self._z[term] + self._z[:term] @ self._x[term]
        clashes = self._group[:term][products % 2 == 1]
        return np.asarray(np.bincount(clashes, minlength=self._groups) == 0)

    def put(self, term: int, group: int) -> None:
        """Add a term to a group."""
        self._group[term] = group
        self._groups = max(self._groups, group + 1)


def clifford_basis(operator: SparsePauliOp, encoding: Encoding) -> PauliBasis:
    """The measurement basis of terms that commute.

    The terms are completed to the stabilisers of a state; the inverse of the Clifford that
    prepares it from |0…0⟩ turns each of them into a product of Z.

    Args:
        operator: The terms.
        encoding: Encoding that gives electron numbers, for post-selection.
    """
    from qiskit.quantum_info import PauliList
    from qiskit.synthesis import synth_circuit_from_stabilizers

    generators = operator.paulis[_independent(operator)].to_labels()
    circuit = synth_circuit_from_stabilizers(generators, allow_underconstrained=True).inverse()
    diagonal = PauliList(operator.paulis).evolve(circuit, frame="s")
    bits = 1 << np.arange(operator.num_qubits, dtype=np.int64)
    signs = np.where(diagonal.phase == 2, -1.0, 1.0)
    masks = diagonal.z.astype(np.int64) @ bits
    return PauliBasis(circuit, masks, signs * operator.coeffs.real.astype(float), encoding)


def _independent(operator: SparsePauliOp) -> list[int]:
    """Indices of terms of which none is a product of others, up to signs."""
    reduced: dict[int, int] = {}
    found = []
    for term, bits in enumerate(np.concatenate([operator.paulis.x, operator.paulis.z], axis=1)):
        vector = sum(1 << place for place, bit in enumerate(bits) if bit)
        while vector and vector.bit_length() in reduced:
            vector ^= reduced[vector.bit_length()]
        if vector:
            reduced[vector.bit_length()] = vector
            found.append(term)
    return found
