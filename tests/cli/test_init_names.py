"""What `vqe init` takes a name for."""

from __future__ import annotations

import pytest
import yaml

from tests.conftest import RunVqe, WriteFile
from vqe_cli.schema.known_molecules import known_molecule

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("name", ["Co", "No", "Hf", "Bh"])
def test_an_element_is_not_taken_for_a_molecule(name: str) -> None:
    """`vqe init Co` is about cobalt, `vqe init CO` and `co` about carbon monoxide."""
    assert known_molecule(name) is None
    assert known_molecule(name.upper()) is not None
    assert known_molecule(name.lower()) is not None


def test_subscripts_are_digits() -> None:
    assert known_molecule("H₂O") is known_molecule("H2O")


@pytest.mark.parametrize("name", ["", ".", "..", "a\nb", "\x1b[31mred"])
def test_a_name_that_is_none(write_file: WriteFile, run_vqe: RunVqe, name: str) -> None:
    folder = write_file("other.txt", "x").resolve().parent
    outcome = run_vqe("init", name)
    assert outcome.code == 2
    assert "not a valid NAME" in outcome.err
    assert [path.name for path in folder.iterdir()] == ["other.txt"]


def test_settings_beside_the_molecule_are_copied(write_file: WriteFile, run_vqe: RunVqe) -> None:
    """An input with another Hamiltonian or ansatz would have another energy without them."""
    (write_file("own.yaml", "").parent / "sub").mkdir()
    write_file("sub/w.xyz", "3\n\nO 0 0 0\nH 0 0.757 -0.587\nH 0 -0.757 -0.587\n")
    text = """\
molecule:
  geometry: {file: w.xyz}
  charge: 1
  multiplicity: 2
  relativity: x2c
  scf: {unrestricted: true}
active_space: frozen-core
ansatz: {name: k-upccgsd, k: 2}
initial: {file: earlier.json}
solvent: water
max_shots: 100
"""
    origin = write_file("sub/in.yaml", text)
    assert run_vqe("init", "copy", "--from", str(origin)).code == 0
    copy = yaml.safe_load((origin.parent.parent / "copy.yaml").read_text())
    stated = yaml.safe_load(text)
    assert copy["initial"] == {"file": "sub/earlier.json"}
    for key in stated.keys() - {"molecule", "initial"}:
        assert copy[key] == stated[key]
    for key in stated["molecule"].keys() - {"geometry"}:
        assert copy["molecule"][key] == stated["molecule"][key]


def test_charge_beside_smiles_is_copied(write_file: WriteFile, run_vqe: RunVqe) -> None:
    text = "molecule: {geometry: {smiles: O}, charge: 1, multiplicity: 2}"
    origin = write_file("cation.yaml", text)
    assert run_vqe("init", "copy", "--from", str(origin)).code == 0
    copy = yaml.safe_load((origin.parent / "copy.yaml").read_text())["molecule"]
    assert (copy["charge"], copy["multiplicity"]) == (1, 2)
