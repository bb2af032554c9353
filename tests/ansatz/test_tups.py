"""Tiled unitary product states beside what tests/contracts/test_products_of_layers.py holds."""

from __future__ import annotations

import pytest

from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz._brick_wall import line_of_orbitals
from vqe_cli.errors import InputError

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("norb", "nelec", "line"),
    [
        (2, (1, 1), [0, 1]),
        (4, (2, 2), [0, 3, 1, 2]),
        (6, (3, 3), [0, 5, 1, 4, 2, 3]),
        (6, (2, 2), [0, 3, 1, 2, 4, 5]),
        (7, (5, 5), [3, 6, 4, 5, 2, 1, 0]),
        (6, (3, 2), [0, 4, 1, 3, 2, 5]),
        (6, (2, 4), [0, 5, 1, 4, 2, 3]),
        (4, (4, 0), [0, 1, 2, 3]),
    ],
)
def test_perfect_pairing_puts_partners_side_by_side(
    norb: int, nelec: tuple[int, int], line: list[int]
) -> None:
    """HOMO with LUMO, HOMO-1 with LUMO+1, and so on; pairs begin at even places."""
    assert line_of_orbitals(norb, nelec, True) == line
    assert line_of_orbitals(norb, nelec, False) == list(range(norb))


@pytest.mark.parametrize(("option", "value"), [("layers", 0), ("perfect_pairing", "hf")])
def test_what_does_not_fit_is_an_input_error_at_its_key(option: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        ANSATZE.create({"name": "tups", option: value}, ("ansatz",))
    assert caught.value.path == ("ansatz", option)
