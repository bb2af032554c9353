"""Movement of a part of a molecule, against geomeTRIC's internal coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from geometric.internal import Angle, Dihedral, Distance

import vqe_cli
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.errors import InputError
from vqe_cli.scan.coordinates.internal import InternalCoordinate, read_internal
from vqe_cli.scan.movement import measured, moved
from vqe_cli.scan.records import CoordinateKind

PEROXIDE = """
O 0.0 0.73 -0.05
O 0.0 -0.73 -0.05
H 0.84 0.89 0.44
H -0.84 -0.89 0.44
"""
CYCLOPROPANE = """
C 0.00 0.87 0.00
C 0.75 -0.43 0.00
C -0.75 -0.43 0.00
H 0.00 1.46 0.91
H 0.00 1.46 -0.91
H 1.26 -0.73 0.91
H 1.26 -0.73 -0.91
H -1.26 -0.73 0.91
H -1.26 -0.73 -0.91
"""


def coordinate(kind: CoordinateKind, text: str, geometry: str) -> InternalCoordinate:
    spec = vqe_cli.spec_from_data({"molecule": {"geometry": geometry}})
    return read_internal(kind, text, spec)


@pytest.mark.parametrize(
    ("kind", "reference"), [("distance", Distance), ("angle", Angle), ("dihedral", Dihedral)]
)
def test_coordinates_are_those_of_geometric(kind: str, reference: type) -> None:
    places = np.random.default_rng(7).normal(size=(4, 3))
    atoms = {"distance": (0, 1), "angle": (0, 1, 2), "dihedral": (0, 1, 2, 3)}[kind]
    expected = reference(*atoms).value(places)
    expected = expected if kind == "distance" else np.degrees(expected)
    assert measured(places, atoms) == pytest.approx(expected, abs=1e-9)
    for value in (0.5, 50.0, 170.0):
        after = moved(places, atoms, atoms[-1:], value)
        found = reference(*atoms).value(after)
        assert (found if kind == "distance" else np.degrees(found)) == pytest.approx(value)


def test_a_dihedral_turns_a_part_as_a_whole() -> None:
    found = coordinate("dihedral", "3,1,2,4=0,90,180", PEROXIDE)
    assert set(found.moving) == {1, 3}
    start = found.placed.atoms.positions
    after = moved(start, found.atoms, found.moving, 180.0)
    for pair in ((0, 1), (0, 2), (1, 3)):
        before = np.linalg.norm(start[pair[0]] - start[pair[1]])
        assert np.linalg.norm(after[pair[0]] - after[pair[1]]) == pytest.approx(before)
    assert abs(measured(after, (2, 0, 1, 3))) == pytest.approx(180.0)
    assert np.array_equal(after[[0, 2]], start[[0, 2]])


def test_a_straight_angle_can_be_bent() -> None:
    found = coordinate("angle", "1,2,3=170,120", "O 0 0 -1.16; C 0 0 0; O 0 0 1.16")
    after = found.spec_at(120)
    assert after.molecule is not None
    text = after.molecule.geometry.cartesian
    assert text is not None
    places = np.array([[float(word) for word in line.split()[1:]] for line in text.splitlines()])
    assert measured(places, (0, 1, 2)) == pytest.approx(120.0)


def test_another_molecule_moves_as_a_whole() -> None:
    water = "O 0 0 0; H 0.76 0.59 0; H -0.76 0.59 0; He 0 -3 0"
    assert coordinate("distance", "4,1=2.0,3.0", water).moving == (0, 1, 2)


@pytest.mark.parametrize(
    ("kind", "text", "geometry", "message"),
    [
        ("distance", "1,2=1.4,1.6", CYCLOPROPANE, "in a ring"),
        ("distance", "3,4=1.4,1.6", PEROXIDE, "are not bonded"),
        ("distance", "1,5=1.4,1.6", PEROXIDE, "no atom 5"),
        ("distance", "1,1=1.4,1.6", PEROXIDE, "different atoms"),
        ("distance", "1,2=1.4", PEROXIDE, "2 to 1000 points"),
        ("distance", "1,2=1.4:x:3", PEROXIDE, "x"),
        ("distance", "1,2=1.4,1.4", PEROXIDE, "equal"),
        ("distance", "1,2=-1,1", PEROXIDE, "out of range"),
        ("angle", "1,2=90,100", PEROXIDE, "3 different atoms"),
        ("angle", "3,1,2=90", PEROXIDE, "2 to 1000 points"),
        ("dihedral", "1,2,3", PEROXIDE, "no values"),
        ("dihedral", "1,2,3,4=0,90", "H 0 0 0; C 0 0 1.06; C 0 0 2.26; H 0 0 3.32", "on a line"),
    ],
)
def test_what_does_not_move_is_refused(
    kind: CoordinateKind, text: str, geometry: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        coordinate(kind, text, geometry)


@pytest.mark.parametrize("atoms", ["3,1,2", "3-1-2", "3, 1, 2", "3 1 2", " 3 - 1 - 2 "])
def test_atoms_are_separated_as_people_do(atoms: str) -> None:
    assert coordinate("angle", f"{atoms}=90,100", PEROXIDE).atoms == (2, 0, 1)


@pytest.mark.parametrize("atoms", ["-1,2", "1,-2", "1--2", "1,,2", "12", "O1,O2", "1,2,"])
def test_other_separators_are_refused(atoms: str) -> None:
    with pytest.raises(InputError):
        coordinate("distance", f"{atoms}=1.4,1.6", PEROXIDE)


def test_an_angle_is_opened_to_a_line() -> None:
    """As `--angle 2,1,3=90:180:10` in the help of `vqe scan`."""
    water = "O 0 0 0; H 0.76 0.59 0; H -0.76 0.59 0"
    found = coordinate("angle", "2,1,3=90,180", water)
    molecule = found.spec_at(180).molecule
    assert molecule is not None
    assert measured(with_coordinates(molecule).atoms.positions, (1, 0, 2)) == pytest.approx(180.0)
    spec = vqe_cli.spec_from_data({"molecule": {"geometry": water}})
    with pytest.raises(InputError, match="180 is out of range"):
        read_internal("angle", "2,1,3=90,180", spec, relaxed=True)
