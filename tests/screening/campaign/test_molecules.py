"""Impossible and malicious candidates are refused at once, without harm to others."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from tests.chemistry.geometry.structures.test_reading import drawn
from tests.conftest import RunVqe, WriteFile
from tests.screening.campaign.commands import Commands
from vqe_cli.screening import planning

WATER = "O 0 0 0; H 0 0.76 0.59; H 0 -0.76 0.59"
BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 8)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
DEEP = "molecule: " + "{geometry: " * 5000 + "x" + "}" * 5000
TWICE = "molecule: {basis: sto-3g}\nmolecule: {basis: 6-31g}\n"
HYDROGEN = """\
../../../evil
  by hand

  2  1  0  0  0  0            999 V2000
    0.0000    0.0000    0.0000 H   0  0
    0.0000    0.0000    0.7350 H   0  0
  1  2  1  0
M  END
$$$$
"""
REFUSED = {
    "ghost-smiles.yaml": ("molecule: {geometry: {smiles: '*'}}", "input"),
    "empty-smiles.yaml": ("molecule: {geometry: {smiles: ''}}", "input"),
    "ghost-atom.xyz": ("1\nghost\n@H 0 0 0\n", "input"),
    "wrong-spin.yaml": (f"molecule: {{geometry: '{WATER}', multiplicity: 2}}", "input"),
    "nan.xyz": ("2\nh2\nH 0 0 0\nH 0 0 nan\n", "input"),
    "large.yaml": (f"molecule: {{geometry: {{smiles: {'C' * 133}}}}}", "refused"),
    "long.yaml": (f"molecule: {{geometry: {{smiles: {'C' * 900_000}}}}}", "refused"),
    "longer.yaml": (f"molecule: {{geometry: {{smiles: {'C' * 1_100_000}}}}}", "input"),
    "bomb.yaml": (BOMB, "input"),
    "deep.yaml": (DEEP, "input"),
    "twice.yaml": (TWICE, "input"),
}


def test_what_cannot_be_run_costs_nothing_but_itself(commands: Commands) -> None:
    """And what a molfile leaves open lowers the verdict of its own row alone."""
    commands.candidates.mkdir()
    for name, (text, _) in REFUSED.items():
        (commands.candidates / name).write_text(text)
    (commands.candidates / "good.sdf").write_text(HYDROGEN)
    block = drawn("B 0 0 0; H 0 0 1.23", [(1, 2, 1)])
    (commands.candidates / "open.mol").write_text(block)
    surroundings = set(commands.root.parent.iterdir())
    code, out, err = commands.run("properties=[energy]", "active_space=frozen-core")
    assert code == 0, err
    assert "Traceback" not in out + err
    rows = commands.rows()
    kinds = {Path(name).stem: kind for name, (_, kind) in REFUSED.items()}
    assert commands.kinds() == kinds
    assert all(row["failure_message"] for name, row in rows.items() if name in kinds)
    by_formula = {row["formula"]: row for name, row in rows.items() if name not in kinds}
    assert set(by_formula) == {"H2", "BH"}
    hydrogen, hydride = by_formula["H2"], by_formula["BH"]
    # FCI of H2 in STO-3G at 0.735 angstrom: published, e.g. in Qiskit Nature's first tutorial.
    assert float(hydrogen["energy_hartree"]) == pytest.approx(-1.137306, abs=1e-5)
    assert hydrogen["verdict"] == "pass"
    assert hydride["verdict"] == "warn"
    assert hydride["structure_failed_checks"] == "valences-open (warn)"
    assert "valences open at B1" in hydride["notes"]
    assert commands.query("SELECT count(*) FROM attempts") == [(2,)]
    assert set(commands.root.parent.iterdir()) == surroundings
    assert not list(commands.root.rglob("*evil*"))  # a name is no path


@pytest.mark.parametrize("text", [BOMB, DEEP, TWICE], ids=["bomb", "deep", "twice"])
def test_settings_that_were_made_to_harm_are_refused_before_candidates_are_read(
    text: str, run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "read_candidates", lambda *_: pytest.fail("candidates were read"))
    candidates = write_file("list.smi", "[H][H] hydrogen\n")
    config = write_file("screen.yaml", text)
    outcome = run_vqe("screen", "run", candidates, "--config", config, "--out", "campaign")
    assert outcome.code == 2
    assert "screen.yaml" in outcome.err
    assert "Traceback" not in outcome.err
    assert not Path("campaign").exists()


def test_a_million_characters_are_refused_unread(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chem, "MolFromSmiles", lambda *_: pytest.fail("RDKit was asked"))
    candidates = write_file("list.smi", f"{'C' * 1_000_000} long\n")
    outcome = run_vqe("screen", "run", candidates, "--out", "campaign", "--dry-run", "--json")
    assert outcome.code == 0
    assert outcome.record["cases"] == 0
    assert sum(outcome.record["refused"].values()) == 1
