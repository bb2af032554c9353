"""Charges, spins and bond orders on the terminal and in the record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile

METHYLENE = """
molecule:
  geometry: "C 0 0 0; H 0 0.99 0.42; H 0 -0.99 0.42"
  multiplicity: 3
  charge: 0
active_space: {name: frontier, electrons: 2, orbitals: 2}
"""


@pytest.fixture
def methylene(write_file: WriteFile) -> Path:
    return write_file("ch2.yaml", METHYLENE)


def test_a_run_has_one_line_of_charges_and_in_open_shells_one_of_spins(
    run_vqe: RunVqe, methylene: Path
) -> None:
    shown = run_vqe("run", methylene, "-q").out
    assert re.search(r"charges +C1 .*\(Löwdin\)", shown)
    assert re.search(r"spins +C1 \+.*\(Löwdin\)", shown)
    assert "Mulliken" not in shown
    closed = run_vqe("run", methylene, "-q", "--multiplicity", "1").out
    assert "spins" not in closed


def test_all_of_it_is_shown_where_it_is_asked_for(run_vqe: RunVqe, methylene: Path) -> None:
    outcome = run_vqe("run", methylene, "-q", "--populations")
    lines = outcome.out.splitlines()
    assert max(map(len, lines)) <= 80
    (header,) = (line for line in lines if line.startswith("atom"))
    assert "Mulliken spin" in header
    assert any(line.startswith("C1-H2") for line in lines)
    assert "quadrupole moment about the centre of mass" in outcome.out


def test_the_record_has_them_in_any_case(run_vqe: RunVqe, methylene: Path) -> None:
    found = run_vqe("run", methylene, "--json").record["result"]["properties"]
    assert [atom["symbol"] for atom in found["atoms"]] == ["C", "H", "H"]
    assert sum(atom["mulliken_spin"] for atom in found["atoms"]) == pytest.approx(2.0)
    assert {tuple(bond["atoms"]) for bond in found["bonds"]} >= {(1, 2), (1, 3)}
    assert len(found["quadrupole"]["components"]["value"]) == 6


def test_a_long_molecule_has_its_largest_charges_in_one_line(run_vqe: RunVqe) -> None:
    small = ("--active-space", "{name: frontier, electrons: 2, orbitals: 2}", "-q")
    shown = run_vqe("run", "--smiles", "CCO", *small).out
    (line,) = (line for line in shown.splitlines() if line.startswith("  charges"))
    assert line.endswith("; 4 more (Löwdin)")
    assert "O3 -" in line


def test_the_table_is_that_of_one_file(run_vqe: RunVqe, methylene: Path) -> None:
    outcome = run_vqe("run", methylene, methylene, "--populations")
    assert outcome.code == 2
    assert "one FILE" in outcome.err


def test_a_run_without_a_density_says_so(run_vqe: RunVqe, hydrogen: Path) -> None:
    circuit = ("--ansatz", "real-amplitudes", "--optimizer", "none")
    outcome = run_vqe("run", hydrogen, "-q", "--populations", *circuit)
    assert "no populations: the backend gives no density" in outcome.out
    assert run_vqe("inspect", hydrogen, "--export", "fcidump", "h2.fcidump").code == 0
    outcome = run_vqe("run", "h2.fcidump", "-q", "--populations")
    assert outcome.code == 0
    assert "no populations: orbitals have no positions" in outcome.out
