"""Variances of gradients at random parameters: barren plateaus.

Reference:
    McClean, Boixo, Smelyanskiy, Babbush and Neven, Nat. Commun. 9, 4812 (2018).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.analysis.diagnosis.fits import least_squares
from vqe_cli.analysis.diagnosis.options import DiagnosisOptions, Tell
from vqe_cli.analysis.diagnosis.sizes import systems
from vqe_cli.ansatz import ANSATZE, Ansatz
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.objective import HasGradient, Objective, require
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import Problem
from vqe_cli.parts import Parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec

DEPTH_OPTIONS = ("reps", "layers", "k")
"""Names of the options of ansätze that set the number of layers."""

DEFAULT_DEPTHS = (1, 2, 4, 8)

ROUND_OFF = 1e-11
"""Derivatives in Hartree below which, in all samples, a parameter counts as inactive."""

SIZES_FOR_A_LAW = 4
"""The smallest number of sizes that distinguishes an exponential from a power law."""


@dataclass(frozen=True)
class Variance:
    """Variance of an energy's derivatives at random parameters, Ha² per squared radian.

    Args:
        mean: Mean variance over active parameters, those that change the energy.
        standard_error: Standard error of the mean.
        largest: Variance of the steepest parameter.
        largest_error: Standard error of the largest variance.
        parameters: Number of parameters.
        active: Number of active parameters.
    """

    mean: float
    standard_error: float
    largest: float
    largest_error: float
    parameters: int
    active: int


@dataclass(frozen=True)
class GradientPoint:
    """One point of the study.

    Args:
        system: Name of the problem.
        qubits: Number of qubits.
        depth: Number of layers; None if the ansatz has no such option or default.
        variance: Variance of the derivatives.
    """

    system: str
    qubits: int
    depth: int | None
    variance: Variance


@dataclass(frozen=True)
class Decay:
    """The law ``Var ∝ 2^(rate · qubits)``.

    Args:
        rate: Exponent per qubit; negative if the variance falls.
        standard_error: Standard error of the rate.
        sizes: Number of sizes in the fit.
    """

    rate: float
    standard_error: float
    sizes: int

    @property
    def falls(self) -> bool:
        """Whether the rate is below zero by more than twice its error."""
        return self.rate < -2.0 * self.standard_error

    @property
    def text(self) -> str:
        """The law as text."""
        return f"2^({self.rate:+.2f} ± {self.standard_error:.2f}) per qubit"


@dataclass(frozen=True)
class GradientStudy:
    """Variances of gradients by depth and by size.

    Args:
        samples: Number of random parameter vectors of each point.
        depth_option: Name of the ansatz's option of depth; None if it has none.
        by_depth: Points of several depths at the size of the input.
        by_size: Points of several sizes at the depth of the input.
        decay: Decay of the mean variance over `by_size`; None for fewer than two sizes.
        decay_of_largest: Decay of the steepest parameter's variance; None likewise.
    """

    samples: int
    depth_option: str | None
    by_depth: tuple[GradientPoint, ...]
    by_size: tuple[GradientPoint, ...]
    decay: Decay | None
    decay_of_largest: Decay | None

    @property
    def conclusion(self) -> str:
        """The conclusion, in one sentence."""
        mean, largest = self.decay, self.decay_of_largest
        if mean is None or largest is None:
            return "one size only: nothing can be said about a barren plateau"
        if not mean.falls:
            return f"no sign of a barren plateau: the variance changes by {mean.text}"
        if not largest.falls:
            return (
                f"the mean variance falls by {mean.text}, but that of the steepest parameter"
                f" does not ({largest.text}): no sign of a barren plateau there"
            )
        text = f"the variance falls by {mean.text}, that of the steepest parameter by"
        text += f" {largest.text}"
        if mean.sizes < SIZES_FOR_A_LAW:
            text += f"; {mean.sizes} sizes do not tell an exponential from a power law"
        return text


def gradient_study(
    spec: RunSpec,
    parts: Parts,
    own: Problem,
    options: DiagnosisOptions,
    tell: Tell,
    mean_fields: MeanFields,
) -> GradientStudy:
    """Sample gradients at random parameters, at several depths and sizes.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        own: The problem of the input.
        options: The numbers of samples, the depths and the sizes.
        tell: Callback, called with a message before each point.
        mean_fields: The cache of mean fields.

    Returns:
        The study.

    Raises:
        InputError: Depths are given for an ansatz without layers, or it has no parameters.
    """
    option = depth_option(parts.ansatz)
    if options.depths is not None and option is None:
        raise InputError(
            f"--depths: ansatz '{parts.ansatz.name}' has no layers",
            hint="choose an ansatz with layers, such as k-upccgsd, tups or two-local, or omit"
            " --depths",
        )

    def point(label: str, problem: Problem, ansatz: Ansatz) -> GradientPoint:
        encoding = Encoding(problem, parts.mapper, spec.memory)
        depth = getattr(ansatz, option) if option else None
        layers = "" if depth is None else f", depth {depth}"
        tell(f"gradients: {label} on {counted(encoding.num_qubits, 'qubit')}{layers}")
        found = _variance_of(ansatz, encoding, label, options.samples, spec.seed)
        return GradientPoint(label, encoding.num_qubits, depth, found)

    by_depth = [
        point(spec.title, own, _with_depth(parts.ansatz, option, depth))
        for depth in options.depths or DEFAULT_DEPTHS
        if option is not None
    ]
    by_size = [
        point(system.label, system.problem, parts.ansatz)
        for system in systems(spec, parts, own, options.sizes, mean_fields)
    ] or [point(spec.title, own, parts.ansatz)]
    return GradientStudy(
        options.samples,
        option,
        tuple(by_depth),
        tuple(by_size),
        decay_of([(at.qubits, at.variance.mean, at.variance.standard_error) for at in by_size]),
        decay_of([(at.qubits, at.variance.largest, at.variance.largest_error) for at in by_size]),
    )


def depth_option(ansatz: Ansatz) -> str | None:
    """Name of the ansatz's option for the number of layers; None if it has none."""
    return next((key for key in DEPTH_OPTIONS if key in type(ansatz).model_fields), None)


