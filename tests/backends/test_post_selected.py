"""Electron numbers of energies with post-selection."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.problems import H2, encoding_of, objective_of, spec_of
from vqe_cli import run
from vqe_cli.schema.records import RunRecord

X = np.array([-0.1125])
SHOTS = {"name": "aer", "noise": "fake_manila", "shots": 20_000, "measurement": "low-rank"}
EXACT = {key: value for key, value in SHOTS.items() if key != "shots"}


@pytest.mark.parametrize(
    "backend",
    [
        {**SHOTS, "post_select": True},
        {**SHOTS, "mitigation": "symmetry"},
        {**EXACT, "post_select": True},
    ],
)
def test_numbers_of_selected_shots_are_right_and_spin_is_still_measured(
    backend: dict[str, Any],
) -> None:
    encoding = encoding_of("h2")
    found = objective_of(encoding, "uccsd", backend).observables(X, 3)
    for name, expected in {"particle-number": 2.0, "sz": 0.0}.items():
        assert found[name].value == expected
        assert (found[name].shots, found[name].standard_error) == (0, None)
    # gate and readout errors leave a mixture of other spins
    assert found["s-squared"].value > 0.05


@pytest.mark.parametrize(
    "backend",
    [
        SHOTS,
        {**SHOTS, "mitigation": "readout"},
        {**SHOTS, "post_select": True, "measurement": "qubit-wise"},
    ],
)
def test_numbers_are_measured_where_shots_of_other_electrons_stay(backend: dict[str, Any]) -> None:
    """Only the qubit-wise basis along Z determines electron numbers."""
    found = objective_of(encoding_of("h2"), "uccsd", backend).observables(X, 3)
    number = found["particle-number"]
    assert number.standard_error is not None
    assert number.shots > 0
    if "mitigation" not in backend:  # which takes readout errors off
        assert abs(number.value - 2.0) > 4 * number.standard_error


@cache
def raw_record() -> RunRecord:
    """A run without post-selection."""
    return run(spec_of(H2, backend=SHOTS, optimizer="none", initial=[-0.1125]))


@pytest.mark.parametrize("chosen", [{"post_select": True}, {"mitigation": "symmetry"}])
def test_a_run_does_not_fail_by_electrons_that_were_left_out(chosen: dict[str, Any]) -> None:
    backend = {**SHOTS, **chosen}
    record = run(spec_of(H2, backend=backend, optimizer="none", initial=[-0.1125]))
    for name in ("particle-number", "sz"):
        check = record.check(name)
        assert check.status == "pass"
        assert "kept" in check.detail
    assert record.result.discarded_share is not None
    assert 0.02 < record.result.discarded_share < 0.5
    assert raw_record().check("particle-number").status == "warn"
