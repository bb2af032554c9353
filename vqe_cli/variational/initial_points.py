"""Starting points of an optimiser: zeros, classical amplitudes, random or given values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.seeds import stream
from vqe_cli._core.wording import counted
from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Traits
from vqe_cli.chemistry.correlation.amplitudes import AmplitudeMethod, Amplitudes, amplitudes
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema import InitialSpec

DEFAULT_RESTARTS = 3
"""The number of further starts if the first is random: circuits have many local minima."""

RESTARTS_OF_A_STRETCHED_BOND = 2
"""The number of further starts if an unrestricted determinant lies lower than the reference."""

MAX_PARAMETERS_FOR_RESTARTS = 200

MAX_DETERMINANTS_FOR_RESTARTS = 20_000

NEARBY = 0.3
"""Largest displacement, in radians, of a further start from a point that is not random."""


@dataclass(frozen=True)
class Starts:
    """Starting points.

    Args:
        points: One or more parameter vectors, each of shape (num_parameters,).
        name: The kind of the first point, such as "zeros" or "mp2".
        random: Whether the first point is random, so that starts may end in different minima.
    """

    points: tuple[Vector, ...]
    name: str
    random: bool


class StartOptions(Protocol):
    """The keys of a run's spec that determine its starting points."""

    @property
    def initial(self) -> InitialSpec:
        """The initial parameters."""
        ...

    @property
    def restarts(self) -> int | None:
        """The number of further starts; None for the default."""
        ...

    @property
    def seed(self) -> int:
        """The seed of random starts."""
        ...


def starting_points(
    options: StartOptions, state: ParameterisedState, traits: Traits, optimizer: str
) -> Starts:
    """The starting points of a run.

    Args:
        options: The run's spec, or these keys of one.
        state: The parameterised state.
        traits: Properties of the objective; the default number of restarts depends on them.
        optimizer: Name of the optimiser.

    Raises:
        InputError: The ansatz has no such starting point, or the given one has a wrong length.
    """
    name = _resolved(options.initial, state)
    rng = stream(options.seed, "starting points").generator
    scale = options.initial.scale or (math.pi if state.product is None else NEARBY)
    first = _first(options.initial, name, state, rng.uniform(-scale, scale, state.num_parameters))
    one_is_enough = (
        traits.sampled or optimizer == "none" or state.num_parameters > MAX_PARAMETERS_FOR_RESTARTS
    )
    default = 0 if one_is_enough else _default_restarts(name, state)
    restarts = default if options.restarts is None else options.restarts
    centre, width = (0.0, scale) if name == "random" else (first, NEARBY)
    further = [
        centre + rng.uniform(-width, width, size=state.num_parameters) for _ in range(restarts)
    ]
    return Starts((first, *further), name, name == "random")


def _default_restarts(name: str, state: ParameterisedState) -> int:
    """The default number of further starts, which look for lower minima nearby."""
    if name == "random":
        return DEFAULT_RESTARTS
    problem = state.encoding.problem
    if name == "given" or not isinstance(problem, ElectronicProblem) or problem.scf is None:
        return 0
    small = problem.sector_dimension <= MAX_DETERMINANTS_FOR_RESTARTS
    stretched = problem.scf.externally_stable is False
    return RESTARTS_OF_A_STRETCHED_BOND if small and stretched else 0


def product_point(product: ExcitationProduct, amplitude: Amplitudes) -> Vector:
    """Parameters of a product of excitations from coupled-cluster amplitudes.

    A parameter shared by several excitations gets the mean of their values.

    Args:
        product: The product of excitations.
        amplitude: The amplitudes T1 and T2.
    """
    total, count = np.zeros(product.num_parameters), np.zeros(product.num_parameters)
    for rotation in product.rotations:
        excitation = rotation.excitation
        value = amplitude.of(excitation.create, excitation.annihilate)
        total[rotation.parameter] += value / rotation.factor
        count[rotation.parameter] += 1
    return total / np.maximum(count, 1)


def _resolved(initial: InitialSpec, state: ParameterisedState) -> str:
    if initial.values is not None:
        return "given"
    return state.start if initial.name == "auto" else initial.name


def _first(initial: InitialSpec, name: str, state: ParameterisedState, random: Vector) -> Vector:
    count = state.num_parameters
    if initial.values is not None:
        if len(initial.values) != count:
            given = counted(len(initial.values), "parameter is", "parameters are")
            message = f"{given} given, the ansatz has {count}"
            raise InputError(message, path=("initial",))
        return np.array(initial.values, dtype=float)
    if name == "zeros":
        return np.zeros(count)
    if name == "random":
        return random
    if name == "ramp":
        if state.ramp_point is None:
            raise _without_ramp()
        return state.ramp_point()
    method: AmplitudeMethod = "mp2" if name == "mp2" else "ccsd"
    problem = state.encoding.problem
    if state.product is not None and isinstance(problem, ElectronicProblem):
        return product_point(state.product, amplitudes(problem, method))
    found = state.amplitude_point(method) if state.amplitude_point else None
    if found is None:
        raise _without_amplitudes(name)
    return found


def refuse_missing_start(initial: InitialSpec, ansatz: Ansatz) -> None:
    """Refuse amplitudes of a classical method, or a ramp, as a start of an ansatz without them.

    Args:
        initial: The initial parameters.
        ansatz: The ansatz.

    Raises:
        InputError: The ansatz has no such start.
    """
    if initial.name in ("mp2", "ccsd") and not ansatz.has_amplitudes:
        raise _without_amplitudes(initial.name)
    if initial.name == "ramp" and not ansatz.has_ramp:
        raise _without_ramp()


def _without_ramp() -> InputError:
    message = "a ramp belongs to layers of parts of the Hamiltonian, which this ansatz is not"
    return InputError(message, path=("initial",), hint="use zeros, random or a file")


def _without_amplitudes(name: str) -> InputError:
    message = f"{name} amplitudes belong to excitations; this ansatz is a circuit"
    return InputError(message, path=("initial",), hint="use zeros, random or a file")
