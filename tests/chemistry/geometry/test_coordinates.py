"""Atoms from coordinates and Z-matrices, against distances and angles by elementary geometry."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.geometry.coordinates import as_geometry, atoms
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import Geometry, MoleculeSpec

pytestmark = pytest.mark.quick

BOHR = 0.529177210903
"""CODATA 2018, in Ångström."""


def atoms_of(geometry: Geometry, **molecule: object) -> Atoms:
    return atoms(MoleculeSpec.model_validate({"geometry": geometry.model_dump(), **molecule}))


def cartesian(text: str, **molecule: object) -> Atoms:
    return atoms_of(Geometry(cartesian=text), **molecule)


def zmatrix(text: str, **molecule: object) -> Atoms:
    return atoms_of(Geometry(zmatrix=text), **molecule)


def distance(found: Atoms, i: int, j: int) -> float:
    return math.dist(found.positions[i], found.positions[j])


def angle(found: Atoms, i: int, j: int, k: int) -> float:
    """In degrees, at atom j."""
    a, b, c = found.positions[[i, j, k]]
    cosine = (a - b) @ (c - b) / (np.linalg.norm(a - b) * np.linalg.norm(c - b))
    return math.degrees(math.acos(np.clip(cosine, -1.0, 1.0)))


def dihedral(found: Atoms, i: int, j: int, k: int, m: int) -> float:
    """In degrees, by IUPAC's sign: clockwise is positive, looking from j to k."""
    a, b, c, d = found.positions[[i, j, k, m]]
    first, axis, last = b - a, c - b, d - c
    x = np.cross(first, axis) @ np.cross(axis, last)
    y = np.linalg.norm(axis) * (first @ np.cross(axis, last))
    return math.degrees(math.atan2(y, x))


@pytest.mark.parametrize(
    "text",
    [
        "O 0 0 0\nH 0.96 0 0\nH -0.24 0.93 0",
        "O 0 0 0; H 0.96 0 0; H -0.24 0.93 0",
        "o 0,0,0\nh 0.96, 0, 0\n  H\t-0.24 9.3E-1 0.  ",
        "8 0 0 0\n1 9.6d-1 0 0\n1 -0.24 0.93D0 0",
        "# water\n\nO 0 0 0  # oxygen\nH 0.96 0 0\n\nH -0.24 0.93 0\n",
    ],
)
def test_lines_of_symbol_and_coordinates_in_every_usual_dress(text: str) -> None:
    found = cartesian(text)
    assert found.symbols == ("O", "H", "H")
    assert found.positions.tolist() == [[0.0, 0.0, 0.0], [0.96, 0.0, 0.0], [-0.24, 0.93, 0.0]]


def test_bohr_become_angstrom() -> None:
    found = cartesian("H 0 0 0; H 0 0 1.4", units="bohr")
    assert distance(found, 0, 1) == pytest.approx(1.4 * BOHR, abs=1e-12)


def test_elements_up_to_the_end_of_the_periodic_table_are_known() -> None:
    assert cartesian("cl 0 0 0; LR 9 0 0; 118 0 9 0").symbols == ("Cl", "Lr", "Og")


@pytest.mark.parametrize(
    "symbol", ["X", "Xx", "J", "0", "119", "-1", "HG1", "ghost-", "@Xx", "²", "1.0"]
)
def test_what_is_no_element_is_refused(symbol: str) -> None:
    with pytest.raises(InputError, match="not an element"):
        cartesian(f"H 0 0 0; {symbol} 0 0 1")


@pytest.mark.parametrize("value", ["nan", "NaN", "inf", "-inf", "1e5", "1e999"])
def test_a_coordinate_that_is_nowhere_is_refused(value: str) -> None:
    with pytest.raises(InputError, match="not finite"):
        cartesian(f"H 0 0 0; H 0 0 {value}")


