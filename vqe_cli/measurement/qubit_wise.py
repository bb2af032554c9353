"""Terms that commute qubit by qubit are read together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vqe_cli.measurement import Measurement, MeasurementPlan
from vqe_cli.measurement._pauli import (
    QubitWiseGroups,
    pauli_plan,
    qubit_wise_basis,
    sorted_insertion,
    split_identity,
)
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp


class QubitWise(Measurement):
    """Groups of qubit-wise commuting Pauli strings, measured without two-qubit gates.

    Reference:
        Kandala et al., Nature 549, 242 (2017); sorted insertion: Crawford et al., Quantum 5, 385
        (2021).
    """

    of_paulis: ClassVar[bool] = True

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """Group the mapped Hamiltonian.

        Returns:
            The measurement plan.
        """
        return self.plan_of(encoding.hamiltonian, encoding)

    def plan_of(self, operator: SparsePauliOp, encoding: Encoding | None = None) -> MeasurementPlan:
        """The measurement plan of any operator.

        Args:
            operator: The operator, with real coefficients.
            encoding: The problem whose approximate ground state plans the shots; without it, the
                maximally mixed state does.
        """
        constant, rest = split_identity(operator)
        members = sorted_insertion(QubitWiseGroups(rest), len(rest))
        parts = [rest[terms] for terms in members]
        bases = [qubit_wise_basis(part, encoding) for part in parts]
        return pauli_plan(encoding, constant, parts, bases)
