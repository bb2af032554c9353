"""k-UpCCGSD beside what tests/contracts/test_products_of_layers.py holds."""

from __future__ import annotations

import pytest

from tests.problems import (
    named_problem,
    random_problem,
)
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.k_upccgsd import KUpccgsd
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import Excitation

pytestmark = pytest.mark.quick


def test_pairs_act_before_singles_in_each_product() -> None:
    product = KUpccgsd(k=2).excitations(random_problem(3, (2, 1), 1))
    found = [rotation.excitation for rotation in product.rotations]
    places = [(0, 1), (0, 2), (1, 2)]
    pairs = [Excitation(((q, 0), (q, 1)), ((p, 0), (p, 1))) for p, q in places]
    singles = [Excitation(((q, spin),), ((p, spin),)) for p, q in places for spin in (0, 1)]
    assert found == (pairs + singles) * 2


def test_point_group_leaves_out_singles_between_irreps() -> None:
    """Hydrogen's orbitals are σg and σu."""
    problem = named_problem("h2")
    assert KUpccgsd().excitations(problem).num_parameters == 2
    assert KUpccgsd(point_group=True).excitations(problem).labels == ("1α 1β → 2α 2β",)


@pytest.mark.parametrize("k", [0, 21, 1.5])
def test_what_does_not_fit_is_an_input_error_at_its_key(k: float) -> None:
    with pytest.raises(InputError) as caught:
        ANSATZE.create({"name": "k-upccgsd", "k": k}, ("ansatz",))
    assert caught.value.path == ("ansatz", "k")
