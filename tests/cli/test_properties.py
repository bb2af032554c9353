"""``vqe run --property``: properties of one molecule on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import EXACT, H2
from tests.conftest import RunVqe, WriteFile
from vqe_cli import pipeline
from vqe_cli.errors import NotConvergedError
from vqe_cli.properties import PROPERTIES


def test_properties_have_their_values_units_and_verdicts(run_vqe: RunVqe, hydrogen: Path) -> None:
    """16.4 eV: the vertical ionisation energy of H2 in a minimal basis, FCI minus H2+."""
    outcome = run_vqe("run", hydrogen, "-q", "--property", "ionization-energy", "--property", "gap")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "ionization-energy: warn" in lines or "ionization-energy: pass" in lines
    (line,) = (line for line in lines if line.split()[:3] == ["ionization", "energy", "16.35"])
    assert line.split()[-1] == "eV"
    assert any(line.split()[0] == "HOMO" for line in lines if line.strip())


def test_json_has_them_in_the_order_of_the_request(run_vqe: RunVqe, hydrogen: Path) -> None:
    asked = ("--property", "gap", "--property", "{name: ionization-energy, multiplicity: 2}")
    record = run_vqe("run", hydrogen, "--json", *asked).record
    gap, ionisation = record["properties"]
    assert (gap["name"], ionisation["name"]) == ("gap", "ionization-energy")
    assert gap["values"]["homo_lumo_gap_ev"]["unit"] == "eV"
    assert ionisation["options"]["multiplicity"] == 2
    assert ionisation["verdict"] in ("pass", "warn")
    cation = ionisation["record"]["species"][0]
    assert cation["species"] == "cation"
    assert cation["run"]["properties"] == []


def test_a_flag_replaces_the_properties_of_the_file(run_vqe: RunVqe, write_file: WriteFile) -> None:
    file = write_file("h2.yaml", f"{H2}properties: [gap, {{name: solvation, solvent: water}}]\n")
    found = run_vqe("run", file, "--json").record["properties"]
    assert [one["name"] for one in found] == ["gap", "solvation"]
    found = run_vqe("run", file, "--json", "--property", "dipole").record["properties"]
    assert [one["name"] for one in found] == ["dipole"]
    assert run_vqe("inspect", file).code == 0


def test_a_failed_property_is_told_and_decides_the_exit_code(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise NotConvergedError("the dipole does not converge")

    monkeypatch.setattr(PROPERTIES.get("dipole"), "compute", fail)
    outcome = run_vqe("run", hydrogen, "-q", "--property", "dipole", "--property", "gap")
    assert outcome.code == 4
    assert "dipole: not computed (" in outcome.out
    assert "E(VQE)" in outcome.out
    assert "HOMO" in outcome.out
    assert "WARN" in outcome.out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("gapp", "did you mean 'gap'?"),
        ("{name: gap, size: 1}", "'size'"),
        ("{name: bond-cleavage, bond: [1, 3]}", "atom 3; they run from 1 to 2"),
        ("{name: ", "--property"),
    ],
)
def test_bad_requests_are_usage_errors(
    run_vqe: RunVqe, hydrogen: Path, asked: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "run", lambda *_, **__: pytest.fail("the run began"))
    outcome = run_vqe("run", hydrogen, "--property", asked)
    assert outcome.code == 2
    assert told in outcome.err
    assert "--property" in outcome.err


def test_several_files_have_one_line_of_properties_each(
    run_vqe: RunVqe, hydrogen: Path, write_file: WriteFile
) -> None:
    helium = write_file("he.yaml", "molecule: {name: Helium, geometry: He 0 0 0, basis: 6-31g}")
    outcome = run_vqe("run", hydrogen, helium, "-q", "--property", "ionization-energy")
    assert outcome.code == 0
    assert "Hydrogen: ionization energy best 16.35 eV" in outcome.out
    assert "Helium: ionization energy best 2" in outcome.out


def test_an_interrupted_property_is_resumed_without_running_again(
    run_vqe: RunVqe, hydrogen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solvation = PROPERTIES.get("solvation")
    compute = solvation.compute

    def stops(*_: Any) -> Any:
        raise KeyboardInterrupt

    asked = ("--property", "ionization-energy", "--property", "solvation", "--json")
    monkeypatch.setattr(solvation, "compute", stops)
    interrupted = run_vqe("run", hydrogen, *asked)
    assert interrupted.code == 130
    assert interrupted.record["name"] == "Hydrogen"
    assert interrupted.record["known"]["energy"] == pytest.approx(EXACT, abs=1e-7)
    monkeypatch.setattr(solvation, "compute", compute)
    record = run_vqe("run", hydrogen, *asked, "--resume").record
    assert record["result"]["replayed"] > 0
    ionisation, _ = record["properties"]
    runs = [one["run"] for one in ionisation["record"]["species"]]
    assert all(run["result"]["replayed"] > 0 for run in runs if run["result"]["parameters"])


def test_ions_need_no_forces(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Forces of the molecule leave its properties as they are."""
    text = (
        "molecule: {geometry: 'Li 0 0 0; H 0 0 1.6'}\n"
        "active_space: {name: frontier, electrons: 2, orbitals: 2}\n"
    )
    file = write_file("lih.yaml", text)
    asked = ("--json", "--property", "ionization-energy")
    with_forces, without = (run_vqe("run", file, *asked, *more) for more in (["--forces"], []))
    assert with_forces.code == without.code
    assert with_forces.record["result"]["forces"]["largest"] > 0
    first, second = (one.record["properties"][0]["values"] for one in (with_forces, without))
    assert first["ionization_energy_ev"]["value"] == pytest.approx(
        second["ionization_energy_ev"]["value"], abs=1e-6
    )


def test_a_repeated_correction_is_added_to_the_first(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    file = write_file(
        "lih.yaml",
        "molecule: {geometry: Li 0 0 0; H 0 0 1.6, basis: sto-3g}\n"
        "active_space: {name: frontier, electrons: 2, orbitals: 2}\n",
    )
    flags = ("--correction", "nevpt2", "--correction", "mp2-outside")
    found = run_vqe("run", file, *flags, "--json").record["result"]["corrections"]
    assert [one["name"] for one in found] == ["nevpt2", "mp2-outside"]
