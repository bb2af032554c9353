"""Squares of one-body operators, each read in its own orbitals."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.measurement import Measurement, MeasurementPlan
from vqe_cli.measurement._correlations import correlations
from vqe_cli.measurement._low_rank import electronic, factorise, occupation_plan
from vqe_cli.qubits.encoding import Encoding


class LowRank(Measurement):
    """Low-rank squares of one-body operators, each measured after one orbital rotation.

    Reference:
        Huggins et al., npj Quantum Inf. 7, 23 (2021).
    """

    needs_restricted_orbitals: ClassVar[bool] = True

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """Factorise the two-electron integrals.

        Returns:
            The measurement plan.
        """
        problem = electronic(encoding, self.name)
        return occupation_plan(encoding, factorise(problem), correlations(problem, encoding.memory))
