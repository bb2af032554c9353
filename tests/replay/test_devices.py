"""Replays of runs on devices: nothing is sent, and what was simulated is computed again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe, WriteFile
from tests.replay.bundles import forged
from vqe_cli.backends.ibm import device_preparation
from vqe_cli.replay import replaying
from vqe_cli.schema.stored_records import read_stored_run

pytestmark = pytest.mark.usefixtures("devices_here")

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"

WRITTEN: list[bytes] = []
"""The bundle, once it is written."""


def on_device(data: dict[str, Any]) -> None:
    """Make a run on a fake device one on a real device."""
    data["spec"]["backend"]["device"] = "ibm_manila"


@pytest.fixture
def bundle(run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch) -> Path:
    path, written = write_file("h2.yaml", H2), Path("h2.zip")
    if not WRITTEN:
        on_manila = ("--backend", "fake_manila", "--shots", 100)
        assert run_vqe("run", "-q", path, *on_manila, "-o", written).code == 0
        WRITTEN.append(written.read_bytes())
    written.write_bytes(WRITTEN[0])

    def never(*_: Any) -> None:
        pytest.fail("a device was looked up")

    monkeypatch.setattr(device_preparation, "place", never)
    return written


def test_the_simulation_before_the_measurement_is_replayed(bundle: Path) -> None:
    found = replaying.replay(read_stored_run(forged(bundle, on_device)))
    assert found.same
    assert found.of == "exact simulation"
    assert found.recorded_energy == pytest.approx(EXACT, abs=1e-8)
    assert found.energy == pytest.approx(EXACT, abs=1e-8)
    assert any("is not measured again" in one for one in found.not_recomputed)


def test_parameters_found_on_the_device_are_taken_as_recorded(bundle: Path) -> None:
    def optimised_there(data: dict[str, Any]) -> None:
        on_device(data)
        data["result"]["stages"] = None

    found = replaying.replay(read_stored_run(forged(bundle, optimised_there)))
    assert found.same
    assert (found.drift_mha, found.energy) == (None, None)
    assert found.energy_at_parameters == pytest.approx(EXACT, abs=1e-8)
    assert "measured on a device" in found.explanation


def test_fake_devices_are_simulated_again(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h2.yaml", H2)
    run_vqe("run", "-q", path, "--backend", "fake_manila", "--shots", 100, "-o", "h2.json")
    found = run_vqe("replay", "-q", "h2.json", "--json")
    assert found.code == 0
    recorded = json.loads(Path("h2.json").read_text())["result"]["energy"]
    assert found.record["energy"] == recorded
