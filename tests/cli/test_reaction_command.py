"""``vqe reaction``: the table, the JSON and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import RunVqe, WriteFile

TEXT = """
reaction:
  name: Proton affinity of helium
  reactants: [{geometry: He 0 0 0, name: He}, {smiles: "[H+]", name: proton}]
  products: [{geometry: "He 0 0 0\\nH 0 0 0.774", charge: 1, name: HeH+}]
molecule: {basis: cc-pvdz}
"""
"""Equilibrium distance: Kołos and Peek, Chem. Phys. 12, 381 (1976)."""


def test_the_table_has_all_methods_and_a_verdict(run_vqe: RunVqe, write_file: WriteFile) -> None:
    done = run_vqe("reaction", str(write_file("helium.yaml", TEXT)))
    assert done.code == 0, done.err
    for words in (
        "He + proton → HeH+",
        "Hartree-Fock",
        "CCSD(T)",
        "best estimate",
        "verdict: pass",
    ):
        assert words in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_the_record_is_one_json_object(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    output = tmp_path / "out.json"
    file = str(write_file("helium.yaml", TEXT))
    done = run_vqe("reaction", file, "--json", "-q", "-o", str(output))
    record = json.loads(done.out)
    assert record == json.loads(output.read_text())
    assert record["schema"] == "vqe-reaction/1"
    assert {one["species"] for one in record["species"]} == {"He", "HeH+"}
    # D_e = 2.040 eV of HeH+, Kołos and Peek (1976).
    assert -2.15 < record["best"]["energy_ev"] < -1.9


def test_what_does_not_balance_is_bad_input(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = TEXT.replace(', {smiles: "[H+]", name: proton}', "")
    done = run_vqe("reaction", str(write_file("helium.yaml", text)))
    assert done.code == 2
    assert "not balanced" in done.err
    assert "helium.yaml:" in done.err


def test_run_names_the_command_for_reactions(run_vqe: RunVqe, write_file: WriteFile) -> None:
    done = run_vqe("run", str(write_file("helium.yaml", TEXT)))
    assert done.code == 2
    assert "vqe reaction FILE" in done.err


def test_warnings_of_species_are_told(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """One electron pair in one orbital has no correlation: a warning of the run alone."""
    text = """
reaction:
  reactants: [{geometry: "H 0 0 0\\nH 0 0 0.74", name: near}]
  products: [{geometry: "H 0 0 0\\nH 0 0 0.80", name: far}]
molecule: {basis: 6-31g}
active_space: {name: frontier, electrons: 2, orbitals: 1}
"""
    done = run_vqe("reaction", str(write_file("hydrogen.yaml", text)))
    assert done.code == 0, done.err
    assert "! checks of near: correlation-possible (warn)" in done.out
