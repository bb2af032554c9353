"""``vqe optimize`` and ``vqe run --forces`` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile

STRETCHED = "molecule:\n  name: Hydrogen\n  geometry: |\n    H 0 0 0\n    H 0 0 0.9\n"


@pytest.fixture
def hydrogen(write_file: WriteFile) -> Path:
    return write_file("h2.yaml", STRETCHED)


def test_forces_stand_in_the_table_and_in_the_record(hydrogen: Path, run_vqe: RunVqe) -> None:
    outcome = run_vqe("run", hydrogen, "--forces")
    assert outcome.code == 0
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert "force / (Ha/bohr)" in outcome.out
    record = run_vqe("run", hydrogen, "--forces", "--json").record
    forces = record["result"]["forces"]
    assert forces["atoms"] == ["H", "H"]
    assert forces["forces"][0][2] == pytest.approx(-forces["forces"][1][2])
    assert forces["forces"][0][2] == pytest.approx(forces["largest"])
    assert forces["net_force"] < 1e-8


def test_without_the_key_there_are_no_forces(hydrogen: Path, run_vqe: RunVqe) -> None:
    assert run_vqe("run", hydrogen, "--json").record["result"]["forces"] is None


def test_the_record_keeps_the_contract(hydrogen: Path, run_vqe: RunVqe, tmp_path: Path) -> None:
    output, xyz, trajectory = (tmp_path / name for name in ("o.json", "o.xyz", "t.xyz"))
    outcome = run_vqe(
        "optimize", hydrogen, "--json", "-o", output, "--xyz", xyz, "--trajectory", trajectory
    )
    found = outcome.record
    assert outcome.code == 0
    assert found["schema"] == "vqe-optimize/1"
    assert found["converged"] is True
    assert found["geometry"][0][0] == "H"
    assert abs(found["geometry"][1][3] - found["geometry"][0][3]) == pytest.approx(0.735, abs=1e-3)
    assert found["energy"] == pytest.approx(-1.13730, abs=1e-5)
    assert found["gradient_max"] < 4.5e-4
    assert found["steps"] == len(found["trajectory"]) - 1
    assert json.loads(output.read_text()) == found
    assert xyz.read_text().splitlines()[0] == "2"
    assert trajectory.read_text().count("energy=") == len(found["trajectory"])
    again = run_vqe("run", xyz, "--json").record
    assert again["result"]["energy"] == pytest.approx(found["energy"], abs=1e-8)


def test_progress_and_table_fit_a_terminal(hydrogen: Path, run_vqe: RunVqe) -> None:
    outcome = run_vqe("optimize", hydrogen, "--frequencies")
    assert outcome.code == 0
    assert max(map(len, outcome.out.splitlines())) <= 80
    assert "this is a minimum" in outcome.out
    assert "Hydrogen: geometry 1: -1." in outcome.err
    assert "vibrations 12 of 12" in outcome.err


def test_too_few_steps_are_told_by_exit_code_4(hydrogen: Path, run_vqe: RunVqe) -> None:
    outcome = run_vqe("optimize", hydrogen, "--max-steps", "1", "--json", "-q")
    assert outcome.code == 4
    assert outcome.record["converged"] is False


def test_smiles_get_coordinates_first(run_vqe: RunVqe) -> None:
    outcome = run_vqe("optimize", "--smiles", "[H][H]", "--json", "-q")
    assert outcome.code == 0
    assert outcome.record["run"]["problem"]["electrons"] == [1, 1]


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        ("molecule: {geometry: 'He 0 0 0'}\n", [], "one atom has no geometry"),
        ("hamiltonian: {paulis: {ZZ: 1.0, XX: 0.5}}\n", [], "nuclei of a molecule"),
        (STRETCHED, ["--shots", "1000"], "sampled or noisy"),
        (STRETCHED, ["--backend", "aer"], "use backend exact"),
        (STRETCHED, ["--ansatz", "efficient-su2"], "is a circuit"),
        (STRETCHED, ["--optimizer", "none"], "optimised parameters"),
        (STRETCHED, ["--constraint", "distance 1 3 1.0"], "there is no atom 3"),
        (STRETCHED, ["--constraint", "bond 1 2"], "not a constraint"),
        (STRETCHED, ["--max-steps", "0"], "--max-steps"),
        (STRETCHED, ["--xyz", "relaxed.png"], "file extension"),
        (STRETCHED, ["--xyz", "a.xyz", "--trajectory", "./a.xyz"], "hold two results"),
        (STRETCHED, ["-o", "a.xyz", "--xyz", "a.xyz"], "hold two results"),
    ],
)
def test_bad_input_is_refused(
    write_file: WriteFile, run_vqe: RunVqe, content: str, arguments: list[str], said: str
) -> None:
    outcome = run_vqe("optimize", write_file("input.yaml", content), *arguments)
    assert outcome.code == 2
    assert said in " ".join(outcome.err.split())


def test_frozen_atoms_keep_their_distance(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """They are 0.9 Å apart."""
    trimer = write_file("h3.xyz", "3\n\nH 0 0 0\nH 0 0 0.9\nH 0 0.9 0\n")
    arguments = ("--charge", "1", "--constraint", "freeze 1 2", "--constraint", "distance 1 2 1.0")
    outcome = run_vqe("optimize", trimer, *arguments, "-q", "--json")
    assert outcome.code == 2
    assert "0.900 Å apart by 'freeze 1 2'" in outcome.record["error"]["message"]


def test_constraints_that_no_geometry_meets_do_not_converge(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    """Two right angles and a dihedral of zero leave atoms 3 and 4 as far apart as 1 and 2."""
    square = write_file("h4.xyz", "4\n\nH 0 0.5 0\nH 0 -0.5 0\nH 0.9 0.6 0\nH 0.9 -0.6 0\n")
    constraints = ("angle 3 1 2 90", "angle 1 2 4 90", "dihedral 3 1 2 4 0", "distance 3 4 3.0")
    arguments = [word for one in constraints for word in ("--constraint", one)]
    outcome = run_vqe("optimize", square, *arguments, "-q", "--json", "--max-steps", "4")
    assert outcome.code == 4
    assert outcome.record["converged"] is False


def test_a_minimum_is_no_transition_state(hydrogen: Path, run_vqe: RunVqe) -> None:
    outcome = run_vqe("optimize", hydrogen, "--transition-state", "-q")
    assert "0 imaginary vibrations" in " ".join(outcome.out.split())
    assert "--frequencies tells" in " ".join(outcome.out.split())
