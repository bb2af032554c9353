"""How an expectation value is measured with shots: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vqe_cli.objective import Estimate
from vqe_cli.registry import Entry, Registry

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MeasurementGroup:
    """Pauli terms that one setting of the measurement bases reads at once.

    Args:
        bases: The letter X, Y, Z or I measured on each qubit, qubit 0 first.
        masks: For every term, the qubits whose outcomes are multiplied, as a bit mask;
            shape (terms,).
        coefficients: Shape (terms,), Hartree.
    """

    bases: tuple[str, ...]
    masks: IntArray
    coefficients: FloatArray

    def values(self, outcomes: IntArray) -> FloatArray:
        """The value of the group for each outcome.

        Args:
            outcomes: Bit strings as integers, qubit 0 the lowest bit; shape (outcomes,).
        """
        parity = np.bitwise_count(outcomes[:, None] & self.masks[None, :]) & 1
        values: FloatArray = (1.0 - 2.0 * parity) @ self.coefficients
        return values

    def estimate(self, counts: Mapping[int, int]) -> Estimate:
        """Mean and its standard error from counted outcomes."""
        values = self.values(np.fromiter(counts, dtype=np.int64, count=len(counts)))
        weights = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        shots = float(weights.sum())
        mean = float(values @ weights) / shots
        spread = float(weights @ (values - mean) ** 2) / (shots - 1.0)
        return Estimate(mean, float(np.sqrt(spread / shots)), int(shots))

    def expectation(self, probabilities: FloatArray) -> float:
        """The exact mean for a distribution over all outcomes, shape (2^qubits,)."""
        return float(self.values(np.arange(probabilities.size)) @ probabilities)


@dataclass(frozen=True, eq=False)
class MeasurementPlan:
    """All groups of an operator, and the term that needs no measurement.

    Args:
        constant: Coefficient of the identity.
        groups: The groups.
        weights: Share of the shots that each group gets; shape (groups,), sum 1.
    """

    constant: float
    groups: tuple[MeasurementGroup, ...]
    weights: FloatArray

    def allocate(self, shots: int) -> list[int]:
        """Shots for every group.

        Args:
            shots: On average for each group; the total is this times the number of groups.
        """
        total = shots * len(self.groups)
        return [max(2, int(count)) for count in np.floor(self.weights * total + 0.5)]

    def combine(self, estimates: Sequence[Estimate]) -> Estimate:
        """Sum the groups; they are measured independently, so variances add."""
        value = self.constant + sum(estimate.value for estimate in estimates)
        variance = sum((estimate.standard_error or 0.0) ** 2 for estimate in estimates)
        return Estimate(value, float(np.sqrt(variance)), sum(e.shots for e in estimates))


class Measurement(Entry):
    """A way to split an operator into groups and to divide shots among them."""

    @abstractmethod
    def plan(self, operator: SparsePauliOp) -> MeasurementPlan:
        """Group the terms of an operator with real coefficients."""


MEASUREMENTS = Registry("measurement", Measurement, __name__)
