"""The energy as a function of the strength of the noise."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from pydantic import ValidationError

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.validation import input_error
from vqe_cli.analysis.diagnosis.fits import Fit, least_squares
from vqe_cli.analysis.diagnosis.optimum import Optimum
from vqe_cli.analysis.diagnosis.options import DiagnosisOptions, Tell
from vqe_cli.backends import Backend
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.errors import InputError

POINTS_FOR_SLOPE = 3
"""The number of smallest scales in the parabola that gives the slope at zero noise."""

WORTH_SAYING = 1e-4
"""Relative error below which an error does not change the digits shown."""


@dataclass(frozen=True)
class NoisePoint:
    """The energy at one scale of the noise.

    Args:
        scale: Factor of all error probabilities and rates.
        energy: Energy, Hartree.
        standard_error: Standard error of the energy, Hartree; None if it is exact.
        error_mha: Energy minus that without noise at the same parameters, mHa.
        two_qubit_gates: Number of two-qubit gates of the transpiled circuit.
        representation: Representation of the state in the simulation.
    """

    scale: float
    energy: float
    standard_error: float | None
    error_mha: float
    two_qubit_gates: int
    representation: str


@dataclass(frozen=True)
class NoiseStudy:
    """Energies by the scale of the noise.

    Args:
        noise: Name of the noise model.
        points: Points by ascending scale, zero included.
        slope_mha: Slope at zero noise, mHa per unit of scale.
        slope_error_mha: Error of the slope from error bars and the residuals of a parabola; None
            if neither determines it.
        tolerable_scale: Scale at which the error reaches chemical accuracy; None if it does not.
    """

    noise: str
    points: tuple[NoisePoint, ...]
    slope_mha: float
    slope_error_mha: float | None
    tolerable_scale: float | None

    @property
    def conclusion(self) -> str:
        """The conclusion, in one sentence."""
        gates = max(point.two_qubit_gates for point in self.points)
        plural = "" if gates == 1 else "s"
        slope = with_error(self.slope_mha, self.slope_error_mha)
        text = f"{slope} mHa per unit of scale with {gates} two-qubit gate{plural}; "
        accuracy = f"{CHEMICAL_ACCURACY_MHA} mHa"
        if self.tolerable_scale is None:
            return f"{text}an error of {accuracy} is not reached"
        return f"{text}an error of {accuracy} at scale {self.tolerable_scale:.3g}"


def with_error(value: float, error: float | None) -> str:
    """A number with its error to two digits, or to four digits where the error is smaller.

    Args:
        value: The number.
        error: Standard error of the number; None if unknown.
    """
    if error is None or error <= WORTH_SAYING * abs(value):
        return f"{value:.4g}"
    decimals = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"


def noise_study(
    backend: Backend, optimum: Optimum, options: DiagnosisOptions, seed: int, tell: Tell
) -> NoiseStudy:
    """Energies at the same parameters with several scales of the noise.

    Args:
        backend: The backend of the input; its other options apply if it simulates noise.
        optimum: The parameterised state and its parameters.
        options: The noise and its scales.
        seed: Random seed of the transpiler and of shots.
        tell: Callback, called with a message before each scale.

    Raises:
        InputError: No noise is given, or all scales are zero.
    """
    noise = options.noise or backend.noise_source()
    if noise is None:
        message = "the study of noise needs a noise model"
        raise InputError(message, hint="--noise fake_manila, or backend: {name: aer, noise: ...}")
    scales = sorted({0.0, *options.scales})
    if len(scales) == 1:
        raise InputError("--scales: there is no noise at scale 0", hint="--scales 0.5,1,2")
    points = []
    for scale in scales:
        tell(f"noise: {noise.label} × {scale:g}")
        points.append(_point(scaled(backend, noise, scale, optimum, options), optimum, scale, seed))
    slope, bar, crossing = rise(points)
    return NoiseStudy(noise.label, tuple(points), slope, bar, crossing)


def scaled(
    backend: Backend, noise: Noise, scale: float, optimum: Optimum, options: DiagnosisOptions
) -> Backend:
    """A simulator with scaled noise, without shots if that fits into memory.

    Args:
        backend: The backend of the input.
        noise: The noise at scale one.
        scale: Factor of all error probabilities and rates.
        optimum: The parameterised state, whose number of qubits decides whether shots are taken.
        options: The options of the diagnosis, with the number of shots.

    Raises:
        InputError: A scaled probability is larger than one.
    """
    qubits = optimum.state.encoding.num_qubits
    try:
        multiplied = Noise.model_validate(noise.model_dump() | {"scale": noise.scale * scale})
    except ValidationError as error:
        found = input_error(error, Noise)
        raise InputError(f"--scales: {scale:g}: {found.message}", hint=found.hint) from None
    return backend.with_noise(multiplied, qubits, options.noise_shots)


def _point(backend: Backend, optimum: Optimum, scale: float, seed: int) -> NoisePoint:
    objective = backend.prepare(optimum.state, seed)
    found = objective.energy(optimum.x, seed)
    record = objective.record
    assert record.two_qubit_gates is not None
    error = HARTREE_IN_MILLIHARTREE * (found.value - optimum.energy)
    return NoisePoint(
        scale,
        found.value,
        found.standard_error,
        error,
        record.two_qubit_gates,
        record.representation,
    )


def rise(points: list[NoisePoint]) -> tuple[float, float | None, float | None]:
    """The slope at zero noise, and the scale at which the error reaches chemical accuracy.

    Args:
        points: Points by ascending scale, the first at zero.

    Returns:
        The slope and its error in mHa per unit of scale, and the scale; None where unknown.
    """
    scales = np.array([point.scale for point in points[1:]])
    errors = np.array([point.error_mha for point in points[1:]])
    bars = [point.standard_error for point in points[1:]]
    near = slice(0, min(POINTS_FOR_SLOPE, scales.size))
    known = [HARTREE_IN_MILLIHARTREE * bar for bar in bars[near] if bar]
    weights = np.array(known) if len(known) == scales[near].size else None
    powers = np.arange(1, min(2, scales.size) + 1)
    fit = least_squares(scales[near, None] ** powers, errors[near], weights)
    bar = fit.errors[0] if math.isfinite(fit.errors[0]) else None
    return fit.coefficients[0], bar, _crossing(fit, scales, errors)


def _crossing(fit: Fit, scales: FloatArray, errors: FloatArray) -> float | None:
    """The scale of chemical accuracy, by the parabola within its range, else by interpolation."""
    target = CHEMICAL_ACCURACY_MHA
    slope, curvature = (*fit.coefficients, 0.0)[:2]
    roots = [root for sign in (1, -1) for root in _roots(slope, curvature, sign * target)]
    near = scales[min(POINTS_FOR_SLOPE, scales.size) - 1]
    inside = [root for root in roots if 0 < root <= near]
    if inside:
        return min(inside)
    for index in np.flatnonzero(np.abs(errors) >= target)[:1]:
        if index:
            pair = slice(index - 1, index + 1)
            return float(np.interp(target, np.abs(errors[pair]), scales[pair]))
    return None


def _roots(slope: float, curvature: float, target: float) -> list[float]:
    """Roots of ``slope·s + curvature·s² = target``, accurate also for tiny curvatures."""
    discriminant = slope**2 + 4.0 * curvature * target
    if discriminant < 0.0:
        return []
    half = slope + math.copysign(math.sqrt(discriminant), slope)
    return ([2.0 * target / half] if half else []) + (
        [-0.5 * half / curvature] if curvature else []
    )
