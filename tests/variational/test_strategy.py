"""The strategy that a run's spec and parts lead to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.problems import H2, H4, encoding_of, spec_of
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import InputError
from vqe_cli.parts import look_up_parts
from vqe_cli.variational.adaptive import AdaptiveSearch
from vqe_cli.variational.minimise import Minimisation
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.simulate_then_measure import SimulateThenMeasure
from vqe_cli.variational.solution import Strategy
from vqe_cli.variational.starting_point import StartingPoint
from vqe_cli.variational.strategy import choose_strategy

pytestmark = pytest.mark.quick

ON_SHOTS = {"name": "exact", "shots": 100}
SIMULATED = {**ON_SHOTS, "optimize_on_device": False}


def chosen(name: str, **parts: Any) -> Strategy:
    spec = spec_of({"h2": H2, "h4": H4}[name], **parts)
    found = look_up_parts(spec)
    state = found.ansatz.state(encoding_of(name))
    return choose_strategy(spec, found, state, Observer(), Submitter())


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({}, Minimisation),
        ({"optimizer": "none"}, Minimisation),
        ({"backend": ON_SHOTS}, Minimisation),
        ({"ansatz": "adapt"}, AdaptiveSearch),
        ({"solver": "sqd", "backend": ON_SHOTS}, StartingPoint),
        ({"backend": SIMULATED}, SimulateThenMeasure),
    ],
)
def test_each_run_has_one_strategy(parts: dict[str, Any], kind: type) -> None:
    assert type(chosen("h2", **parts)) is kind


@pytest.mark.parametrize(("ansatz", "kind"), [("uccsd", Minimisation), ("adapt", AdaptiveSearch)])
def test_what_is_simulated_first_is_searched_like_anything_else(ansatz: str, kind: type) -> None:
    strategy = chosen("h4", ansatz=ansatz, backend=SIMULATED)
    assert isinstance(strategy, SimulateThenMeasure)
    assert type(strategy.search) is kind
    assert not strategy.objective.traits.sampled
    assert strategy.measuring.traits.sampled


def test_the_adapted_state_is_what_the_energy_belongs_to() -> None:
    found = chosen("h4", ansatz={"name": "adapt", "max_operators": 2}).find()
    assert found.state.adaptive is None
    assert found.state.num_parameters == found.x.size == 2
    assert found.objective.energy(found.x, 0).value == pytest.approx(found.energy.value, abs=1e-10)
    assert found.state.circuit.num_parameters == 2


def test_a_starting_point_costs_nothing() -> None:
    found = chosen("h2", solver="sqd", backend=ON_SHOTS).find()
    assert found.evaluations.energy == found.evaluations.shots == 0
    assert found.initial_energy is None


def test_an_adaptive_ansatz_on_shots_is_refused_at_the_backend() -> None:
    with pytest.raises(InputError) as caught:
        chosen("h2", ansatz="adapt", backend=ON_SHOTS)
    assert caught.value.path == ("backend",)
