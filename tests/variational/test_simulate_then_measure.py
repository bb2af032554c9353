"""Parameters by exact simulation, and one energy measured on another backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.problems import EXACT_H2, H2, H4, spec_of
from vqe_cli import run
from vqe_cli.errors import InterruptedRunError
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.observers import Observer


def shots_only(**options: Any) -> RunRecord:
    backend = {"name": "exact", "shots": 2000, "optimize_on_device": False, **options}
    return run(spec_of(H2, backend=backend))


def test_parameters_are_those_of_the_exact_run() -> None:
    exact, measured = run(spec_of(H2)), shots_only()
    assert measured.result.parameters == exact.result.parameters
    assert measured.result.optimizer == exact.result.optimizer == "diis"
    assert measured.result.converged
    assert measured.result.gradient_norm == exact.result.gradient_norm
    error = measured.result.standard_error
    assert error is not None
    assert abs(measured.result.energy - EXACT_H2) < 4.5 * error


def test_only_the_final_energy_and_its_checks_take_shots() -> None:
    result = shots_only().result
    assert set(result.shots_by_purpose) == {"final energy", "checks"}
    assert result.shots_by_purpose["final energy"] == pytest.approx(2000 * 4, abs=4)
    assert sum(result.shots_by_purpose.values()) == result.evaluations.shots


def test_stages_go_from_the_simulation_to_the_measurement() -> None:
    told = []

    class Listening(Observer):
        def on_stage(self, stage: Any) -> None:
            told.append(stage)

    backend = {"name": "exact", "shots": 2000, "optimize_on_device": False}
    record = run(spec_of(H2, backend=backend), observer=Listening())
    assert record.result.stages == tuple(told)
    simulated, measured = told
    assert simulated.energy == pytest.approx(EXACT_H2, abs=1e-6)
    assert simulated.standard_error is None
    assert measured.energy == record.result.energy


def test_what_the_simulation_found_is_known_when_the_measurement_is_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("vqe_cli.variational.simulate_then_measure._measured", interrupted)
    with pytest.raises(InterruptedRunError, match="interrupted") as caught:
        shots_only()
    assert caught.value.known["best_energy"] == pytest.approx(EXACT_H2, abs=1e-6)
    assert len(caught.value.known["parameters"]) == 1


def test_a_noise_model_is_measured_at_exactly_optimised_parameters() -> None:
    backend = {"name": "aer", "noise": "fake_manila", "shots": 4000, "optimize_on_device": False}
    result = run(spec_of(H2, backend=backend, mapper="parity")).result
    assert result.parameters == run(spec_of(H2, mapper="parity")).result.parameters
    assert 0.01 < result.energy - EXACT_H2 < 0.1


def test_noise_without_shots_is_seen_at_exactly_optimised_parameters() -> None:
    backend = {"name": "aer", "noise": "fake_manila", "optimize_on_device": False}
    result = run(spec_of(H2, backend=backend, mapper="parity")).result
    assert result.parameters == run(spec_of(H2, mapper="parity")).result.parameters
    assert result.standard_error is None
    assert result.stages is not None
    assert [stage.shots for stage in result.stages] == [0, 0]
    assert 0.01 < result.energy - EXACT_H2 < 0.1


def test_a_grown_ansatz_is_measured_with_shots() -> None:
    backend = {"name": "aer", "precision": "3 mHa", "optimize_on_device": False}
    record = run(spec_of(H4, backend=backend, ansatz="adapt"))
    exact = run(spec_of(H4, ansatz="adapt"))
    assert record.result.operators == exact.result.operators
    assert record.result.standard_error == pytest.approx(3e-3, rel=0.2)
    assert abs(record.result.energy - exact.result.energy) < 4.5 * 3e-3


def test_a_noisy_simulation_precedes_the_one_measurement_on_a_device() -> None:
    backend = {"name": "fake_manila", "shots": 1000}
    result = run(spec_of(H2, backend=backend, mapper="parity")).result
    assert result.stages is not None
    simulated, noisy, measured = result.stages
    assert measured.name == "ibm (fake_manila)"
    assert simulated.energy == pytest.approx(EXACT_H2, abs=1e-6)
    assert noisy.standard_error is not None
    assert measured.standard_error is not None
    distance = abs(noisy.energy - measured.energy)
    assert distance < 5 * np.hypot(noisy.standard_error, measured.standard_error)
    assert len(result.backend.jobs) == 1
    assert set(result.shots_by_purpose) <= {"final energy", "checks"}