@pytest.mark.parametrize("line", ["H", "H 0 0", "H 0 0 z", "H 0 0 0x1", "0 0 0 H", "H 0 0 --1"])
def test_a_line_that_is_no_atom_is_refused(line: str) -> None:
    with pytest.raises(InputError):
        cartesian(f"H 0 0 0\n{line}")


@pytest.mark.parametrize("text", ["", " \n ", "# nothing", ";;"])
def test_no_atoms_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="no atoms"):
        cartesian(text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("H 0 0 0; H 0 0 0", ("atom 2", "atom 1")),
        ("H 0 0 0; H 0 0 1; H 0 0.05 1.05", ("atom 3", "atom 2")),
        ("H 0 0 0; He 0 0 3; H 0 0 1; He 0 0 3.09", ("atom 4", "atom 2")),
    ],
)
def test_an_atom_on_top_of_another_is_named_with_the_other(
    text: str, pair: tuple[str, str]
) -> None:
    with pytest.raises(InputError) as error:
        cartesian(text)
    assert all(atom in error.value.message for atom in pair)


def test_atoms_stand_apart_in_angstrom_whatever_the_units() -> None:
    assert len(cartesian("H 0 0 0; H 0 0 0.11")) == 2
    with pytest.raises(InputError, match="atom 2"):
        cartesian("H 0 0 0; H 0 0 0.18", units="bohr")


BLOCK = "seed: 7\nmolecule:\n  geometry: |\n    O 0 0 0\n    # next\n\n    H 0 0 {}\n"
FOLDED = "molecule: {{geometry: 'O 0 0 0; H 0 0 {}'}}\n"
NESTED = "molecule:\n  geometry:\n    cartesian: |\n      O 0 0 0\n      H 0 0 {}\n"


@pytest.mark.parametrize(
    ("template", "line"), [(BLOCK, 7), (FOLDED, 1), (NESTED, 5)], ids=["block", "flow", "nested"]
)
@pytest.mark.parametrize("value", ["abc", "nan", "0.0"])
def test_a_fault_is_found_on_the_line_of_the_atom(
    write_file: WriteFile, run_vqe: RunVqe, template: str, line: int, value: str
) -> None:
    outcome = run_vqe("run", write_file("in.yaml", template.format(value)))
    assert outcome.err.startswith(f"error: in.yaml:{line}: ")


def test_water_from_a_z_matrix() -> None:
    found = zmatrix("O\nH 1 0.96\nH 1 0.96 2 104.5")
    assert found.symbols == ("O", "H", "H")
    assert distance(found, 0, 1) == pytest.approx(0.96, abs=1e-9)
    assert distance(found, 0, 2) == pytest.approx(0.96, abs=1e-9)
    apart = 2 * 0.96 * math.sin(math.radians(104.5 / 2))
    assert distance(found, 1, 2) == pytest.approx(apart, abs=1e-9)


lengths = st.floats(0.7, 3.0)
bends = st.floats(20.0, 160.0)
turns = st.floats(-179.0, 179.0)


@settings(deadline=None)
@given(st.tuples(lengths, lengths, lengths), st.tuples(bends, bends), turns)
def test_a_z_matrix_gives_the_lengths_angles_and_dihedral_it_names(
    r: tuple[float, float, float], bend: tuple[float, float], turn: float
) -> None:
    text = f"H\nO 1 {r[0]}\nO 2 {r[1]} 1 {bend[0]}\nH 3 {r[2]} 2 {bend[1]} 1 {turn}"
    a, b, c, d = _chain(r, bend, turn)
    assume(min(math.dist(p, q) for p, q in itertools.combinations((a, b, c, d), 2)) > 0.11)
    found = zmatrix(text)
    assert [distance(found, i, i + 1) for i in range(3)] == pytest.approx(r, abs=1e-7)
    assert angle(found, 0, 1, 2) == pytest.approx(bend[0], abs=1e-5)
    assert angle(found, 1, 2, 3) == pytest.approx(bend[1], abs=1e-5)
    assert math.cos(math.radians(dihedral(found, 0, 1, 2, 3) - turn)) == pytest.approx(1, abs=1e-9)


