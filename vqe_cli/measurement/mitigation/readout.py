"""Wrong bits undone by inverting measured confusion matrices on the outcomes that were seen."""

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
from vqe_cli._core.validation import Frozen
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation import Device, QubitShots
from vqe_cli.measurement.mitigation.values import Value


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


@dataclass(frozen=True, eq=False)
class Calibration:
    """How often each qubit is read wrongly.

    Args:
        qubits: Of the device, in rising order.
        wrong: Probabilities P(1|0) and P(0|1) of each; shape (qubits, 2).
        shots: By which each of them was measured, at least.
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
        """For each qubit P[read, true]; shape (qubits, 2, 2)."""
        p10, p01 = self.wrong.T
        return np.array([[1 - p10, p01], [p10, 1 - p01]]).transpose(2, 0, 1)


def calibrated(
    device: Device, qubits: Sequence[int], options: ReadoutOptions, seed: int
) -> Calibration:
    """Measure how often qubits are read wrongly.

    Args:
        device: Takes the shots.
        qubits: Those of the device that are read.
        options: How many shots.
        seed: Random seed of a simulator.
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
    """The mean over what was there of something that outcomes tell, from what was read.

    Args:
        values: Of each outcome; shape (outcomes,).
        counts: What was read.
        places: From which of the device's qubits each bit was.
        calibration: Of these.
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
    """Read all qubits prepared as 0, and all prepared as 1.

    Args:
        qubits: Those of the device that are read in some basis.
        options: How many shots.
        seed: Random seed of a simulator.
    """
    rising = tuple(sorted(qubits))
    seeds = [stream(seed, "prepared bits", bit).seed for bit in (0, 1)]
    return [QubitShots(rising, bool(bit), options.shots, seeds[bit]) for bit in (0, 1)]


def calibration_from(qubits: tuple[int, ...], taken: Sequence[Counts]) -> Calibration:
    """How often each qubit was read wrongly.

    Args:
        qubits: Of the device, in rising order.
        taken: What was read of them prepared as 0, and as 1.

    Raises:
        ResourceLimitError: A qubit is read at random.
    """
    wrong = np.empty((len(qubits), 2))
    for bit, counts in enumerate(taken):
        ones = _bits(counts.outcomes, len(qubits)).T @ counts.repetitions
        flips = ones if bit == 0 else counts.shots - ones
        # Half a flip more than seen: a qubit without one has still an error bar.
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
    """The confusion matrix of a register on the outcomes that were seen.

    Its columns are normalised on these, as if no other outcome could be read.

    Args:
        calibration: Of the device's qubits.
        places: From which of these each bit is read.
        outcomes: The bit of the first place is the lowest; shape (outcomes,).
        memory: The memory that may be used.
    """

    calibration: Calibration
    places: tuple[int, ...]
    outcomes: IntArray
    memory: Memory = MACHINE

    def __post_init__(self) -> None:
        size = self.outcomes.size
        what = f"the confusion matrix of {size:,} outcomes"
        self.memory.refuse_if_larger(4 * 8 * size**2, what, "take fewer shots in each setting")

    @cached_property
    def _bits(self) -> npt.NDArray[np.int64]:
        return _bits(self.outcomes, len(self.places))

    @cached_property
    def _rows(self) -> list[int]:
        """Where in the calibration the qubits stand."""
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
            For P(1|0) and P(0|1) of each calibrated qubit in turn; shape (2 qubits,).
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
    """Shape (outcomes, qubits)."""
    return np.asarray((outcomes[:, None] >> np.arange(num_qubits)) & 1)


def _normalised(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix / matrix.sum(axis=0))
