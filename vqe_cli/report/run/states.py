"""Terminal output of excited states."""

from __future__ import annotations

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import spin_name
from vqe_cli.report.format import energy, signed
from vqe_cli.report.tables import PlainTable
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.state_records import StateRecord

SMALLEST_BAR = 0.01
"""Smallest error bar that is shown as a number, mHa."""

COLUMNS = ("total energy / Ha", "eV", "f", "error / mHa")

MOSTLY_DOUBLE = 0.5
"""Share of single excitations below which a state is called doubly excited."""


def states_table(record: RunRecord) -> PlainTable:
    """The states of a run, the state of the run first.

    Args:
        record: The record of a run with states.
    """
    states = record.result.states or ()
    sampled = any(state.standard_error is not None for state in states)
    energies = ("energy / Ha", "± mHa") if sampled else ("total energy / Ha",)
    method = record.spec["states"]["method"]["name"]
    titles = (method, *energies, "eV", "f", "error / mHa", "transition")
    table = PlainTable(titles, words=(0, len(titles) - 1))
    for place, state in enumerate(states):
        strength = state.oscillator_strength
        table.add_row(
            f"{place} {_label(state)}",
            *_energy(state, sampled=sampled),
            f"{state.excitation_ev:z.4f}",
            "" if strength is None else f"{strength:z.4f}",
            "" if state.error_mha is None else signed(state.error_mha),
            _transition(state),
        )
    return table


def _energy(state: StateRecord, *, sampled: bool) -> tuple[str, ...]:
    """The energy of a state, and its error bar if any state has one."""
    if not sampled:
        return (energy(state.energy),)
    bar = HARTREE_IN_MILLIHARTREE * (state.standard_error or 0.0)
    return f"{state.energy:.6f}", f"{bar:.2g}" if bar >= SMALLEST_BAR else f"< {SMALLEST_BAR}"


def _label(state: StateRecord) -> str:
    """Spin, irrep and degeneracy of a state."""
    several = f" ×{state.degeneracy}" if state.degeneracy > 1 else ""
    return " ".join(part for part in (spin_name(state.multiplicity), state.irrep) if part) + several


def _transition(state: StateRecord) -> str:
    """The orbitals of the transition, with the share of their pair of natural orbitals."""
    if state.single_excitation_share is None:
        return ""
    if state.transition is None or state.single_excitation_share < MOSTLY_DOUBLE:
        return "double"
    return f"{state.transition} ({100 * state.natural_transition_weights[0]:.0f} %)"
