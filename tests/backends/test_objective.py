"""The capabilities of objectives are the methods that they have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.problems import encoding_of, objective_of
from vqe_cli.backends.objective import (
    ComparesStates,
    DrawsSamples,
    Growing,
    HasDensity,
    HasGradient,
    HasNoisySimulation,
    Mitigates,
    Objective,
    Remote,
    require,
)
from vqe_cli.errors import InputError

CAPABILITIES: tuple[Any, ...] = (
    ComparesStates,
    DrawsSamples,
    Growing,
    HasDensity,
    HasGradient,
    HasNoisySimulation,
    Mitigates,
    Remote,
)
SHOTS = (DrawsSamples, ComparesStates)
AER = {"name": "aer", "noise": "fake_manila"}
DEVICE = {"name": "fake_manila", "shots": 100}


@pytest.mark.parametrize(
    ("ansatz", "backend", "expected"),
    [
        ("uccsd", "exact", (*SHOTS, HasGradient, HasDensity, Growing)),
        ("two-local", "exact", (*SHOTS, HasGradient)),
        ("uccsd", {"name": "exact", "shots": 100}, SHOTS),
        ("two-local", {"name": "exact", "shots": 100}, SHOTS),
        ("uccsd", "aer", ()),
        ("uccsd", {"name": "aer", "shots": 100}, SHOTS),
        ("uccsd", AER, ()),
        ("uccsd", {**AER, "shots": 100}, SHOTS),
        ("uccsd", {**AER, "shots": 100, "mitigation": "zne"}, (*SHOTS, Mitigates)),
        ("uccsd", DEVICE, (*SHOTS, Remote, HasNoisySimulation)),
        ("uccsd", {**DEVICE, "mitigation": "zne"}, (*SHOTS, Remote, HasNoisySimulation, Mitigates)),
    ],
    ids=str,
)
def test_an_objective_can_do_what_its_options_leave(
    ansatz: Any, backend: Any, expected: tuple[Any, ...]
) -> None:
    objective = objective_of(encoding_of("h2"), ansatz, backend)
    assert isinstance(objective, Objective)
    assert {one for one in CAPABILITIES if isinstance(objective, one)} == set(expected)


def test_a_grown_product_can_be_sampled_as_well() -> None:
    objective: Any = objective_of(encoding_of("h2"), {"name": "adapt"})
    grown = objective.grown(state_of_product())
    assert isinstance(grown, DrawsSamples)
    assert grown.samples([0.0], 50, 3).shots == 50


def state_of_product() -> Any:
    from vqe_cli.ansatz import ANSATZE

    return ANSATZE.create("uccsd").state(encoding_of("h2"))


def test_a_missing_capability_is_an_input_error_that_says_what_helps() -> None:
    objective = objective_of(encoding_of("h2"), "uccsd", "aer")
    assert require(objective, Objective, "never said") is objective
    with pytest.raises(InputError, match="no slope here") as caught:
        require(objective, HasGradient, "no slope here", path=("backend",), hint="backend: exact")
    assert caught.value.path == ("backend",)
    assert caught.value.hint == "backend: exact"