def _with_depth(ansatz: Ansatz, option: str | None, depth: int) -> Ansatz:
    return ANSATZE.create({**ansatz.selection(), str(option): depth}, ("ansatz",))


def _variance_of(
    ansatz: Ansatz, encoding: Encoding, label: str, samples: int, seed: int
) -> Variance:
    state = ansatz.state(encoding)
    if state.num_parameters == 0:
        message = f"ansatz '{ansatz.name}' has no parameters for {label}"
        raise InputError(message, path=("ansatz",), hint="choose a larger problem or basis")
    with threads_for(encoding.vector_length):
        return gradient_variance(Exact().prepare(state, seed), samples, seed)


def gradient_variance(objective: Objective, samples: int, seed: int) -> Variance:
    """The variance of partial derivatives over uniformly random parameters.

    Every parameter is drawn from one whole period of the energy. The number of parameters enters
    the seed: the same random numbers at several sizes would correlate their errors, and make a fit
    through them look better than it is.

    Args:
        objective: An objective with analytic gradients.
        samples: Number of random parameter vectors.
        seed: Random seed of the parameters.
    """
    periods = np.array([2 * math.pi / part.unit for part in objective.traits.spectra])
    rng = stream(seed, "random parameters", periods.size).generator
    points = periods * (rng.random((samples, periods.size)) - 0.5)
    analytic = require(objective, HasGradient, "the backend has no analytic gradients to study")
    slopes = np.stack([analytic.energy_and_gradient(point)[1] for point in points])
    return variance_of_slopes(slopes)


def variance_of_slopes(slopes: Vector) -> Variance:
    """The variance from samples of all derivatives.

    Derivatives at one point are correlated, so the error of their mean variance follows from the
    scatter between points.

    Args:
        slopes: Derivatives in Hartree per radian, shape (samples, parameters).
    """
    samples, parameters = slopes.shape
    active = slopes[:, np.abs(slopes).max(axis=0) > ROUND_OFF]
    if not active.size:
        return Variance(0.0, 0.0, 0.0, 0.0, parameters, 0)
    squares = (active - active.mean(axis=0)) ** 2 * samples / (samples - 1)
    by_point, steepest = squares.mean(axis=1), squares[:, squares.mean(axis=0).argmax()]
    return Variance(
        mean=float(by_point.mean()),
        standard_error=float(by_point.std(ddof=1) / math.sqrt(samples)),
        largest=float(steepest.mean()),
        largest_error=float(steepest.std(ddof=1) / math.sqrt(samples)),
        parameters=parameters,
        active=active.shape[1],
    )


def decay_of(points: Sequence[tuple[int, float, float]]) -> Decay | None:
    """Exponential decay fitted to variances of several sizes; None for fewer than two sizes.

    Args:
        points: Number of qubits, variance and its standard error; zero variances are left out.
    """
    kept = np.array([point for point in points if point[1] > 0]).reshape(-1, 3)
    qubits, variances, errors = kept.T
    sizes = np.unique(qubits).size
    if sizes < 2:
        return None
    basis = np.stack([np.ones_like(qubits), qubits], axis=1)
    relative = np.maximum(errors / variances, 1e-12)
    fit = least_squares(basis, np.log2(variances), relative / math.log(2.0))
    return Decay(fit.coefficients[1], fit.errors[1], sizes)
