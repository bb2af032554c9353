"""Z-matrix variables, lists of geometries, and numbers of the input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vqe_cli
from tests.conftest import WriteFile
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.errors import InputError
from vqe_cli.scan.coordinates.geometries import read_geometries
from vqe_cli.scan.coordinates.input_key import InputKey, read_key
from vqe_cli.scan.coordinates.zmatrix_variable import read_variable
from vqe_cli.scan.movement import measured
from vqe_cli.scan.values import read_values
from vqe_cli.schema import RunSpec

WATER = {
    "equals": "O\nH 1 R\nH 1 R 2 A\nR = 0.96\nA = 104.5",
    "one line": "O; H 1 R; H 1 R 2 A; R=0.96; A=104.5",
    "listed": "O\nH 1 R\nH 1 R 2 A\n\nR 0.96\nA 104.5",
}


def of_zmatrix(text: str) -> RunSpec:
    return vqe_cli.spec_from_data({"molecule": {"geometry": {"zmatrix": text}}})


@pytest.mark.parametrize("text", WATER.values(), ids=WATER)
@pytest.mark.parametrize(("name", "value"), [("R", 1.25), ("A", 90.0)])
def test_a_variable_of_a_zmatrix_is_set(text: str, name: str, value: float) -> None:
    found = read_variable(f"{name}={value},{value + 1}", of_zmatrix(text))
    molecule = found.spec_at(value).molecule
    assert molecule is not None
    places = with_coordinates(molecule).atoms.positions
    length, angle = (value, 104.5) if name == "R" else (0.96, value)
    assert measured(places, (0, 1)) == pytest.approx(length)
    assert measured(places, (0, 2)) == pytest.approx(length)
    assert measured(places, (1, 0, 2)) == pytest.approx(angle)


def test_an_unknown_variable_is_refused_with_those_there_are() -> None:
    found = read_variable("B=1,2", of_zmatrix(WATER["equals"]))
    with pytest.raises(InputError, match="no value named 'B'") as error:
        found.spec_at(1)
    assert error.value.hint == "its names: R, A"
    with pytest.raises(InputError, match="no Z-matrix"):
        read_variable("R=1,2", vqe_cli.spec_from_data({"molecule": {"geometry": "He 0 0 0"}}))


FRAMES = "2\nshort\nH 0 0 0\nH 0 0 0.7\n2\nlong\nH 0 0 0\nH 0 0 1.5\n"
HYDROGEN = vqe_cli.spec_from_data({"molecule": {"geometry": "H 0 0 0; H 0 0 1"}})


def test_a_file_may_hold_several_geometries(write_file: WriteFile) -> None:
    found = read_geometries(write_file("path.xyz", FRAMES), HYDROGEN)
    assert found.values == (1, 2)
    assert [found.label(one) for one in found.values] == ["short", "long"]
    assert found.moves_atoms
    for number, length in ((1, 0.7), (2, 1.5)):
        molecule = found.spec_at(number).molecule
        assert molecule is not None
        positions = with_coordinates(molecule).atoms.positions
        assert measured(positions, (0, 1)) == pytest.approx(length)


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name, symbol in (("b", "He"), ("a", "H")):
        (tmp_path / f"{name}.xyz").write_text(f"2\n\n{symbol} 0 0 0\nH 0 0 1\n")
    found = read_geometries(tmp_path, HYDROGEN)
    assert found.labels == ("a", "b")
    assert not found.moves_atoms


def test_numbers_in_names_count_as_numbers(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        (tmp_path / f"p{number}.xyz").write_text(f"2\n\nH 0 0 0\nH 0 0 {number}\n")
    assert read_geometries(tmp_path, HYDROGEN).labels == ("p1", "p2", "p10")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"{FRAMES}3\nthird\nH 0 0 0\n", "path.xyz:9: line 9 says 3 atoms, but 1 follow"),
        (f"{FRAMES}x\n", "path.xyz:9: 'x' is not a number of atoms"),
        (FRAMES.replace("1.5", "0.0"), "path.xyz: geometry 2: atom 2 (H) is 0.000 Å"),
        (FRAMES.replace("long", "charge=1"), "path.xyz: states charge 1"),
    ],
)
def test_an_error_names_the_geometry_and_its_line(
    write_file: WriteFile, text: str, where: str
) -> None:
    with pytest.raises(InputError) as error:
        read_geometries(write_file("path.xyz", text), HYDROGEN)
    assert where in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2\n\nH 0 0 0\nH 0 0 0.7\n", "has 1 geometries"),
        (f"{FRAMES}x\n", "not a number of atoms"),
        (FRAMES.replace("long", "charge=1"), "states charge 1"),
    ],
)
def test_other_files_are_refused(write_file: WriteFile, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_geometries(write_file("path.xyz", text), HYDROGEN)


def test_whole_numbers_stay_whole() -> None:
    found = read_key("molecule.charge=-1:1:3", HYDROGEN)
    assert isinstance(found, InputKey)
    assert found.values == (-1, 0, 1)
    assert all(isinstance(value, int) for value in found.values)


def test_names_are_referred_to_a_comparison() -> None:
    with pytest.raises(InputError) as error:
        read_key("molecule.basis=sto-3g,6-31g", HYDROGEN)
    assert "vqe compare --grid molecule.basis=" in str(error.value.hint)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", ["0.5:1e400:3", "1e400,1"])
def test_values_beyond_all_numbers_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="finite"):
        read_values(text, "--distance")


def test_a_range_includes_both_ends_in_round_steps() -> None:
    assert read_values("0.5:3.0:26", "--distance") == tuple(
        float(f"{value:.1f}") for value in np.arange(0.5, 3.05, 0.1)
    )
