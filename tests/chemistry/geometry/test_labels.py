"""Elements as programs label them: numbers and names behind, ghosts, isotopes, dummies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vqe_cli.chemistry.geometry.labels import is_dummy, read_label

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "symbol", "ghost"),
    [
        ("O1", "O", False),
        ("C_a", "C", False),
        ("C12A", "C", False),
        ("cl", "Cl", False),
        ("Cl3", "Cl", False),
        ("@He", "He", True),
        ("Gh(He)", "He", True),
        ("gh(o1)", "O", True),
        ("ghost-he", "He", True),
        ("GHOST.8", "O", True),
        ("X-H", "H", True),
        ("H-Bq", "H", True),
        ("bqH", "H", True),
        ("H:", "H", True),
        ("Gh.C", "C", True),
    ],
)
def test_the_element_and_whether_it_is_a_ghost(text: str, symbol: str, ghost: bool) -> None:
    """Spellings of Psi4, PySCF, Gaussian, NWChem, ORCA and ADF."""
    label = read_label(text)
    assert label is not None
    assert (label.symbol, label.ghost, label.isotope) == (symbol, ghost, None)


@pytest.mark.parametrize("text", ["D", "T", "d", "D1", "H(Iso=2)", "H@2.014", "2H", "@D"])
def test_isotopes_are_the_element_and_keep_their_name(text: str) -> None:
    label = read_label(text)
    assert label is not None
    assert (label.symbol, label.isotope, label.ghost) == ("H", text, text.startswith("@"))


@pytest.mark.parametrize(
    "text",
    ["X", "Bq", "Bq1", "ghost1", "Q", "Tv", "CA1", "HG11", "Na+", "@", "gh()", ":", "0", "٣"],
)
def test_what_is_no_element(text: str) -> None:
    """Among them: places in a protein, which are no calcium and no mercury."""
    assert read_label(text) is None


@pytest.mark.parametrize("text", ["X", "X1", "XX", "x2", "Du"])
def test_dummies(text: str) -> None:
    assert is_dummy(text)


@given(st.text(max_size=10))
def test_any_text_is_a_label_or_none(text: str) -> None:
    label = read_label(text)
    assert label is None or label.symbol.isalpha()
