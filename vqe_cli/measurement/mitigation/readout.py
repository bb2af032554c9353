"""Readout errors undone by inverting measured confusion matrices on the observed outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.seeds import stream
from vqe_cli._core.validation import InputPart
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation import Device, QubitShots
from vqe_cli.measurement.mitigation.values import Value


class ReadoutOptions(InputPart):
    """Confusion matrices are measured, one for each qubit, and inverted.

    Reference:
        Nation et al., PRX Quantum 2, 040326 (2021).
    """

    shots: int = Field(
        default=20_000,
        ge=100,
        le=100_000_000,
        description="Shots for each of the two calibration circuits: all qubits 0, all qubits 1.",
    )


@dataclass(frozen=True, eq=False)
class Calibration:
    """Measured readout errors of qubits.

    Args:
        qubits: Indices of the device's qubits, in rising order.
        wrong: Probabilities P(1|0) and P(0|1) of each qubit; shape (qubits, 2).
        shots: Smallest number of shots with which any of them was measured.
    """

    qubits: tuple[int, ...]
    wrong: FloatArray
    shots: int

    @property
    def errors(self) -> FloatArray:
        """Standard error of each probability; shape (qubits, 2)."""
        return np.asarray(np.sqrt(self.wrong * (1 - self.wrong) / self.shots))

    @cached_property
    def matrices(self) -> FloatArray:
        """The matrix P[read, true] of each qubit; shape (qubits, 2, 2)."""
        p10, p01 = self.wrong.T
        return np.array([[1 - p10, p01], [p10, 1 - p01]]).transpose(2, 0, 1)


def calibrated(
    device: Device, qubits: Sequence[int], options: ReadoutOptions, seed: int
) -> Calibration:
    """Measure the readout errors of qubits.

    Args:
        device: The device that takes the shots.
        qubits: Indices of the device's qubits that are read.
        options: The number of calibration shots.
        seed: Random seed of a simulator.

    Returns:
        The measured readout errors.
    """
    orders = calibration_orders(qubits, options, seed)
    return calibration_from(orders[0].qubits, device.take((), orders)[1])


def mean_of_read(
    values: FloatArray,
    counts: Counts,
    places: tuple[int, ...],
    calibration: Calibration,
    memory: Memory = MACHINE,
) -> Value:
    """The mean of a function of outcomes, with readout errors undone.

    Args:
        values: Value of each outcome; shape (outcomes,).
        counts: The measured counts.
        places: The device's qubit from which each bit was read.
        calibration: Readout errors of these qubits.
        memory: The memory that may be used.
    """
    confusion = Confusion(calibration, places, counts.outcomes, memory)
    worth = confusion.pulled_back(values[:, None])[:, 0]
    shares = counts.repetitions / counts.shots
    mean = float(shares @ worth)
    variance = float((worth - mean) ** 2 @ shares) / max(counts.shots - 1, 1)
    return Value(mean, variance, confusion.sensitivity(worth, shares))


def calibration_orders(
    qubits: Sequence[int], options: ReadoutOptions, seed: int
) -> list[QubitShots]:
    """The two orders that read all qubits prepared as 0, and all prepared as 1.

    Args:
        qubits: Indices of the device's qubits that are read in any basis.
        options: The number of calibration shots.
        seed: Random seed of a simulator.
    """
    rising = tuple(sorted(qubits))
    seeds = [stream(seed, "prepared bits", bit).seed for bit in (0, 1)]
    return [QubitShots(rising, bool(bit), options.shots, seeds[bit]) for bit in (0, 1)]


def calibration_from(qubits: tuple[int, ...], taken: Sequence[Counts]) -> Calibration:
    """The readout errors of qubits from calibration counts.

    Args:
        qubits: Indices of the device's qubits, in rising order.
        taken: Counts of the qubits prepared as 0, and as 1.

    Raises:
        ResourceLimitError: The result of a qubit is random.
    """
    wrong = np.empty((len(qubits), 2))
    for bit, counts in enumerate(taken):
        ones = _bits(counts.outcomes, len(qubits)).T @ counts.repetitions
        flips = ones if bit == 0 else counts.shots - ones
        # Half a flip more than observed, so that a qubit without any has an error bar too.
        wrong[:, bit] = (flips + 0.5) / (counts.shots + 1)
    random = np.flatnonzero(wrong.sum(axis=1) >= 1)
    if random.size:
        raise ResourceLimitError(
            f"what is read from qubit {qubits[random[0]]} does not depend on what it is",
            hint="readout errors of this size cannot be undone",
        )
    return Calibration(qubits, wrong, min(counts.shots for counts in taken))


@dataclass(frozen=True, eq=False)
class Confusion:
    """The confusion matrix of a register on the observed outcomes.

    Its columns are normalised on these, as if no other outcome could be read.

    Args:
        calibration: Readout errors of the device's qubits.
        places: The device's qubit from which each bit is read.
        outcomes: Bit strings as integers, the first place the lowest bit; shape (outcomes,).
        memory: The memory that may be used.
    """

    calibration: Calibration
    places: tuple[int, ...]
    outcomes: IntArray
    memory: Memory = MACHINE

    def __post_init__(self) -> None:
        size = self.outcomes.size
        what = f"the confusion matrix of {size:,} outcomes"
        self.memory.refuse_if_larger(4 * 8 * size**2, what, "take fewer shots in each basis")

    @cached_property
    def _bits(self) -> npt.NDArray[np.int64]:
        return _bits(self.outcomes, len(self.places))

    @cached_property
    def _rows(self) -> list[int]:
        """Row of each qubit in the calibration."""
        return [self.calibration.qubits.index(place) for place in self.places]

    @cached_property
    def _unnormalised(self) -> FloatArray:
        """Products over qubits of P[read, true]; shape (outcomes, outcomes)."""
        product = np.ones((self.outcomes.size,) * 2)
        for bit, matrix in enumerate(self.calibration.matrices[self._rows]):
            product *= self._spread(bit, matrix)
        return product

    @cached_property
    def matrix(self) -> FloatArray:
        """P[read, true] with columns that sum to one; shape (outcomes, outcomes)."""
        return _normalised(self._unnormalised)

    def pulled_back(self, values: FloatArray) -> FloatArray:
        """``A^-T v``, whose mean over the read outcomes is the mean of v over the true ones.

        Args:
            values: v; shape (outcomes, any number of columns).
        """
        return np.asarray(np.linalg.solve(self.matrix.T, values))

    def sensitivity(self, worth: FloatArray, shares: FloatArray) -> FloatArray:
        """The change of a mean if one probability changes by its standard error, to first order.

        From ``E = wᵀ q`` with ``A^T w = v`` follows ``dE = -wᵀ dA A⁻¹ q``.

        Args:
            worth: Values w of the read outcomes, from `pulled_back`; shape (outcomes,).
            shares: Share q of each outcome in the shots; shape (outcomes,).

        Returns:
            The changes for P(1|0) and P(0|1) of each calibrated qubit; shape (2 · qubits,).
        """
        true_shares = np.linalg.solve(self.matrix, shares)
        changes = np.zeros_like(self.calibration.wrong)
        for bit, row in enumerate(self._rows):
            matrix = self.calibration.matrices[row]
            for true, error in enumerate(self.calibration.errors[row]):
                moved = matrix.copy()
                moved[:, true] += error * np.array([-1.0, 1.0]) * (1 - 2 * true)
                ratio = self._spread(bit, moved / matrix)
                change = _normalised(self._unnormalised * ratio) - self.matrix
                changes[row, true] = -float(worth @ change @ true_shares)
        return changes.ravel()

    def _spread(self, bit: int, matrix: FloatArray) -> FloatArray:
        """Entries of a qubit's matrix, looked up for all pairs of outcomes."""
        bits = self._bits[:, bit]
        return np.asarray(matrix[bits[:, None], bits[None, :]])


def _bits(outcomes: IntArray, num_qubits: int) -> npt.NDArray[np.int64]:
    """The bits of outcomes, shape (outcomes, qubits)."""
    return np.asarray((outcomes[:, None] >> np.arange(num_qubits)) & 1)


def _normalised(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix / matrix.sum(axis=0))
