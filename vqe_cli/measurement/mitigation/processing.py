"""An energy from the counts of every basis: readout errors undone, wrong shots discarded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import IntArray
from vqe_cli._core.wording import counted
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement import BoolArray, MeasurementBasis, MeasurementPlan
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation.readout import Calibration, Confusion
from vqe_cli.measurement.mitigation.values import Value
from vqe_cli.measurement.shots import prudent_variance
from vqe_cli.qubits.encoding import Encoding

BYTES_PER_OUTCOME = 512
"""Memory of each outcome in process: the outcome, its value, and occupations."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The counts of one state.

    Args:
        plan: The measurement plan, with deviations corrected by a pilot.
        counts: The counts of each basis, without those of the pilot.
        places: For each basis, the device's qubits from which the encoding's are read.
        shots: Number of shots, those of the pilot included.
    """

    plan: MeasurementPlan
    counts: tuple[Counts, ...]
    places: tuple[tuple[int, ...], ...]
    shots: int


@dataclass(frozen=True, eq=False)
class Processing:
    """The processing of outcomes.

    Args:
        encoding: The encoding, which gives electron numbers.
        calibration: Readout errors to undo; None to leave the bits as they are.
        select: Whether outcomes with wrong electron numbers are discarded.
    """

    encoding: Encoding
    calibration: Calibration | None = None
    select: bool = False

    def energy(self, reading: Reading) -> tuple[Value, float]:
        """The energy of a state.

        Args:
            reading: The counts of all bases.

        Returns:
            The energy, and the discarded share of shots.

        Raises:
            ResourceLimitError: No shots are left.
        """
        found = [self._mean(reading, index) for index in range(len(reading.counts))]
        parameters = 0 if self.calibration is None else self.calibration.wrong.size
        total = Value(
            reading.plan.constant + sum(value.value for value, _ in found),
            sum(value.variance for value, _ in found),
            sum((value.calibration for value, _ in found), np.zeros(parameters)),
        )
        shots = np.array([part.shots for part in reading.counts])
        discarded = np.array([share for _, share in found])
        return total, float(shots @ discarded) / max(float(shots.sum()), 1.0)

    def mixed_energy(self, plan: MeasurementPlan) -> float:
        """The energy of the completely mixed state after the same selection, Hartree."""
        number = self.encoding.num_qubits
        what = f"the values of all outcomes of {number} qubits"
        hint = "take extrapolation: linear"
        self.encoding.memory.refuse_if_larger(BYTES_PER_OUTCOME << number, what, hint)
        total = plan.constant
        outcomes = np.arange(1 << number)
        for basis in plan.bases:
            kept = self._kept(basis, outcomes)
            total += float(basis.values(outcomes[kept]).mean())
        return total

    def _kept(self, basis: MeasurementBasis, outcomes: IntArray) -> BoolArray:
        found = basis.allowed(outcomes) if self.select else None
        return np.ones(outcomes.size, dtype=bool) if found is None else found

    def _mean(self, reading: Reading, index: int) -> tuple[Value, float]:
        """``Σ v q / Σ q`` over the kept outcomes, where q are the shares before readout.

        The error follows from the change of the quotient with one more shot of an outcome.
        """
        basis, counts = reading.plan.bases[index], reading.counts[index]
        shares = counts.repetitions / counts.shots
        kept = self._kept(basis, counts.outcomes).astype(np.float64)
        worth = np.stack([kept * basis.values(counts.outcomes), kept], axis=1)
        confusion = None
        if self.calibration is not None:
            confusion = Confusion(
                self.calibration, reading.places[index], counts.outcomes, self.encoding.memory
            )
            worth = confusion.pulled_back(worth)
        above, below = shares @ worth
        if below <= 0:
            raise ResourceLimitError(
                f"none of {counted(counts.shots, 'shot')} had the right numbers of electrons",
                hint="take more shots, or leave symmetry out",
            )
        value = above / below
        influence = (worth @ np.array([1.0, -value])) / below
        spread = float(influence**2 @ counts.repetitions)
        expected = (reading.plan.deviations[index], reading.plan.prior_shots[index])
        variance = prudent_variance(spread, counts.shots, *expected) / counts.shots
        calibration = np.zeros(0)
        if confusion is not None:
            calibration = confusion.sensitivity(influence, shares)
        return Value(float(value), variance, calibration), float(1 - below)
