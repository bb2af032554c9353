"""Bonds of a molfile beside its coordinates; lengths of water and H2 by experiment."""

from __future__ import annotations

import pytest

from tests.chemistry.geometry.structures.molfiles import v2000
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.geometry.structures.drawn_bonds import NAME
from vqe_cli.chemistry.geometry.structures.reading import read_molfile

WATER = (("O", 0.0, 0.0, 0.0), ("H", 0.0, 0.7572, 0.5865), ("H", 0.0, -0.7572, 0.5865))
OH = ((1, 2, 1, 0), (1, 3, 1, 0))


def scaled(atoms: tuple, factor: float) -> tuple:
    return tuple((symbol, *(factor * x for x in place)) for symbol, *place in atoms)


@pytest.mark.parametrize(
    ("factor", "doubted"), [(1.0, False), (1 / BOHR_IN_ANGSTROM, True), (1.3, False), (0.4, True)]
)
def test_bonds_in_another_unit_are_a_doubt(factor: float, doubted: bool) -> None:
    found = read_molfile(v2000(scaled(WATER, factor), OH))
    assert [check.name for check in found.doubts] == [NAME] * doubted


def test_one_bond_of_a_thousand_angstrom_is_named_with_its_atoms() -> None:
    far = (*WATER[:2], ("O", 1000.0, 0.0, 0.1), ("H", 1000.0, 0.0, 1.06))
    (check,) = read_molfile(v2000(far, (*OH[:1], (1, 3, 1, 0), (3, 4, 1, 0)))).doubts
    assert check.value == pytest.approx(1000.0, abs=0.01)
    assert "atoms 1 (O) and 3 (O)" in check.detail


def test_hydrogen_is_no_exception() -> None:
    h2 = (("H", 0.0, 0.0, 0.0), ("H", 0.0, 0.0, 0.7414))
    assert not read_molfile(v2000(h2, ((1, 2, 1, 0),))).doubts
    assert read_molfile(v2000(scaled(h2, 1 / BOHR_IN_ANGSTROM), ((1, 2, 1, 0),))).doubts
