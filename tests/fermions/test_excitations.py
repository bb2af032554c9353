"""Excitations and their products."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from tests.problems import DenseFermions
from vqe_cli.fermions.excitations import (
    Excitation,
    ExcitationProduct,
    Rotation,
    opposite_spin_doubles,
    same_spin_doubles,
    shared_product,
    singles,
    spin_flipped,
)

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("create", "annihilate", "message"),
    [
        (((1, 0), (1, 0)), ((0, 0), (2, 0)), "twice"),
        (((1, 0),), ((0, 0), (0, 1)), "conserve spin"),
        (((1, 1),), ((0, 0),), "conserve spin"),
        (((1, 0), (0, 1)), ((0, 1), (1, 0)), "move an electron"),
        ((), (), "move an electron"),
    ],
)
def test_impossible_excitations_are_refused(create: tuple, annihilate: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Excitation(create, annihilate)


def test_label_counts_orbitals_from_one() -> None:
    assert Excitation(((1, 0), (1, 1)), ((0, 0), (0, 1))).label() == "1α 1β → 2α 2β"


@pytest.mark.parametrize(("norb", "nelec"), [(4, (2, 2)), (5, (3, 1)), (3, (3, 0)), (2, (0, 0))])
def test_numbers_of_excitations_are_binomial(norb: int, nelec: tuple[int, int]) -> None:
    na, nb = nelec
    va, vb = norb - na, norb - nb
    assert len(set(singles(norb, nelec, 0))) == na * va
    assert len(set(singles(norb, nelec, 1))) == nb * vb
    assert len(set(same_spin_doubles(norb, nelec, 0))) == comb(na, 2) * comb(va, 2)
    assert len(set(same_spin_doubles(norb, nelec, 1))) == comb(nb, 2) * comb(vb, 2)
    assert len(set(opposite_spin_doubles(norb, nelec))) == na * va * nb * vb


def test_flipping_the_spins_twice_changes_nothing() -> None:
    everything = [
        *singles(4, (2, 2), 0),
        *same_spin_doubles(4, (2, 2), 1),
        *opposite_spin_doubles(4, (2, 2)),
    ]
    for excitation in everything:
        assert spin_flipped(spin_flipped(excitation)) == excitation


def test_flipped_double_is_the_operator_with_alpha_and_beta_exchanged() -> None:
    dense = DenseFermions(4)
    swap = np.zeros((256, 256))
    for bits in range(256):
        alpha, beta = bits & 15, bits >> 4
        sign = (-1) ** (alpha.bit_count() * beta.bit_count())
        swap[beta + (alpha << 4), bits] = sign
    nelec = (2, 2)
    doubles = [*opposite_spin_doubles(4, nelec), *same_spin_doubles(4, nelec, 0)]
    for excitation in [*doubles, *singles(4, nelec, 1)]:
        flipped = swap @ dense.excitation(excitation) @ swap.T
        np.testing.assert_allclose(dense.excitation(spin_flipped(excitation)), flipped)


def test_shared_product_gives_each_group_one_parameter() -> None:
    up, down = (Excitation(((1, spin),), ((0, spin),)) for spin in (0, 1))
    double = Excitation(((1, 0), (1, 1)), ((0, 0), (0, 1)))
    product = shared_product(2, (1, 1), [[double], [up, down]])
    assert [rotation.parameter for rotation in product.rotations] == [0, 1, 1]
    assert [rotation.excitation for rotation in product.rotations] == [double, up, down]
    assert product.num_parameters == 2
    assert product.labels == ("1α 1β → 2α 2β", "1α → 2α")


def test_parameter_outside_the_vector_is_refused() -> None:
    rotation = Rotation(Excitation(((1, 0),), ((0, 0),)), 1)
    with pytest.raises(ValueError, match="below 1"):
        ExcitationProduct(2, (1, 0), (rotation,), 1)


def test_unused_parameter_is_called_so() -> None:
    rotation = Rotation(Excitation(((1, 0),), ((0, 0),)), 1)
    assert ExcitationProduct(2, (1, 0), (rotation,), 2).labels == ("unused", "1α → 2α")
