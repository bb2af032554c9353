"""Z-matrices as Gaussian, Psi4 and people write them: variables, dummies, commas, names."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.geometry.coordinates import read_atoms
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import Geometry

pytestmark = pytest.mark.quick

ACETYLENE = """\
C
C 1 RCC
X 2 1.0 1 90.
H 2 RCH 3 90. 1 180.
X 1 1.0 2 90. 3 0.
H 1 RCH 5 90. 2 180.
{}
"""
PEROXIDE = "H\nO 1 {r}\nO 2 1.45 1 {a}\nH 3 {r} 2 {a} 1 {d}\n{end}"


def placed(text: str) -> Atoms:
    return read_atoms(Geometry(zmatrix=text), "angstrom")[0]


def distances(text: str) -> list[float]:
    found = placed(text).positions
    return [math.dist(a, b) for i, a in enumerate(found) for b in found[:i]]


@pytest.mark.parametrize(
    "text",
    [
        ACETYLENE.format("\nRCC = 1.203\nRCH = 1.063"),
        ACETYLENE.format("RCC=1.203; RCH=1.063"),
        ACETYLENE.format("RCC=1.203, RCH=1.063"),
        ACETYLENE.format("\nRCC 1.203\nRCH 1.063"),
        ACETYLENE.format("Variables:\nRCC 1.203\nConstants:\nRCH 1.063D0"),
        "RCC = 1.203\nRCH = 1.063\n" + ACETYLENE.format(""),
        ACETYLENE.format("RCC=1.203\nRCH=1.063").replace(" ", ","),
        ACETYLENE.format("RCC=1.203\nRCH=1.063").replace(" ", ", "),
    ],
)
def test_acetylene_with_dummies_is_linear(text: str) -> None:
    """H at 1.063 Å on both ends of a bond of 1.203 Å, all on one line."""
    found = placed(text)
    assert found.symbols == ("C", "C", "H", "H")
    heights = sorted(found.positions[:, 2])
    assert heights == pytest.approx([-1.063, 0, 1.203, 2.266], abs=1e-9)
    assert (abs(found.positions[:, :2]) < 1e-9).all()


@pytest.mark.parametrize(
    "text",
    [
        PEROXIDE.format(r="R", a="A", d="D", end="R=0.97\nA=100\nD=-115"),
        PEROXIDE.format(r="R", a="A", d="-D", end="R=0.97\nA=100\nD=115"),
        PEROXIDE.format(r="+R", a="A", d="-D", end="\nR 0.97\nA 1.0e2\nD 115"),
        "Ha\nOa Ha 0.97\nOb Oa 1.45 Ha 100\nHb Ob 0.97 Oa 100 Ha -115".replace("Ha", "H1")
        .replace("Hb", "H2").replace("Oa", "O1").replace("Ob", "O2"),
    ],
)  # fmt: skip
def test_signs_and_names(text: str) -> None:
    plain = PEROXIDE.format(r=0.97, a=100, d=-115, end="")
    assert placed(text).positions == pytest.approx(placed(plain).positions, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("H\nH 1 0,74", "commas"),
        ("H\nH,1,0,74", "1 reference with its value"),
        ("H\nH 1 R\nR=0,74", "name = value"),
        ("H\nH 1 R", "no value"),
        ("H\nH 1 R\nR=0.7\nR=0.8", "already has a value"),
        ("H\nH 1 R\nR=0.7\nS=1", "not used"),
        ("H\n\nH 1", "not used"),
        ("H\nH 1 R\nR=7_4", "not a number"),
        ("H\nH 1 2*R\nR=0.4", "not a number"),
        ("H\nH 1 -R\nR=0.74", "not positive"),
        ("H\nH 1.0 0.74", "not a whole number"),
        ("H\nH ١ 0.74", "no earlier atom"),
        ("H\nH 1 0.9\nO H 0.96 2 104", "several earlier atoms"),
        ("O\nH 1 0.96\nH 1 0.96 2 104.5 1", "references"),
        ("X\nX 1 1.0", "no atoms"),
        ("R=", "name = value"),
    ],
)
def test_what_defines_no_molecule_is_refused(text: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        placed(text)
    assert words in error.value.message


def test_a_fault_has_its_line_in_the_file(write_file: WriteFile, run_vqe: RunVqe) -> None:
    text = "molecule:\n  geometry:\n    zmatrix: |\n      H\n      H 1 R\n\n      R = 0,74\n"
    outcome = run_vqe("run", write_file("in.yaml", text))
    assert outcome.code == 2
    assert outcome.err.startswith("error: in.yaml:7: ")


def test_acetylene_has_pyscfs_energy(write_file: WriteFile, run_vqe: RunVqe) -> None:
    from pyscf import gto, scf

    lines = ACETYLENE.format("RCC = 1.203\nRCH = 1.063").splitlines()
    text = "molecule:\n  geometry:\n    zmatrix: |\n" + "".join(f"      {one}\n" for one in lines)
    record = run_vqe(
        "run", write_file("in.yaml", text), "--json", "--quiet", "--optimizer", "none",
        "--reference", "none", "--active-space", "{name: frontier, electrons: 4, orbitals: 4}",
    ).record  # fmt: skip
    mole = gto.M(atom="C 0 0 0; C 0 0 1.203; H 0 0 2.266; H 0 0 -1.063", verbose=0)
    expected = scf.RHF(mole).set(conv_tol=1e-12).kernel()
    assert record["problem"]["hartree_fock_energy"] == pytest.approx(expected, abs=1e-8)


@settings(deadline=None)
@given(st.text(alphabet="HXO 0123.=,-\n;RA:_", max_size=60))
def test_any_text_is_a_z_matrix_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        assert all(math.isfinite(length) for length in distances(text))
