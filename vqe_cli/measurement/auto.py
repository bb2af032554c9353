"""The method that suits the problem."""

from __future__ import annotations

from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MEASUREMENTS, Measurement, MeasurementPlan
from vqe_cli.qubits.encoding import Encoding


class Auto(Measurement):
    """fluid, which needs the fewest shots, for electrons; otherwise qubit-wise.

    Electrons in unrestricted orbitals and qubit Hamiltonians are measured by qubit-wise.

    fully-commuting, if qubits are tapered by irreps, which a rotation of the orbitals mixes.

    Reference:
        The shots that the documentation's table of measurement methods compares.
    """

    def resolve(self, encoding: Encoding) -> Measurement:
        """The method for the kind of problem."""
        problem = encoding.problem
        if not isinstance(problem, ElectronicProblem):
            return MEASUREMENTS.create("qubit-wise")
        rotates = encoding.can_rotate_orbitals and problem.beta is None
        return MEASUREMENTS.create("fluid" if rotates else "fully-commuting")

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """The measurement plan of the chosen method."""
        return self.resolve(encoding).plan(encoding)
