"""What excited states take beside the state of a run."""

from __future__ import annotations

from dataclasses import dataclass

from vqe_cli._core.sizes import refuse_what_does_not_fit
from vqe_cli.fermions.problem import ElectronicProblem, Problem
from vqe_cli.parts import Parts
from vqe_cli.schema import RunSpec
from vqe_cli.variational.excited_states import refuse_without_states
from vqe_cli.variational.state_measurement import knows_vectors
from vqe_cli.variational.state_methods import FromEnergies


@dataclass(frozen=True)
class StatesEstimate:
    """Excited states in numbers.

    Args:
        number: Number of states, that of the run included.
        method: The method as it stands in tables.
        memory: Memory of the method, bytes; zero if it is measured.
        energies: About the number of energies that are measured; None if states are exact vectors.
        shots: Shots of these, each to the error of one energy; None without a plan of measurement.
    """

    number: int
    method: str
    memory: int
    energies: int | None
    shots: int | None


def refuse_impossible_states(spec: RunSpec, parts: Parts) -> None:
    """Refuse states that a run refuses, before anything is computed.

    Args:
        spec: The run's spec.
        parts: Its parts.

    Raises:
        InputError: The backend or the ansatz has no excited states.
    """
    if spec.states is not None and parts.state_method is not None:
        refuse_without_states(spec, parts, parts.state_method)


def estimated_states(
    spec: RunSpec, parts: Parts, problem: Problem, shots: int | None
) -> StatesEstimate | None:
    """The estimate of excited states; None if they are not asked for.

    Args:
        spec: The run's spec.
        parts: Its parts.
        problem: The problem.
        shots: Shots of one energy; None if it has no plan.

    Raises:
        ResourceLimitError: They do not fit.
    """
    method = parts.state_method
    if spec.states is None or method is None:
        return None
    assert isinstance(problem, ElectronicProblem)
    size, number = problem.size, spec.states.number
    if isinstance(method, FromEnergies) and not knows_vectors(parts.backend):
        need = method.measurement_need(size)
        refuse_what_does_not_fit(size, lambda _: iter((need,)), spec.memory)
        count = method.measured_energies(size)
        total = None if shots is None else count * shots
        return StatesEstimate(number, method.label, 0, count, total)
    refuse_what_does_not_fit(size, method.needs, spec.memory)
    memory = sum(need.memory for need in method.needs(size))
    return StatesEstimate(number, method.label, memory, None, None)
