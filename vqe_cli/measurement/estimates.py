"""Results of measurements: estimates with error bars, and counts of bit strings."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Estimate:
    """A number with its error and the shots it took.

    Args:
        value: The estimate.
        standard_error: Standard error of the estimate; None if it is exact.
        shots: Number of shots that were taken; 0 if it is exact.
        discarded: Share of the shots discarded by post-selection; None without post-selection.
        selected: Whether shots were selected by this quantity, which makes its value trivial.
    """

    value: float
    standard_error: float | None = None
    shots: int = 0
    discarded: float | None = None
    selected: bool = False


@dataclass(frozen=True, eq=False)
class Counts:
    """Measured bit strings and how often each was read.

    Args:
        outcomes: Distinct bit strings as integers, qubit 0 the lowest bit; shape (outcomes,).
        repetitions: Number of shots with each outcome, all positive; shape (outcomes,).
    """

    outcomes: npt.NDArray[np.int64]
    repetitions: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.outcomes.shape != self.repetitions.shape:
            shapes = f"{self.outcomes.shape} and {self.repetitions.shape}"
            raise ValueError(f"outcomes and repetitions should be equally many. Got {shapes}.")

    @property
    def shots(self) -> int:
        """The number of shots."""
        return int(self.repetitions.sum())


@dataclass(frozen=True)
class MitigatedEnergy:
    """An energy after some methods of error mitigation.

    Args:
        method: ``raw``, or the methods so far, joined by plus signs, the innermost first.
        estimate: The energy with its standard error and the shots of all its measurements, Hartree.
        overhead: Ratio of these shots to those of the raw energy.
        notes: Further data for the record.
    """

    method: str
    estimate: Estimate
    overhead: float
    notes: dict[str, object] = field(default_factory=dict)
