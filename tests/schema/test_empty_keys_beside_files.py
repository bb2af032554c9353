"""Empty keys beside a file of atoms that states their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from vqe_cli import load

pytestmark = pytest.mark.quick

ATOMS = "2\ncharge=1 multiplicity=2 units=bohr\nH 0 0 0\nH 0 0 1.4\n"
INPUT = "molecule:\n  geometry: {file: atoms.xyz}\n"


@pytest.mark.parametrize("empty", ["charge", "multiplicity", "units"])
@pytest.mark.parametrize("value", ["", " null", " ~"])
def test_an_empty_key_has_the_value_of_the_file(tmp_path: Path, empty: str, value: str) -> None:
    """An empty charge would else be 0, of another molecule than the file's."""
    (tmp_path / "atoms.xyz").write_text(ATOMS)
    path = tmp_path / "input.yaml"
    path.write_text(f"{INPUT}  {empty}:{value}\n")
    molecule = load(path).molecule
    assert molecule is not None
    assert (molecule.charge, molecule.multiplicity, molecule.units) == (1, 2, "bohr")
