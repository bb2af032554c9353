"""Files of point charges: every format, and the line of every fault."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.conftest import WriteFile
from vqe_cli.errors import InputError
from vqe_cli.schema import load, spec_from_data
from vqe_cli.schema.readers.point_charges import read_point_charges

pytestmark = pytest.mark.quick

PQR = """\
REMARK   water by PDB2PQR
ATOM      1  O   WAT A   1       0.000   0.000  -2.900  -0.8340 1.6612
HETATM    2  H1  WAT     1       0.760   0.000  -3.500   0.4170 0.0000
TER
END
"""
PDB = """\
HETATM    1  O   HOH A   1       0.000   0.000  -2.900 -0.83  0.41           O
HETATM    2  H1  HOH A   1       0.760   0.000  -3.500  0.42 -0.20           H
ENDMDL
HETATM    3  H2  HOH A   1      -0.760   0.000  -3.500  0.42 -0.20           H
"""
XYZ = "2\nTIP3P\nO 0.0 0.0 -2.9 -0.834\nH 0.76 0.0 -3.5 0.417\n"
EXTENDED = """\
2
Properties=species:S:1:charge:R:1:pos:R:3
O -0.834 0.0 0.0 -2.9
H 0.417 0.76 0.0 -3.5
"""
ORCA = "2\n-0.834 0 0 -2.9\n0.417 0.76 0 -3.5  # hydrogen\n"
GAUSSIAN = "0 0 -2.9 -0.834\n0.76 0 -3.5 0.417\n"
LABELLED = "O 0 0 -2.9 -0.834\nH 0.76 0 -3.5 0.417\n"
EXPECTED = ((-0.834, 0.0, 0.0, -2.9), (0.417, 0.76, 0.0, -3.5))
MOLECULE = "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n"


@pytest.mark.parametrize(
    ("name", "text", "options"),
    [
        ("a.pqr", PQR, {}),
        ("a.xyz", XYZ, {}),
        ("b.xyz", EXTENDED, {}),
        ("a.pc", ORCA, {}),
        ("a.txt", GAUSSIAN, {"columns": "x y z q"}),
        ("a.dat", LABELLED, {}),
    ],
)
def test_every_format_gives_the_same_charges(
    write_file: WriteFile, name: str, text: str, options: dict[str, Any]
) -> None:
    assert read_point_charges(write_file(name, text), options) == EXPECTED


@pytest.mark.parametrize(
    ("column", "charges"), [("occupancy", (-0.83, 0.42)), ("b-factor", (0.41, -0.20))]
)
def test_a_pdb_file_has_charges_in_a_named_column(
    write_file: WriteFile, column: str, charges: tuple[float, float]
) -> None:
    found = read_point_charges(write_file("a.pdb", PDB), {"pdb_charges": column})
    assert tuple(charge for charge, *_ in found) == charges
    assert found[1][1:] == (0.76, 0.0, -3.5)


def test_coordinates_in_bohr_are_converted(write_file: WriteFile) -> None:
    (charge,) = read_point_charges(write_file("a.txt", "0.5 0 0 1\n"), {"units": "bohr"})
    assert charge == pytest.approx((0.5, 0, 0, 0.529177210903))


@pytest.mark.parametrize(
    ("name", "text", "line", "message"),
    [
        ("a.pqr", PQR.replace("0.4170 0.0000", ""), 3, "columns"),
        ("a.pqr", PQR.replace("0.4170", "nan"), 3, "nan"),
        ("a.pqr", "REMARK nothing\n", 1, "no atoms"),
        ("a.xyz", XYZ.replace(" 0.417", ""), 4, "4 columns instead of 5"),
        ("a.xyz", XYZ.replace("2\n", "3\n", 1), 1, "3 atoms, but 2 follow"),
        ("a.xyz", EXTENDED.replace("charge", "force"), 2, "no column of charges"),
        ("a.txt", "0.5 0 0 1\n0.5 0 0\n", 2, "is not 'q x y z'"),
        ("a.txt", "0.5 0 0 1\n0.5 0 0 inf\n", 2, "inf"),
        ("a.txt", "# none\n\n", 1, "no point charges"),
        ("a.txt", "3\n0.5 0 0 1\n", 1, "3 point charges, but 1 follow"),
        ("a.txt", "12.0 0 0 1\n", 1, "12 e is not a charge"),
        ("a.txt", "0.5 0 0 1e7\n", 1, "a coordinate is 1e.07"),
        ("a.pqr", "ATOM 1 O WAT A 1 0 0 5 -0.8\n", 1, "the radius -0.8 is negative"),
    ],
)
def test_a_fault_is_named_with_its_line(
    write_file: WriteFile, name: str, text: str, line: int, message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_point_charges(write_file(name, text), {})
    assert caught.value.where == f"{name}:{line}"


def test_the_first_model_of_a_pqr_file_counts(write_file: WriteFile) -> None:
    models = f"MODEL 1\n{PQR}ENDMDL\nMODEL 2\n{PQR}ENDMDL\n"
    assert read_point_charges(write_file("a.pqr", models), {}) == EXPECTED


def test_an_empty_file_is_told_what_charges_look_like(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="is empty") as caught:
        read_point_charges(write_file("a.txt", "\n"), {})
    assert "q x y z" in str(caught.value.hint)


def test_options_can_be_set_beside_a_file(write_file: WriteFile) -> None:
    """One bohr is 0.529177 Ångström."""
    write_file("a.txt", "0.5 0 0 10\n")
    file = write_file("in.yaml", MOLECULE + "environment: a.txt\n")
    spec = load(file, [(("environment", "units"), "bohr", "--set environment.units")])
    assert spec.environment is not None
    assert spec.environment.points[0] == pytest.approx((0.5, 0, 0, 5.29177), abs=1e-4)


def test_a_pdb_file_does_not_say_where_its_charges_are(write_file: WriteFile) -> None:
    path = write_file("a.pdb", PDB)
    with pytest.raises(InputError, match="which of its columns") as caught:
        read_point_charges(path, {})
    assert caught.value.path == ("environment", "pdb_charges")
    double = write_file("b.pdb", PDB.replace("O   HOH", "O  AHOH"))
    with pytest.raises(InputError, match="alternate locations"):
        read_point_charges(double, {"pdb_charges": "occupancy"})


@pytest.mark.parametrize(("name", "key"), [("a.pqr", "units"), ("a.xyz", "columns")])
def test_options_of_tables_are_refused_for_other_formats(
    write_file: WriteFile, name: str, key: str
) -> None:
    with pytest.raises(InputError, match=f"'{key}' does not apply"):
        read_point_charges(write_file(name, XYZ), {key: "bohr"})


def test_an_input_names_its_file_and_a_record_repeats_without_it(write_file: WriteFile) -> None:
    charges = write_file("waters.pqr", PQR)
    spec = load(write_file("in.yaml", MOLECULE + "environment: {charges: waters.pqr}\n"))
    assert spec.environment is not None
    assert spec.environment.points == EXPECTED
    assert spec.environment.file == "waters.pqr"
    assert spec.environment.sha256 == hashlib.sha256(charges.read_bytes()).hexdigest()
    again = spec_from_data(spec.model_dump(mode="json", exclude_none=True))
    assert again.environment == spec.environment


def test_charges_can_stand_in_the_input(write_file: WriteFile) -> None:
    rows = "environment: {charges: [[-0.834, 0, 0, -2.9], [0.417, 0.76, 0, -3.5]]}\n"
    block = "environment:\n  charges: |\n    -0.834 0 0 -2.9\n    0.417 0.76 0 -3.5\n"
    for text in (rows, block):
        spec = load(write_file("in.yaml", MOLECULE + text))
        assert spec.environment is not None
        assert spec.environment.points == EXPECTED
        assert spec.environment.file is None


def test_a_missing_file_and_a_wrong_row_are_input_errors(write_file: WriteFile) -> None:
    with pytest.raises(InputError, match="no such file"):
        load(write_file("in.yaml", MOLECULE + "environment: {charges: nowhere.pqr}\n"))
    for row in ("[0.5, 0, 0]", "[a, 0, 0, 1]", "5"):
        text = MOLECULE + f"environment: {{charges: [{row}]}}\n"
        with pytest.raises(InputError, match=r"is not \[q, x, y, z\]"):
            load(write_file("in.yaml", text))
