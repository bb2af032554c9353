"""Names of states along a curve, by spin, irrep and energy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vqe_cli._core.wording import spin_name
from vqe_cli.schema.state_records import StateRecord


def named_states(states: Sequence[StateRecord], *, irreps: bool) -> dict[str, StateRecord]:
    """States by the names of their adiabatic curves, such as ``2 triplet B1``.

    States are counted by energy within each spin and irrep. Curves of the same spin and irrep do
    not cross (von Neumann and Wigner, Phys. Z. 30, 467 (1929)), so that a name stands for the same
    curve at all geometries of one point group, wherever states of other symmetry lie.

    Args:
        states: The states at one point.
        irreps: Whether states are told apart by irrep too, for curves of one point group.

    Returns:
        The states in ascending order of energy.
    """
    counts: Counter[str] = Counter()
    found = {}
    for state in sorted(states, key=lambda one: one.energy):
        irrep = state.irrep if irreps else None
        kind = " ".join(part for part in (spin_name(state.multiplicity), irrep) if part)
        counts[kind] += 1
        found[f"{counts[kind]} {kind}"] = state
    return found
