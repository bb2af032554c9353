"""Terms that commute qubit by qubit are read together."""

from __future__ import annotations

from vqe_cli.measurement import Measurement, MeasurementPlan
from vqe_cli.measurement._pauli import qubit_wise_plan
from vqe_cli.qubits.encoding import Encoding


class QubitWise(Measurement):
    """Pauli strings that agree on every qubit are read together: no two-qubit gates.

    Reference:
        Kandala et al., Nature 549, 242 (2017); sorted insertion: Crawford et al., Quantum 5, 385
        (2021).
    """

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """Group the mapped Hamiltonian."""
        return qubit_wise_plan(encoding, encoding.hamiltonian)
