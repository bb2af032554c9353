"""Which operators are appended in a cycle, and which are removed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.problems import H4, spec_of
from vqe_cli import run
from vqe_cli.ansatz.state import AdaptiveOptions, operator_of
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.adaptive_choice import Candidates, idle

SINGLES = tuple(
    (Excitation(((q, 0),), ((p, 0),)),) for p, q in [(0, 2), (0, 3), (1, 3), (1, 2), (4, 5)]
)
SLOPES = np.array([0.5, -0.9, 0.4, -0.6, 0.0])


def chosen(count: int | None, room: int = 10, tolerance: float = 1e-3) -> list[int]:
    options = AdaptiveOptions(SINGLES, tolerance, 0.0, 99, operators_per_cycle=count)
    return [SINGLES.index(one) for one in Candidates(options).chosen(SLOPES, room)]


def test_steepest_operators_come_first() -> None:
    assert chosen(1) == [1]
    assert chosen(3) == [1, 3, 0]


def test_layer_has_the_steepest_operators_on_disjoint_orbitals() -> None:
    """0 → 3 is the steepest; 1 → 2 shares no orbital with it, and 4 → 5 has no derivative."""
    assert chosen(None) == [1, 3]
    assert chosen(None, tolerance=0.7) == [1]


def test_limit_of_operators_cuts_a_layer() -> None:
    assert chosen(None, room=1) == [1]


def test_first_operator_is_appended_however_small_its_derivative() -> None:
    assert chosen(1, tolerance=5.0) == [1]


def test_early_operator_with_a_small_parameter_is_idle() -> None:
    assert idle(np.array([0.3, 1e-4, 0.2, 0.1, 0.1, -0.1, 0.1])) == 1
    assert idle(np.array([0.3, 0.05, 0.2, 0.1, 0.1, -0.1, 0.1])) is None
    assert idle(np.array([1e-9, 0.1, 0.1, 0.1])) is None


def grown(**options: object) -> RunRecord:
    return run(spec_of(H4, ansatz={"name": "adapt", "pool": "qubit-excitations", **options}))


def test_layers_reach_full_ci_in_fewer_cycles() -> None:
    one_by_one, layers = grown(), grown(tetris=True)
    assert layers.verdict == "pass"
    assert layers.result.energy == pytest.approx(one_by_one.result.energy, abs=1e-4)
    assert one_by_one.result.cycles is not None
    assert layers.result.cycles is not None
    assert layers.result.operators is not None
    assert len(layers.result.cycles) < 0.7 * len(one_by_one.result.cycles)
    for before, after in pairwise(layers.result.cycles):
        layer = layers.result.operators[before.operators : after.operators]
        orbitals = [place for one in layer for part in operator_of(one) for place in part.orbitals]
        assert len(orbitals) == len(set(orbitals))
        assert after.added == ", ".join(one.label for one in layer)


def test_removed_operators_leave_the_energy_where_it_was() -> None:
    ansatz = {"name": "adapt", "pool": "generalized", "gradient_tolerance": 1e-4}
    whole = run(spec_of(H4, ansatz=ansatz))
    pruned = run(spec_of(H4, ansatz={**ansatz, "prune": True}))
    assert pruned.result.cycles is not None
    removed = [cycle.removed for cycle in pruned.result.cycles if cycle.removed]
    assert removed
    assert len(pruned.result.parameters) < len(whole.result.parameters)
    assert pruned.result.energy == pytest.approx(whole.result.energy, abs=5e-5)
    assert pruned.verdict == "pass"
