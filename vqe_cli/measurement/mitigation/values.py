"""Numbers with two kinds of error: of their own shots, and of a calibration they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Value:
    """A measured number.

    Args:
        value: Hartree.
        variance: From its own shots, independent of all other values, Hartree².
        calibration: How much it changes if one parameter of the calibration changes by its
            standard error, Hartree; shape (parameters,), empty where nothing was calibrated.
    """

    value: float
    variance: float
    calibration: FloatArray

    @property
    def standard_error(self) -> float:
        """From shots and calibration together, Hartree."""
        return float(np.sqrt(self.variance + self.calibration @ self.calibration))


def combined(value: float, slopes: Sequence[float] | FloatArray, parts: Sequence[Value]) -> Value:
    """A function of values, its errors to first order.

    Args:
        value: Of the function.
        slopes: Its derivatives by the parts; shape (parts,).
        parts: What it depends on.
    """
    slopes = np.asarray(slopes, dtype=np.float64)
    variance = float(slopes**2 @ np.array([part.variance for part in parts]))
    return Value(value, variance, slopes @ np.array([part.calibration for part in parts]))
