"""Zero-noise extrapolation: energies at amplified noise, extrapolated to no noise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.validation import InputPart, SpecError
from vqe_cli.measurement.mitigation.values import Value, combined

Extrapolation = Literal["linear", "quadratic", "exponential"]


class ZneOptions(InputPart):
    """The state is prepared by ``U (U† U)^n``, and energies are continued to no noise.

    Reference:
        Temme, Bravyi and Gambetta, Phys. Rev. Lett. 119, 180509 (2017); folding:
        Giurgica-Tiron et al., IEEE QCE 2020, 306.
    """

    factors: tuple[int, ...] = Field(
        default=(1, 3, 5),
        min_length=2,
        max_length=9,
        strict=False,
        description="Factors by which noise is amplified: odd numbers, beginning with 1.",
    )
    extrapolation: Extrapolation = Field(
        default="exponential",
        description="exponential: towards the energy of the completely mixed state; a line is "
        "taken instead, and the record says so, where energies have passed that.",
    )

    @field_validator("factors")
    @classmethod
    def _odd(cls, factors: tuple[int, ...]) -> tuple[int, ...]:
        odd = all(factor % 2 == 1 for factor in factors)
        if not odd or factors[0] != 1 or list(factors) != sorted(set(factors)):
            shown = ", ".join(map(str, factors))
            raise SpecError(f"{shown}: noise is folded 1, 3, 5 … times", "write [1, 3, 5]")
        return factors

    @model_validator(mode="after")
    def _enough(self) -> ZneOptions:
        if self.extrapolation == "quadratic" and len(self.factors) < 3:
            raise SpecError("a parabola needs three factors", "write [1, 3, 5]", ("factors",))
        return self


def extrapolate(
    factors: Sequence[int], energies: Sequence[Value], kind: Extrapolation, mixed: float
) -> Value:
    """The energy without noise.

    Args:
        factors: Strengths of noise, in units of the device's; shape (factors,).
        energies: The energies measured at these strengths.
        kind: The fitted function, by least squares with the energies' variances.
        mixed: Energy of the completely mixed state, Hartree; for an exponential.
    """
    strengths = np.array(factors, dtype=np.float64)
    values = np.array([energy.value for energy in energies])
    variances = np.array([energy.standard_error**2 for energy in energies])
    # Equal weights where nothing scatters, as for a constant operator.
    roots = 1 / np.sqrt(variances) if np.all(variances > 0) else np.ones(values.size)
    if kind == "exponential":
        value, slopes = _exponential(strengths, values - mixed, roots)
        return combined(mixed + value, slopes, energies)
    degree = 1 if kind == "linear" else 2
    slopes = _intercept(np.vander(strengths, degree + 1, increasing=True), roots)
    return combined(float(slopes @ values), slopes, energies)


def decays(energies: Sequence[Value], mixed: float) -> bool:
    """Whether an exponential can be fitted: all energies lie on one side of the mixed state's."""
    signs = {np.sign(energy.value - mixed) for energy in energies}
    return signs in ({1.0}, {-1.0})


def _intercept(design: FloatArray, roots: FloatArray) -> FloatArray:
    """Derivatives of the first coefficient of a least-squares fit by the fitted values.

    Args:
        design: Derivatives of the fitted values by the coefficients; shape (values, coefficients).
        roots: Inverse standard errors; shape (values,).
    """
    return np.asarray(np.linalg.pinv(design * roots[:, None])[0] * roots)


def _exponential(
    strengths: FloatArray, values: FloatArray, roots: FloatArray
) -> tuple[float, FloatArray]:
    """Fit ``b exp(-c λ)``; return b and its derivatives by the values."""
    from scipy.optimize import least_squares

    def residuals(parameters: FloatArray) -> FloatArray:
        b, c = parameters
        return np.asarray((b * np.exp(-c * strengths) - values) * roots)

    decay = np.log(values[0] / values[-1]) / (strengths[-1] - strengths[0])
    start = (values[0] * np.exp(decay * strengths[0]), decay)
    b, c = least_squares(residuals, start, method="lm").x
    falling = np.exp(-c * strengths)
    design = np.stack([falling, -b * strengths * falling], axis=1)
    return float(b), _intercept(design, roots)
