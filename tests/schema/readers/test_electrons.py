"""Charge and multiplicity beside a structure: agreed with, or refused with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chemistry.geometry.structures.molfiles import v2000
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.errors import InputError
from vqe_cli.schema import load
from vqe_cli.schema.readers.electrons import stated_electrons

pytestmark = pytest.mark.quick

AMMONIUM = v2000((("N", 0.0, 0.0, 0.0),), more="M  CHG  1   1   1")


def test_whole_numbers_are_read_as_programs_write_them() -> None:
    found = stated_electrons({"charge": "-1.0", "multiplicity": "3", "spin": "2"})
    assert (found.section, found.remarks) == ({"charge": -1, "multiplicity": 3}, ())


@pytest.mark.parametrize(("spin", "doubtful"), [("", False), ("0", False), ("0.0", False),
                                                ("2", True), ("0.5", True)])  # fmt: skip
def test_a_spin_that_may_be_another_is_doubtful(spin: str, doubtful: bool) -> None:
    assert [one.doubtful for one in stated_electrons({"spin": spin}).remarks] == [True] * doubtful


@pytest.mark.parametrize("fields", [{"charge": "0.5"}, {"multiplicity": "doublet"}])
def test_what_is_no_whole_number_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InputError, match="not a whole number"):
        stated_electrons(fields)


def test_data_fields_of_a_record_count(tmp_path: Path) -> None:
    path = tmp_path / "ammonium.sdf"
    path.write_text(f"{AMMONIUM}> <Charge>\n1\n\n> <MULTIPLICITY>\n1\n\n$$$$\n")
    molecule = load(path).molecule
    assert molecule is not None
    structure, told = structure_of(molecule)
    assert (structure.charge, structure.multiplicity, told) == (1, 1, ())
    path.write_text(f"{AMMONIUM}> <charge>\n0\n\n$$$$\n")
    molecule = load(path).molecule
    assert molecule is not None
    with pytest.raises(InputError, match=r"charge \+1, the input says \+0"):
        structure_of(molecule)
