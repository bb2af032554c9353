"""Estimates and studies with a backend of another package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from tests.problems import H2, spec_of
from vqe_cli import run
from vqe_cli._core.arrays import Vector
from vqe_cli.analysis.diagnosis import DiagnosisOptions, diagnose
from vqe_cli.analysis.estimation import estimate
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS, Backend, DeviceSettings, ShotSettings
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.ibm.cost import Prices
from vqe_cli.backends.ibm.runtime import fake_device
from vqe_cli.backends.objective import Objective, PointByPoint
from vqe_cli.backends.submitter import Submitter
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.report.run.advice import advice
from vqe_cli.schema.backend_records import BackendRecord
from vqe_cli.schema.records import to_json

PRICES = Prices(
    date="2030-01-01",
    currency="credits",
    per_second={"research": 3.0, "industry": 12.0},
    job=1.0,
    execution=1e-3,
)


class NetworkRecord(BackendRecord):
    """The record of a tensor-network backend."""

    bond: int = Field(description="Dimension of the largest bond.")


class Network(PointByPoint):
    """The exact energy, in place of that of a tensor network."""

    record = NetworkRecord(representation="network", bond=12)

    def __init__(self, exact: Objective) -> None:
        self._exact, self.traits = exact, exact.traits

    def energy(self, x: Vector, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        return self._exact.energy(x, seed, shot_multiplier)

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        return self._exact.observables(x, seed)


class Elsewhere(Backend):
    """A backend with its own shots, mitigation, device, prices and noise."""

    shots: int = 500

    def shot_settings(self) -> ShotSettings:
        mitigation = Mitigation.model_validate({"readout": {"shots": 200}})
        return ShotSettings("qubit-wise", shots=self.shots, mitigation=mitigation)

    def device_settings(self, name: str | None = None) -> DeviceSettings:
        if name is not None:
            return super().device_settings(name)
        return DeviceSettings(lambda _: fake_device("fake_manila"), lambda: PRICES, "industry", 0)

    def noise_source(self) -> Noise:
        return Noise.model_validate({"depolarizing": {"two_qubit": 0.01}})

    def prepare(
        self, state: ParameterisedState, seed: int, submitter: Submitter | None = None
    ) -> Objective:
        return Network(BACKENDS.create("exact").prepare(state, seed))


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package on the path whose entry point is the backend above."""
    facts = tmp_path / "elsewhere-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[vqe_cli.backend]\nelsewhere = {__name__}:Elsewhere")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(BACKENDS, "_loaded", dict(BACKENDS._loaded))
    vars(BACKENDS).pop("_plugins", None)
    yield
    vars(BACKENDS).pop("_plugins", None)


def spec(**options: Any) -> Any:
    return spec_of(H2, backend={"name": "elsewhere", **options})


def test_its_shots_device_and_prices_are_estimated() -> None:
    """By hand: 500 shots in each of five bases, and 2 × 200 for calibration, in one job."""
    found = estimate(spec())
    plain = found.as_dict()
    assert (plain["device"]["name"], plain["device"]["qubits"]) == ("fake_manila", 5)
    assert plain["one_energy"]["measurement"] == "qubit-wise"
    assert plain["one_energy"]["shots"] == 2500
    assert plain["executions"] == 2500 + 400
    assert plain["qpu_seconds"] > 1.0
    assert (plain["plan"], plain["currency"]) == ("industry", "credits")
    assert plain["cost"] == pytest.approx(12.0 * plain["qpu_seconds"])
    assert plain["one_energy"]["use"]["cost"]["research"] == pytest.approx(plain["cost"] / 4)
    assert "credits on plan industry" in advice(found)


def test_its_options_count() -> None:
    found = estimate(spec(shots=7)).as_dict()
    assert found["one_energy"]["shots"] == 35


def test_its_compiler_level_counts() -> None:
    """Level 0 keeps gates that level 2, the default of IBM's devices, removes."""
    ours, theirs = (
        estimate(spec_of(H2, backend=backend)).circuit.on_device
        for backend in ("elsewhere", "fake_manila")
    )
    assert ours is not None
    assert theirs is not None
    assert ours.two_qubit_gates > theirs.two_qubit_gates


def test_another_device_has_its_own_prices() -> None:
    found = estimate(spec(), device="fake_fez").as_dict()
    assert (found["device"]["name"], found["plan"]) == ("fake_fez", "payg")
    assert found["currency"] != "credits"


def test_its_noise_is_studied() -> None:
    """Depolarising two-qubit gates of the backend raise the energy, without --noise."""
    found = diagnose(spec(), DiagnosisOptions(studies=("noise",), scales=(0.5, 1.0))).noise
    assert found is not None
    assert found.noise == "depolarizing"
    errors = [point.error_mha for point in found.points]
    assert errors[0] == pytest.approx(0.0, abs=1e-6)
    assert errors[0] < errors[1] < errors[2]


def test_its_record_has_fields_of_its_own() -> None:
    record = run(spec_of(H2, backend="elsewhere", optimizer="cobyla"))
    assert record.verdict == "pass"
    assert isinstance(record.result.backend, NetworkRecord)
    plain = json.loads(to_json(record))["result"]["backend"]
    assert plain == {"name": "elsewhere", "representation": "network", "bond": 12}
    assert BackendRecord.model_validate(plain).representation == "network"
