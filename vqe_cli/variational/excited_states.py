"""Excited states of a run: found by a method, described, and judged against the exact ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.wording import counted
from vqe_cli.backends import Backend
from vqe_cli.backends.exact.sector import Sector, SectorObjective, sector_space
from vqe_cli.classical.exact_roots import FEASIBLE_UP_TO, exact_roots
from vqe_cli.errors import InputError, NotConvergedError
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema import RunSpec
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.run_spec import StatesSpec
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.variational.solution import Solution
from vqe_cli.variational.spins import multiplicity_of, spin_squared
from vqe_cli.variational.state_checks import noise_checks, search_checks, state_checks
from vqe_cli.variational.state_description import state_record
from vqe_cli.variational.state_matching import DEGENERATE, Comparison, matches
from vqe_cli.variational.state_measurement import StateEnergies, knows_vectors, measures_states
from vqe_cli.variational.state_methods import (
    FoundState,
    FromEnergies,
    GroundState,
    StateMethod,
    Wanted,
)

if TYPE_CHECKING:
    from vqe_cli.parts import Parts

PURPOSE = "excited states"
"""Purpose under which the shots of excited states are recorded."""

LOG = package_logger(__name__)

BEYOND = 3
"""Number of exact states of each irrep beyond those asked for, which a method may have missed."""

ROOTS_PER_STATE = 3
"""Number of exact states for each state of one multiplicity, as others lie between them."""


@dataclass(frozen=True)
class ExcitedStates:
    """The states of a run, and what their checks found.

    Args:
        records: The states; None if they were not asked for.
        checks: Checks for the verdict.
        energies: Number of energies that were measured.
        shots: Number of shots that they took.
        vectors: Amplitudes of the states, each of shape (alpha strings, beta strings).
    """

    records: tuple[StateRecord, ...] | None = None
    checks: tuple[Check, ...] = ()
    energies: int = 0
    shots: int = 0
    vectors: tuple[FloatArray, ...] = ()

    def counted_in(self, solution: Solution) -> Solution:
        """A solution with the energies and shots of the states counted.

        Args:
            solution: The solution of the run.
        """
        if not self.energies:
            return solution
        spent = solution.evaluations
        counts = {"energy": spent.energy + self.energies, "shots": spent.shots + self.shots}
        by_purpose = {PURPOSE: self.shots} if self.shots else {}
        return replace(
            solution,
            evaluations=spent.model_copy(update=counts),
            shots_by_purpose={**solution.shots_by_purpose, **by_purpose},
        )


def refuse_without_states(spec: RunSpec, parts: Parts, method: StateMethod) -> None:
    """Refuse excited states where the state is not known, before anything is computed.

    Args:
        spec: The run's spec.
        parts: The parts of the run.
        method: The method of excited states.

    Raises:
        InputError: There are no electrons, energies are sampled, or the ansatz is a circuit.
    """
    if spec.of_qubits:
        raise InputError(
            "excited states are those of electrons; this problem is a qubit Hamiltonian",
            path=("states",),
            hint="leave out 'states'",
        )
    spec.refuse_own_unit("excited states")
    if not knows_vectors(parts.backend):
        _refuse_unmeasured(parts.backend, method)
    if not parts.ansatz.is_product:
        raise InputError(
            f"excited states need a state of excitations; {parts.ansatz.without_excitations}",
            path=("ansatz",),
            hint="use uccsd, uccgsd, k-upccgsd, tups, puccd or adapt, or leave out 'states'",
        )
    if parts.solver.name != "vqe":
        raise InputError(
            f"excited states start from the optimised state, which solver '{parts.solver.name}'"
            " replaces",
            path=("solver",),
            hint="use solver vqe, or leave out 'states'",
        )


def _refuse_unmeasured(backend: Backend, method: StateMethod) -> None:
    """Refuse methods and backends that measure no excited states."""
    if not isinstance(method, FromEnergies):
        raise InputError(
            f"{method.label} is computed from the exact state; backend '{backend.name}' measures",
            path=("states", "method"),
            hint="use q-sc-eom, which follows from measured energies, or backend exact without"
            " shots",
        )
    if not measures_states(backend):
        raise InputError(
            "excited states are measured on simulators without mitigation, not by this backend",
            path=("backend",),
            hint="use backend exact or aer, or leave out 'states'",
        )


def refuse_spin_of_states(spec: RunSpec, unpaired: int) -> None:
    """Refuse a multiplicity of excited states that no state of these electrons has.

    Args:
        spec: The run's spec.
        unpaired: Number of unpaired electrons of the run, twice its Sz.

    Raises:
        InputError: The multiplicity is impossible.
    """
    wanted = None if spec.states is None else spec.states.multiplicity
    if wanted is None or (wanted > unpaired and (wanted - unpaired) % 2 == 1):
        return
    raise InputError(
        f"with {counted(unpaired, 'unpaired electron')} no state has the multiplicity {wanted}",
        path=("states", "multiplicity"),
        hint=f"use {unpaired + 1}, {unpaired + 3} ...; the excited states have the Sz of"
        " molecule.multiplicity, which must be the lowest one",
    )


def excited_states_of(
    spec: StatesSpec,
    method: StateMethod,
    solution: Solution,
    backend: Backend,
    seed: int,
    *,
    exact: bool,
) -> ExcitedStates:
    """The state of a run and its excited states.

    Args:
        spec: The states that are asked for.
        method: The method.
        solution: The solution of the run.
        backend: The backend of the run.
        seed: The run's random seed.
        exact: Whether states are compared with exact ones.
    """
    ground = _ground_state(solution, seed)
    problem = ground.problem
    energies = StateEnergies(backend, solution.state, seed)
    if isinstance(method, FromEnergies) and not knows_vectors(backend):
        found = method.measured_states(ground, energies.energy)
    else:
        found = method.states(ground, Wanted(spec.number, _spins(spec, ground)))
    every = _in_order(ground, found, spec)
    chosen = every[: spec.number]
    LOG.info("%s: %s", method.label, counted(len(every), "state"))
    comparison = _comparison(problem, chosen, spec, exact=exact)
    levels = np.array([state.energy for state in every])
    records = tuple(
        state_record(problem, chosen, comparison, place, _number_at(state.energy, levels))
        for place, state in enumerate(chosen)
    )
    checks = (
        *search_checks(chosen),
        *noise_checks(chosen),
        *state_checks(problem, spec, records, comparison),
    )
    vectors = tuple(state.vector for state in chosen)
    return ExcitedStates(records, checks, energies.count, energies.shots, vectors)


def _spins(spec: StatesSpec, ground: GroundState) -> tuple[int, ...]:
    """The multiplicities of the states; none for any."""
    if spec.multiplicity is None:
        return ()
    return tuple({ground.problem.multiplicity, spec.multiplicity})


def _in_order(
    ground: GroundState, found: Sequence[FoundState], spec: StatesSpec
) -> list[FoundState]:
    """The state nearest to that of the run, and all others in ascending order."""
    ascending = sorted(found, key=lambda state: state.energy)
    overlaps = [float(np.vdot(state.vector, ground.vector)) ** 2 for state in ascending]
    first = ascending.pop(int(np.argmax(overlaps)))
    if spec.multiplicity is not None:
        ascending = [
            state
            for state in ascending
            if multiplicity_of(spin_squared(ground.problem, state.vector)) == spec.multiplicity
        ]
    return [first, *ascending]


def _number_at(energy: float, energies: FloatArray) -> int:
    """The number of states of an energy."""
    return int(np.sum(np.abs(energies - energy) <= DEGENERATE))


def _comparison(
    problem: ElectronicProblem, states: Sequence[FoundState], spec: StatesSpec, *, exact: bool
) -> Comparison:
    """The exact states, if they are asked for and feasible, and which of them the states are."""
    if not exact:
        return Comparison(missing="none were asked for")
    if problem.sector_dimension > FEASIBLE_UP_TO:
        size = counted(problem.sector_dimension, "determinant")
        return Comparison(missing=f"{size} are too many for them")
    number = (spec.number + BEYOND) * (1 if spec.multiplicity is None else ROOTS_PER_STATE)
    try:
        roots = exact_roots(problem, number)
    except NotConvergedError as error:
        return Comparison(missing=error.message, failed=True)
    return Comparison(roots, matches(states, roots))


def _ground_state(solution: Solution, seed: int) -> GroundState:
    """The state of the run, over all determinants of its irrep."""
    problem, objective = solution.state.encoding.problem, solution.objective
    product = solution.state.product
    assert isinstance(problem, ElectronicProblem)
    assert product is not None
    if isinstance(objective, SectorObjective) and isinstance(objective.space, SectorSpace):
        return GroundState(problem, product, objective, objective.space, solution.x, seed)
    excitations = [rotation.excitation for rotation in product.rotations]
    space = sector_space(problem, excitations)
    objective = SectorObjective(problem, product, Sector(problem, excitations, space=space))
    return GroundState(problem, product, objective, space, solution.x, seed)
