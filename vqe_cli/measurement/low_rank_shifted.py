"""Squares of one-body operators minus their mean-field values."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.measurement import Measurement, MeasurementPlan
from vqe_cli.measurement._correlations import DeterminantCorrelations, correlations
from vqe_cli.measurement._low_rank import electronic, factorise, occupation_plan, shifted
from vqe_cli.qubits.encoding import Encoding


class LowRankShifted(Measurement):
    """Low-rank squares of one-body operators minus their mean-field values.

    Reference:
        The factorisation of Huggins et al., npj Quantum Inf. 7, 23 (2021), around the
        Hartree-Fock density.
    """

    needs_restricted_orbitals: ClassVar[bool] = True

    def plan(self, encoding: Encoding) -> MeasurementPlan:
        """Factorise, then shift by the density of the reference determinant.

        Returns:
            The measurement plan.
        """
        problem = electronic(encoding, self.name)
        density = DeterminantCorrelations(problem).density()
        parts = shifted(factorise(problem), density)
        return occupation_plan(encoding, parts, correlations(problem, encoding.memory))
