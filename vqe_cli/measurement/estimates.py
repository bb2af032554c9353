"""What measurements give: estimates with error bars, and counts of bit strings."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Estimate:
    """A number as it was obtained.

    Args:
        value: The estimate.
        standard_error: Of the estimate; None where it is exact.
        shots: Measurements it took; 0 where it is exact.
        discarded: Share of them left out by post-selection; None where there was none.
        selected: Whether it is so by construction: shots were selected by it.
    """

    value: float
    standard_error: float | None = None
    shots: int = 0
    discarded: float | None = None
    selected: bool = False


@dataclass(frozen=True, eq=False)
class Counts:
    """Measured bit strings, each with how often it came.

    Args:
        outcomes: Qubit 0 is the lowest bit; shape (outcomes,), no two equal.
        repetitions: Shape (outcomes,), all positive.
    """

    outcomes: npt.NDArray[np.int64]
    repetitions: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.outcomes.shape != self.repetitions.shape:
            shapes = f"{self.outcomes.shape} and {self.repetitions.shape}"
            raise ValueError(f"outcomes and repetitions should be equally many. Got {shapes}.")

    @property
    def shots(self) -> int:
        """How many there are."""
        return int(self.repetitions.sum())


@dataclass(frozen=True)
class MitigatedEnergy:
    """An energy after some methods of error mitigation.

    Args:
        method: ``raw``, or the methods so far, joined by plus signs, the innermost first.
        estimate: With its standard error, and all shots that it took.
        overhead: These shots relative to the raw energy's.
        notes: What else there is to say.
    """

    method: str
    estimate: Estimate
    overhead: float
    notes: dict[str, object] = field(default_factory=dict)
