"""The record of one state: spin, irrep, intensity, and the exact state that it is."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli._core.units import HARTREE_IN_EV, HARTREE_IN_MILLIHARTREE
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema.state_records import StateRecord
from vqe_cli.variational.spins import irrep_of, multiplicity_of, spin_squared
from vqe_cli.variational.state_matching import Comparison
from vqe_cli.variational.state_methods import FoundState
from vqe_cli.variational.transitions import NEGLIGIBLE, Transition

SMALLEST_WEIGHT = 0.01
"""Smallest weight of a pair of natural transition orbitals in the record."""


def state_record(
    problem: ElectronicProblem,
    states: Sequence[FoundState],
    comparison: Comparison,
    place: int,
    degeneracy: int,
) -> StateRecord:
    """The record of one state.

    Args:
        problem: The electronic problem.
        states: All states, the one that transitions start from first.
        comparison: The exact states.
        place: Position of the state.
        degeneracy: Number of states of its energy.
    """
    first, state = states[0], states[place]
    found = Transition.between(problem, first, state) if place else None
    spin, root = spin_squared(problem, state.vector), comparison.root_of(place)
    dipole = None if problem.dipole is None or found is None else found.dipole(problem.dipole)
    difference = None if root is None else HARTREE_IN_MILLIHARTREE * (state.energy - root.energy)
    return StateRecord(
        energy=state.energy,
        excitation_ev=HARTREE_IN_EV * (state.energy - first.energy),
        s_squared=spin,
        multiplicity=multiplicity_of(spin),
        irrep=irrep_of(problem, state.vector),
        degeneracy=degeneracy,
        oscillator_strength=_strength(problem, found),
        transition_dipole=None if dipole is None else (dipole[0], dipole[1], dipole[2]),
        natural_transition_weights=_weights(found),
        single_excitation_share=None if found is None else found.single_excitation_share,
        transition=_orbitals(found),
        reference_energy=None if root is None else root.energy,
        reference_overlap=comparison.of_states[place].overlap if comparison.of_states else None,
        reference_oscillator_strength=_exact_strength(problem, states, comparison, place),
        error_mha=difference,
        standard_error=state.standard_error,
    )


def _strength(problem: ElectronicProblem, found: Transition | None) -> float | None:
    if found is None or problem.dipole is None:
        return None
    return found.oscillator_strength(problem.dipole)


def _exact_strength(
    problem: ElectronicProblem, states: Sequence[FoundState], comparison: Comparison, place: int
) -> float | None:
    """The oscillator strength between the exact states that are nearest to both."""
    if place == 0:
        return None
    first, last = (comparison.nearest(one, states[one].vector) for one in (0, place))
    if first is None or last is None:
        return None
    return _strength(problem, Transition.between(problem, first, last))


def _weights(found: Transition | None) -> tuple[float, ...]:
    if found is None or found.single_excitation_share < NEGLIGIBLE:
        return ()
    return tuple(float(one) for one in found.natural_weights if one >= SMALLEST_WEIGHT)


def _orbitals(found: Transition | None) -> str | None:
    if found is None or found.orbitals is None:
        return None
    leaves, enters = found.orbitals
    return f"{leaves + 1} → {enters + 1}"
