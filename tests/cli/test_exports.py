"""``--export`` of problems and of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf.tools import molden

from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe, WriteFile
from vqe_cli import pipeline
from vqe_cli.chemistry.scf import mean_fields


def test_a_run_writes_its_natural_orbitals(run_vqe: RunVqe, hydrogen: Path) -> None:
    outcome = run_vqe("run", hydrogen, "--json", "--export", "molden", "h2.molden")
    assert outcome.code == 0
    *_, occupations, _, _ = molden.load("h2.molden")
    natural = outcome.record["result"]["properties"]["natural_occupations"]["value"]
    np.testing.assert_allclose(occupations, natural, atol=1e-5)
    assert 1.9 < occupations[0] < 1.99


def test_a_run_writes_several_files_and_those_of_problems_as_inspect_does(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    both = ("--export", "fcidump", "run.fcidump", "--export", "cube", "h2.cube")
    outcome = run_vqe("run", hydrogen, "-q", *both)
    assert outcome.code == 0
    assert run_vqe("inspect", hydrogen, "--export", "fcidump", "problem.fcidump").code == 0
    assert Path("run.fcidump").read_text() == Path("problem.fcidump").read_text()
    assert Path("h2.cube").read_text().startswith("Hydrogen: density of the final state")


def test_sampled_subspaces_have_natural_orbitals_too(run_vqe: RunVqe, hydrogen: Path) -> None:
    sampled = ("--ansatz", "lucj", "--solver", "sqd", "--seed", "3")
    outcome = run_vqe("run", hydrogen, *sampled, "--json", "--export", "molden", "h2.molden")
    assert outcome.code == 0
    assert outcome.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-6)
    *_, occupations, _, _ = molden.load("h2.molden")
    assert occupations.sum() == pytest.approx(2.0, abs=1e-4)


def test_inspect_writes_the_orbitals_of_the_problem(run_vqe: RunVqe, hydrogen: Path) -> None:
    orbital = "{name: cube, show: orbital, number: 2, spacing: 0.4}"
    files = ("--export", "molden", "h2.molden", "--export", orbital, "h2.cube")
    outcome = run_vqe("inspect", hydrogen, *files)
    assert outcome.code == 0
    assert "wrote h2.molden (molden)" in outcome.out
    *_, occupations, _, _ = molden.load("h2.molden")
    assert occupations.tolist() == [2.0, 0.0]
    assert Path("h2.cube").read_text().startswith("Hydrogen: orbital 2, energy 0.")


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--export", "moldn", "x"), "did you mean 'molden'?"),
        (("--export", "[cube]", "x"), "is no format"),
        (("--export", "{name: cube, show: spin}", "x"), "--export"),
        (("--export", "{name: cube, colour: red}", "x"), "'colour'"),
        (("--export", "cube", "nowhere/x"), "folder nowhere does not exist"),
        (("--export", "molden", "x", "--smiles", "O", "--basis", "cc-pv5z"), "has h functions"),
    ],
)
@pytest.mark.parametrize("command", ["run", "inspect"])
def test_impossible_exports_are_refused_before_anything_is_computed(
    run_vqe: RunVqe,
    hydrogen: Path,
    command: str,
    flags: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: Any) -> None:
        pytest.fail("Hartree-Fock began")

    monkeypatch.setattr(mean_fields, "solve_mean_field", never)
    monkeypatch.setattr(pipeline, "run", never)
    outcome = run_vqe(command, hydrogen, *flags)
    assert outcome.code == 2
    assert told in outcome.err
    assert not Path("x").exists()


def test_inspect_has_no_natural_orbitals(run_vqe: RunVqe, hydrogen: Path) -> None:
    for export in (
        "{name: molden, orbitals: natural}",
        "{name: cube, show: natural-orbital, number: 1}",
    ):
        outcome = run_vqe("inspect", hydrogen, "--export", export, "x")
        assert outcome.code == 2
        assert "vqe run FILE --export" in outcome.err


def test_a_backend_without_densities_is_refused_before_it_is_solved(
    run_vqe: RunVqe, hydrogen: Path
) -> None:
    circuit = ("--ansatz", "real-amplitudes", "--export", "cube", "x")
    outcome = run_vqe("run", hydrogen, *circuit)
    assert outcome.code == 2
    assert "--export cube: the backend has no density matrices" in outcome.err
    orbital = "{name: cube, show: orbital, number: 1, spacing: 0.5}"
    assert run_vqe("run", hydrogen, *circuit[:3], orbital, "x").code in (0, 5)
    assert Path("x").exists()


def test_a_cube_that_does_not_fit_is_refused_with_its_size(run_vqe: RunVqe, hydrogen: Path) -> None:
    export = "{name: cube, spacing: 0.01, margin: 30}"
    outcome = run_vqe("run", hydrogen, "--max-memory", "1 GB", "--export", export, "x")
    assert outcome.code == 3
    assert "points needs" in outcome.err
    assert "larger spacing" in outcome.err


def test_files_are_those_of_one_run_of_a_molecule(
    run_vqe: RunVqe, hydrogen: Path, write_file: WriteFile
) -> None:
    assert run_vqe("run", hydrogen, hydrogen, "--export", "cube", "x").code == 2
    model = write_file("model.yaml", "hamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n")
    outcome = run_vqe("run", model, "--export", "molden", "x")
    assert outcome.code == 2
    assert "a qubit Hamiltonian does not have" in outcome.err