def _chain(
    r: tuple[float, float, float], bend: tuple[float, float], turn: float
) -> list[np.ndarray]:
    """Four atoms in a chain, the second at the origin and the third on the z axis."""
    first, last = (math.radians(value) for value in bend)
    around = math.radians(turn)
    a = r[0] * np.array([math.sin(first), 0.0, math.cos(first)])
    c = np.array([0.0, 0.0, r[1]])
    out = math.sin(last) * np.array([math.cos(around), math.sin(around), 0.0])
    d = c + r[2] * (out - np.array([0.0, 0.0, math.cos(last)]))
    return [a, np.zeros(3), c, d]


def test_lengths_of_a_z_matrix_are_in_the_units_and_its_angles_in_degrees() -> None:
    found = zmatrix("O\nH 1 1.8\nH 1 1.8 2 104.5", units="bohr")
    assert distance(found, 0, 1) == pytest.approx(1.8 * BOHR, abs=1e-9)
    assert angle(found, 1, 0, 2) == pytest.approx(104.5, abs=1e-6)


def test_a_linear_z_matrix_is_linear() -> None:
    found = zmatrix("O\nC 1 1.16\nO 2 1.16 1 180")
    assert distance(found, 0, 2) == pytest.approx(2.32, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H\nH 1",
        "H\nH 2 0.74",
        "H\nH 0 0.74",
        "H\nH 1 abc",
        "H\nH 1 0.7+0.04",
        "H\nH 1 nan",
        "H\nH 1 1e999",
        "H\nXx 1 0.74",
        "O\nH 1 0.96\nH 0 0.96 2 104.5",
        "O\nH 1 0.96\nH 3 0.96 2 104.5",
        "O\nH 1 0.96\nH 1 0.96 1 104.5",
        "O\nH 1 0.96\nH 1 0.96",
        "O\nH 1 0.96\nH 1 0.96 2 0.0",
        "H\nO 1 0.96\nO 2 1.4 1 100\nH 3 0.96 2 100",
        "H\nO 1 0.96\nO 2 1.4 1 100\nH 3 0.96 2 100 2 90",
        "H\nC 1 1.06\nC 2 1.2 1 180\nH 3 1.06 2 120 1 90",
    ],
    ids=lambda text: text.replace("\n", ", "),
)
def test_a_z_matrix_that_defines_no_molecule_is_refused(text: str) -> None:
    """Among them: references to itself, to what comes later, and a dihedral about a line."""
    with pytest.raises(InputError):
        zmatrix(text)


def test_ghosts_by_psi4s_and_by_pyscfs_mark() -> None:
    found = cartesian("O 0 0 0\n@H 0 0 1\nghost-he 0 0 2\nGhost-8 0 0 4")
    assert found.symbols == ("O", "H", "He", "O")
    assert found.ghosts == (False, True, True, True)
    assert zmatrix("O\n@H 1 0.96\nH 1 0.96 2 104.5").ghosts == (False, True, False)


def test_a_molecule_of_ghosts_is_refused() -> None:
    with pytest.raises(InputError, match="only ghosts") as caught:
        cartesian("@H 0 0 0; ghost-O 0 0 1")
    assert caught.value.path == ("molecule", "geometry", "cartesian")


def test_a_ghost_does_not_stand_on_an_atom() -> None:
    with pytest.raises(InputError, match="atom 2 \\(ghost-H\\)"):
        cartesian("H 0 0 0; @H 0 0 0")


coordinates = st.floats(-1e3, 1e3)


@given(coordinates, coordinates, coordinates)
def test_atoms_are_written_with_every_digit(x: float, y: float, z: float) -> None:
    found = Atoms(("O", "H"), np.array([[x, y, z], [x + 1.0, y, z]]), (False, True))
    again = atoms_of(as_geometry(found))
    assert (again.symbols, again.ghosts) == (found.symbols, found.ghosts)
    assert again.positions.tolist() == found.positions.tolist()
