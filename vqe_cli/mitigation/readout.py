"""Wrong bits undone by inverting measured confusion matrices on the outcomes that were seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vqe_cli.errors import RefusedError
from vqe_cli.machine import refuse_if_larger
from vqe_cli.measurement import FloatArray, IntArray, Setting
from vqe_cli.mitigation import Device, Preparation
from vqe_cli.validation import Frozen

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


class ReadoutOptions(Frozen):
    """Confusion matrices are measured, one for each qubit, and inverted.

    Reference:
        Nation et al., PRX Quantum 2, 040326 (2021).
    """

    shots: int = Field(
        20_000,
        ge=100,
        le=100_000_000,
        description="For each of the two calibration circuits: all qubits 0, all qubits 1.",
    )


class _AsItIs(Setting):
    """Reads the qubits without a change of basis."""

    def __init__(self, num_qubits: int) -> None:
        self._num_qubits = num_qubits

    def circuit(self) -> QuantumCircuit:
        """No gates."""
        from qiskit import QuantumCircuit

        return QuantumCircuit(self._num_qubits)

    def values(self, outcomes: IntArray) -> FloatArray:
        """Worth nothing."""
        return np.zeros(outcomes.size)


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often each qubit is read wrongly.

    Args:
        wrong: Probabilities P(1|0) and P(0|1) of each qubit; shape (qubits, 2).
        shots: By which each of them was measured.
    """

    wrong: FloatArray
    shots: int

    @property
    def errors(self) -> FloatArray:
        """Standard error of each probability; shape (qubits, 2)."""
        return np.asarray(np.sqrt(self.wrong * (1 - self.wrong) / self.shots))

    @cached_property
    def matrices(self) -> FloatArray:
        """For each qubit P[read, true]; shape (qubits, 2, 2)."""
        p10, p01 = self.wrong.T
        return np.array([[1 - p10, p01], [p10, 1 - p01]]).transpose(2, 0, 1)


def calibrate(device: Device, num_qubits: int, options: ReadoutOptions, seed: int) -> Calibration:
    """Read all qubits prepared as 0, and all prepared as 1.

    Args:
        device: What is calibrated.
        num_qubits: Of the encoding.
        options: How many shots.
        seed: Of a simulator.

    Raises:
        RefusedError: A qubit is read at random.
    """
    wrong = np.empty((num_qubits, 2))
    for bit in (0, 1):
        preparation = Preparation(bits=(bool(bit),) * num_qubits)
        setting = _AsItIs(num_qubits)
        counts = device.sample(preparation, [setting], [options.shots], seed + bit)[0]
        ones = _bits(counts.outcomes, num_qubits).T @ counts.repetitions
        flips = ones if bit == 0 else options.shots - ones
        # Half a flip more than seen: a qubit without one has still an error bar.
        wrong[:, bit] = (flips + 0.5) / (options.shots + 1)
    random = np.flatnonzero(wrong.sum(axis=1) >= 1)
    if random.size:
        raise RefusedError(
            f"what is read from qubit {random[0]} does not depend on what it is",
            hint="readout errors of this size cannot be undone",
        )
    return Calibration(wrong, options.shots)


@dataclass(frozen=True, eq=False)
class Confusion:
    """The confusion matrix of a register on the outcomes that were seen.

    Its columns are normalised on these, as if no other outcome could be read.

    Args:
        calibration: Of the single qubits.
        outcomes: Qubit 0 is the lowest bit; shape (outcomes,).
    """

    calibration: Calibration
    outcomes: IntArray

    def __post_init__(self) -> None:
        size = self.outcomes.size
        what = f"the confusion matrix of {size:,} outcomes"
        refuse_if_larger(4 * 8 * size**2, what, "take fewer shots in each setting")

    @cached_property
    def _bits(self) -> npt.NDArray[np.int64]:
        return _bits(self.outcomes, len(self.calibration.wrong))

    @cached_property
    def _unnormalised(self) -> FloatArray:
        """Products over qubits of P[read, true]; shape (outcomes, outcomes)."""
        product = np.ones((self.outcomes.size,) * 2)
        for qubit, matrix in enumerate(self.calibration.matrices):
            product *= self._spread(qubit, matrix)
        return product

    @cached_property
    def matrix(self) -> FloatArray:
        """P[read, true] with columns that sum to one; shape (outcomes, outcomes)."""
        return _normalised(self._unnormalised)

    def pulled_back(self, values: FloatArray) -> FloatArray:
        """What reading an outcome is worth, if being in one is worth `values`: ``A^-T v``.

        The mean of these over what was read is the mean of `values` over what was there.

        Args:
            values: Shape (outcomes, any number of columns).
        """
        return np.asarray(np.linalg.solve(self.matrix.T, values))

    def sensitivity(self, worth: FloatArray, shares: FloatArray) -> FloatArray:
        """How a mean changes if one probability changes by its standard error, to first order.

        From ``E = wᵀ q`` with ``A^T w = v`` follows ``dE = -wᵀ dA A⁻¹ q``.

        Args:
            worth: What reading an outcome is worth, from `pulled_back`; shape (outcomes,).
            shares: How often each was read; shape (outcomes,).

        Returns:
            For P(1|0) and P(0|1) of each qubit in turn, in the unit of `worth`; shape (2 qubits,).
        """
        true_shares = np.linalg.solve(self.matrix, shares)
        changes = []
        for qubit, matrix in enumerate(self.calibration.matrices):
            for bit, error in enumerate(self.calibration.errors[qubit]):
                moved = matrix.copy()
                moved[:, bit] += error * np.array([-1.0, 1.0]) * (1 - 2 * bit)
                ratio = self._spread(qubit, moved / matrix)
                change = _normalised(self._unnormalised * ratio) - self.matrix
                changes.append(-float(worth @ change @ true_shares))
        return np.array(changes)

    def _spread(self, qubit: int, matrix: FloatArray) -> FloatArray:
        """Entries of a qubit's matrix, looked up for all pairs of outcomes."""
        bits = self._bits[:, qubit]
        return np.asarray(matrix[bits[:, None], bits[None, :]])


def _bits(outcomes: IntArray, num_qubits: int) -> npt.NDArray[np.int64]:
    """Shape (outcomes, qubits)."""
    return np.asarray((outcomes[:, None] >> np.arange(num_qubits)) & 1)


def _normalised(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix / matrix.sum(axis=0))
