"""Numbers with two kinds of error: of their own shots, and of a shared calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Value:
    """A measured number.

    Args:
        value: The measured value, Hartree.
        variance: Variance from its own shots, independent of all other values, Hartree².
        calibration: Change of the value if one parameter of the calibration changes by its
            standard error, Hartree; shape (parameters,), empty without calibration.
    """

    value: float
    variance: float
    calibration: FloatArray

    @property
    def standard_error(self) -> float:
        """Standard error from shots and calibration together, Hartree."""
        return float(np.sqrt(self.variance + self.calibration @ self.calibration))


def combined(value: float, slopes: Sequence[float] | FloatArray, parts: Sequence[Value]) -> Value:
    """A function of values, with its errors to first order.

    Args:
        value: Value of the function, Hartree.
        slopes: Derivatives of the function by its arguments; shape (parts,).
        parts: The arguments of the function.
    """
    slopes = np.asarray(slopes, dtype=np.float64)
    variance = float(slopes**2 @ np.array([part.variance for part in parts]))
    return Value(value, variance, slopes @ np.array([part.calibration for part in parts]))
