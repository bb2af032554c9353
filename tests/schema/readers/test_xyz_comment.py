"""What the comment of an .xyz file states, seems to state, and must not be passed over."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqe_cli.schema.readers.xyz_comment import CommentError, read_comment

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "charge", "multiplicity"),
    [
        ("charge=1 multiplicity=2", 1, 2),
        ("charge 1 multiplicity 2", 1, 2),
        ("Charge: -1, mult: 2", -1, 2),
        ("q=+1 mult=2", 1, 2),
        ("total charge = 2+", 2, None),
        ("net_charge=1- spin_multiplicity=3", -1, 3),
        ("2S+1 = 3", None, 3),
        ("uhf=1", None, 2),
        ("spin=0", None, 1),
        ("0 3", 0, 3),
        ("-1 2", -1, 2),
        ('energy=-1.0 "charge"=1', 1, None),
        ("charge=0.5", 0.5, None),
        ("gdb 1\t157.7118\t157.70997\t0.\t13.21", None, None),
        ("B3LYP/6-31+G*, conformer 1 of 2", None, None),
    ],
)
def test_plain_statements_are_read(
    text: str, charge: float | None, multiplicity: int | None
) -> None:
    """Two whole numbers are Psi4's and QCElemental's notation; `uhf` is xtb's."""
    found = read_comment(text)
    assert (found.stated.get("charge"), found.stated.get("multiplicity")) == (charge, multiplicity)
    assert not found.unread


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("spin=1", {"multiplicity"}),
        ("S=1", {"multiplicity"}),
        ("Ms=0.5", {"multiplicity"}),
        ("Q=1 M=3", {"multiplicity"}),
        ("triplet oxygen", {"multiplicity"}),
        ("a radical", {"multiplicity"}),
        ("H3O+", {"charge"}),
        ("SO4 2-", {"charge"}),
        ("hydroxide anion", {"charge"}),
        ("charges=[0.5, 0.5]", {"charge"}),
        ("charge=1_0", {"charge"}),
        ("charge=nan", {"charge"}),
        ("charge/multiplicity: 1 2", {"charge", "multiplicity"}),
        ("0 3 oxygen", {"charge", "multiplicity"}),
        ("12 40", {"charge", "multiplicity"}),
        ("-1", {"charge", "multiplicity"}),
    ],
)
def test_what_may_mean_several_things_is_named(text: str, unread: set[str]) -> None:
    assert read_comment(text).unread == unread


@pytest.mark.parametrize(
    "text",
    [
        "charge=2 charge=0",
        "charge=1 total_charge=2",
        "multiplicity=1 mult=3",
        'Lattice="5 0 0 0 5 0 0 0 5"',
        'pbc="T T T"',
        "pbc=[True, False, False]",
        "pbc=TFF",
        "pbc=perhaps",
        "units=nm",
        "units=bohr length_unit=angstrom",
    ],
)
def test_contradictions_and_crystals_are_refused(text: str) -> None:
    with pytest.raises(CommentError):
        read_comment(text)


@pytest.mark.parametrize(
    "text",
    ['Lattice="5 0 0 0 5 0 0 0 5" pbc="F F F"', "pbc=FFF", 'Lattice="0 0 0 0 0 0 0 0 0"', "pbc=F"],
)
def test_a_molecule_in_a_box_is_a_molecule(text: str) -> None:
    assert not read_comment(text).unread


@pytest.mark.parametrize(
    ("text", "units"),
    [("units=bohr", "bohr"), ("unit: Angstrom", "angstrom"), ("energy units=eV", None)],
)
def test_units_are_read(text: str, units: str | None) -> None:
    assert read_comment(text).units == units


@given(
    st.text(alphabet="qcharge multiplicity=spin:0123456789+-.,/\"'[]{}() TFpbLabcSM\t", max_size=60)
)
def test_any_comment_is_read_or_refused(text: str) -> None:
    with suppress(CommentError):
        assert read_comment(text).stated.keys() <= {"charge", "multiplicity"}
