"""Terms that commute qubit by qubit are read together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from vqe_cli.measurement import FloatArray, Measurement, MeasurementGroup, MeasurementPlan

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp


class QubitWise(Measurement):
    """Pauli strings that agree on every qubit are measured together, one basis per qubit.

    Reference:
        Kandala et al., Nature 549, 242 (2017); the grouping is Qiskit's graph colouring.
    """

    allocation: Literal["uniform", "weighted"] = Field(
        "uniform",
        description="uniform: as many shots for each group; "
        "weighted: in proportion to the root of its summed squared coefficients.",
    )

    def plan(self, operator: SparsePauliOp) -> MeasurementPlan:
        """Split off the identity and colour the rest."""
        trivial = ~(operator.paulis.x.any(axis=1) | operator.paulis.z.any(axis=1))
        constant = float(operator.coeffs[trivial].real.sum())
        rest = operator[~trivial]
        if len(rest) == 0:
            return MeasurementPlan(constant, (), np.zeros(0))
        groups = tuple(_group(part) for part in rest.group_commuting(qubit_wise=True))
        return MeasurementPlan(constant, groups, self._weights(groups))

    def _weights(self, groups: tuple[MeasurementGroup, ...]) -> FloatArray:
        if self.allocation == "uniform":
            return np.full(len(groups), 1.0 / len(groups))
        sizes = np.array([np.linalg.norm(group.coefficients) for group in groups])
        shares: FloatArray = sizes / sizes.sum()
        return shares


def _group(operator: SparsePauliOp) -> MeasurementGroup:
    x, z = operator.paulis.x, operator.paulis.z
    any_x, any_z = x.any(axis=0), z.any(axis=0)
    bases = tuple("IZXY"[2 * int(a) + int(b)] for a, b in zip(any_x, any_z, strict=True))
    bits = 1 << np.arange(operator.num_qubits, dtype=np.int64)
    masks = (x | z).astype(np.int64) @ bits
    return MeasurementGroup(bases, masks, operator.coeffs.real.astype(float))
