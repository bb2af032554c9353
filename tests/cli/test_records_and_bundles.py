"""``vqe run --from``, bundles of ``-o NAME.zip``, and ``vqe replay``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe, WriteFile
from tests.replay.bundles import edited, forged
from vqe_cli._core.bundles import Bundle

FCIDUMP = Path(__file__).parents[2] / "molecules" / "h2.fcidump"


@pytest.mark.parametrize("name", ["h2.json", "h2.zip"])
def test_a_run_is_repeated_from_its_record_or_bundle_alone(
    run_vqe: RunVqe, hydrogen: Path, name: str
) -> None:
    first = run_vqe("run", "-q", hydrogen, "--json", "-o", name)
    hydrogen.unlink()
    again = run_vqe("run", "-q", "--from", name, "--json")
    assert (first.code, again.code) == (0, 0)
    assert again.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-8)
    assert again.record["fingerprint"] == first.record["fingerprint"]
    assert again.record["name"] == "Hydrogen"


def test_flags_win_over_the_record(run_vqe: RunVqe, hydrogen: Path) -> None:
    run_vqe("run", "-q", hydrogen, "-o", "h2.json")
    found = run_vqe("run", "-q", "--from", "h2.json", "--ansatz", "puccd", "--seed", 3, "--json")
    assert found.record["spec"]["ansatz"]["name"] == "puccd"
    assert found.record["spec"]["seed"] == 3


def test_a_bundle_brings_its_fcidump_file(run_vqe: RunVqe, write_file: WriteFile) -> None:
    write_file("folder/h2.fcidump", FCIDUMP.read_text())
    path = write_file("folder/h2.yaml", "fcidump: {file: h2.fcidump}\nreference: none\n")
    run_vqe("run", "-q", path, "-o", "h2.zip")
    Path("folder/h2.fcidump").unlink()
    found = run_vqe("run", "-q", "--from", "h2.zip", "--json")
    assert found.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-6)
    assert run_vqe("replay", "-q", "h2.zip").code == 0


def test_one_of_several_runs_is_chosen_in_records_and_bundles(
    run_vqe: RunVqe, hydrogen: Path, write_file: WriteFile
) -> None:
    other = write_file("heh.yaml", "molecule: {geometry: He 0 0 0; H 0 0 0.8, charge: 1}\n")
    for name in ("two.json", "two.zip"):
        assert run_vqe("run", "-q", hydrogen, other, "-o", name).code == 0
        undecided = run_vqe("run", "-q", "--from", name)
        assert undecided.code == 2
        assert f"{name}: holds 2 runs" in undecided.err
        assert "Hydrogen, heh" in undecided.err
        found = run_vqe("run", "-q", "--from", name, "--name", "heh", "--json")
        assert found.record["spec"]["molecule"]["charge"] == 1
        assert run_vqe("replay", "-q", name, "--name", "heh").code == 0
    assert "run-2/integrals.npz" in Bundle(Path("two.zip")).names


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--from", "h2.yaml"), 2, "h2.yaml: is no record"),
        (("--from", "nowhere.json"), 2, "nowhere.json: no such file"),
        (("h2.yaml", "--from", "h2.yaml"), 2, "--from stands in the place of FILE"),
        (("h2.yaml", "h2.yaml", "--name", "x"), 2, "--name chooses a run of one record"),
        (("h2.yaml", "--name", "x"), 2, "h2.yaml: is no record"),
    ],
)
def test_what_is_no_record_is_refused(
    run_vqe: RunVqe, hydrogen: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    found = run_vqe("run", *arguments)
    assert found.code == code
    assert told in found.err


def test_failures_of_several_runs_are_in_the_bundle(
    run_vqe: RunVqe, hydrogen: Path, write_file: WriteFile
) -> None:
    wrong = write_file("wrong.yaml", "molecule: {geometry: Xx 0 0 0}\n")
    assert run_vqe("run", "-q", wrong, hydrogen, "-o", "both.zip").code == 2
    failed = run_vqe("replay", "both.zip", "--name", "1")
    assert failed.code == 2
    assert "both.zip: records a run that failed" in failed.err
    assert run_vqe("replay", "-q", "both.zip", "--name", "Hydrogen").code == 0


def test_replay_shows_the_progress_of_one_run(run_vqe: RunVqe, hydrogen: Path) -> None:
    """The second run, on the recorded integrals, tells the drift of the optimiser."""
    run_vqe("run", "-q", hydrogen, "-o", "h2.zip")
    found = run_vqe("replay", "h2.zip")
    assert found.code == 0
    assert [found.err.count(word) for word in ("Hartree-Fock", "search")] == [1, 1]


def test_replay_tells_drift_in_80_columns_and_by_exit_code(run_vqe: RunVqe, hydrogen: Path) -> None:
    run_vqe("run", "-q", hydrogen, "-o", "h2.zip")

    def stretch(data: dict[str, Any]) -> None:
        data["spec"]["molecule"]["geometry"]["cartesian"] = "H 0 0 0; H 0 0 0.745"
        data["provenance"]["packages"] |= {"pyscf": "2.11.0", "numpy": "2.0.0"}

    found = run_vqe("replay", "-q", forged(Path("h2.zip"), stretch), "-o", "replay.json")
    assert found.code == 5
    assert max(map(len, found.out.splitlines())) <= 80
    assert "by the mean field" in found.out
    assert "pyscf" in found.out
    assert "verdict: not the same" in found.out
    written = json.loads(Path("replay.json").read_text())
    assert written["schema"] == "vqe-replay/1"
    assert written["same"] is False
    assert written["drift_mha"] > 0  # the bond length is that of the minimum
    assert written["changes"]


def test_replay_notices_a_changed_bundle_and_a_changed_record(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    run_vqe("run", "-q", hydrogen, "-o", "h2.json")
    lower = edited(Path("h2.json"), lambda data: data["result"].update(energy=-1.2))
    found = run_vqe("replay", "-q", lower)
    assert found.code == 5
    assert "! result.energy is -1.2" in found.out


def test_a_missing_record_is_named(run_vqe: RunVqe) -> None:
    found = run_vqe("replay", "nowhere.zip")
    assert found.code == 2
    assert "nowhere.zip: no such file" in found.err


def test_other_commands_take_records_as_inputs(run_vqe: RunVqe, hydrogen: Path) -> None:
    run_vqe("run", "-q", hydrogen, "-o", "h2.zip")
    found = run_vqe("reference", "h2.zip", "--json")
    assert found.code == 0
    energies = {one["method"]: one["energy"] for one in found.record["references"]}
    assert any(value == pytest.approx(EXACT, abs=1e-8) for value in energies.values())


def test_a_result_does_not_replace_its_record(run_vqe: RunVqe, hydrogen: Path) -> None:
    run_vqe("run", "-q", hydrogen, "-o", "h2.json")
    before = Path("h2.json").read_bytes()
    for arguments, told in (
        (("replay", "-q", "h2.json"), "an input and a result"),
        (("run", "-q", "--from", "h2.json"), "an input and a result"),
        (("run", "-q", "h2.json"), "an input and a result"),
    ):
        found = run_vqe(*arguments, "-o", "./h2.json")
        assert found.code == 2
        assert f"h2.json is to hold {told}" in found.err
    assert Path("h2.json").read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [("finished", 3), ("packages", "numpy"), ("packages", {"numpy": {}}), ("threads", [1])],
)
def test_a_provenance_that_somebody_changed_is_told_not_a_fault_of_the_program(
    run_vqe: RunVqe, hydrogen: Path, key: str, value: Any
) -> None:
    run_vqe("run", "-q", hydrogen, "-o", "h2.json")
    other = edited(Path("h2.json"), lambda data: data["provenance"].update({key: value}))
    assert run_vqe("replay", "-q", other, "--json").code == 0
