"""Generalised coupled cluster against all index quadruples, matrix exponentials and full CI."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.families import slow
from tests.problems import (
    CH2,
    H2,
    H3,
    H4,
    DenseFermions,
    encoding_of,
    frontier,
    objective_of,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz.uccgsd import Uccgsd
from vqe_cli.ansatz.uccsd import Uccsd
from vqe_cli.fermions.excitations import Excitation, spin_flipped

Sides = frozenset[frozenset[tuple[int, int]]]


def sides(excitation: Excitation) -> Sides:
    """What T and its adjoint have in common, whatever the order of their operators."""
    return frozenset({frozenset(excitation.create), frozenset(excitation.annihilate)})


def all_sides(norb: int) -> set[Sides]:
    """Every pair of distinct sets of one or two spin orbitals with equal spins."""
    everything = [(orbital, spin) for orbital in range(norb) for spin in (0, 1)]
    found = set()
    for count in (1, 2):
        for one, other in combinations(combinations(everything, count), 2):
            if sorted(spin for _, spin in one) == sorted(spin for _, spin in other):
                found.add(frozenset({frozenset(one), frozenset(other)}))
    return found


@pytest.mark.parametrize(("norb", "nelec"), [(2, (1, 1)), (4, (2, 2)), (5, (3, 2))])
def test_every_single_and_double_stands_once(norb: int, nelec: tuple[int, int]) -> None:
    product = Uccgsd(spin_adapted=False).excitations(random_problem(norb, nelec, 1))
    found = [sides(rotation.excitation) for rotation in product.rotations]
    assert len(found) == len(set(found))
    assert set(found) == all_sides(norb)


@pytest.mark.parametrize("nelec", [(2, 1), (1, 2), (2, 0), (3, 1), (3, 2), (3, 3), (1, 1)])
def test_exactly_those_that_vanish_for_the_electrons_are_left_out(nelec: tuple[int, int]) -> None:
    """By the matrix of T in the sector of the electrons."""
    dense = DenseFermions(3)
    sector = dense.sector(nelec).ravel()
    product = Uccgsd(spin_adapted=False).excitations(random_problem(3, nelec, 1))
    expected = set()
    for one, other in (tuple(pair) for pair in all_sides(3)):
        matrix = dense.excitation(Excitation(tuple(one), tuple(other)))
        if np.abs(matrix[np.ix_(sector, sector)]).max() > 0.5:
            expected.add(frozenset({one, other}))
    assert {sides(rotation.excitation) for rotation in product.rotations} == expected


@pytest.mark.parametrize(
    ("norb", "nelec", "spin_adapted", "parameters"),
    [
        (2, (1, 1), False, 6 + 2),
        (2, (1, 1), None, (6 - 2) // 2 + 1 + 1),
        (4, (2, 2), False, 120 + 2 * 15 + 2 * 6),
        (4, (2, 2), None, (120 - 12) // 2 + 6 + 15 + 6),
        (4, (3, 2), None, 120 + (15 - 3) + 15 + 2 * 6),
        (2, (2, 2), None, 0),
        (3, (3, 0), None, 0),
    ],
)
def test_number_of_parameters(
    norb: int, nelec: tuple[int, int], spin_adapted: bool | None, parameters: int
) -> None:
    """By hand, n = norb².

    αβ doubles n(n-1)/2, doubles and singles of each spin. Shared: of the αβ doubles norb(norb-1)/2
    move a pair and are their own flips, as many exchange spins and fall away, the others are
    halved. Three electrons in four orbitals leave no room for 12 → 34 and the like.
    """
    ansatz = Uccgsd(spin_adapted=spin_adapted)
    assert ansatz.excitations(random_problem(norb, nelec, 1)).num_parameters == parameters


def test_shared_amplitudes_belong_to_an_excitation_and_its_spin_flip() -> None:
    product = Uccgsd().excitations(random_problem(4, (2, 2), 1))
    found = [rotation.excitation for rotation in product.rotations]
    for parameter in range(product.num_parameters):
        group = [r.excitation for r in product.rotations if r.parameter == parameter]
        assert {spin_flipped(excitation) for excitation in group} == set(group)
    exchanges = all_sides(4) - {sides(excitation) for excitation in found}
    assert len(exchanges) == 6
    for one, other in exchanges:
        assert {(orbital, 1 - spin) for orbital, spin in one} == set(other)


@pytest.mark.parametrize("nelec", [(2, 2), (3, 1), (1, 3), (2, 1)])
def test_those_of_uccsd_stand_among_them_in_the_same_order(nelec: tuple[int, int]) -> None:
    problem = random_problem(4, nelec, 1)
    smaller = [r.excitation for r in Uccsd().excitations(problem).rotations]
    larger = [r.excitation for r in Uccgsd().excitations(problem).rotations]
    assert [excitation for excitation in larger if excitation in set(smaller)] == smaller


@pytest.mark.parametrize("nelec", [(2, 1), (2, 2), (1, 3)])
def test_state_is_the_product_of_matrix_exponentials(nelec: tuple[int, int]) -> None:
    """Those with a condition included, which is where an orbital stands on both sides."""
    problem, dense = random_problem(3, nelec, 3), DenseFermions(3)
    product = Uccgsd().excitations(problem)
    conditional = [r for r in product.rotations if len(frozenset.union(*sides(r.excitation))) == 3]
    assert conditional
    objective = objective_of(encoding_of(problem), "uccgsd")
    x = np.random.default_rng(2).uniform(-1, 1, product.num_parameters)
    found = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    assert found == pytest.approx(dense.state(product, x)[dense.sector(nelec)], abs=1e-12)


@pytest.mark.parametrize(
    ("molecule", "parts"),
    [(H2, {}), (H4, {}), slow(H3, {}), slow(CH2, {"active_space": frontier(4, 4)})],
    ids=["h2", "h4", "h3", "ch2"],
)
def test_energy_lies_between_full_ci_and_uccsd(
    molecule: Mapping[str, Any], parts: dict[str, Any]
) -> None:
    smaller = run(spec_of(molecule, ansatz="uccsd", **parts))
    larger = run(spec_of(molecule, ansatz="uccgsd", **parts))
    assert larger.result.initial_energy == pytest.approx(smaller.result.initial_energy, abs=1e-10)
    assert larger.result.energy <= smaller.result.energy + 1e-8
    assert larger.error_mha is not None
    assert -1e-5 <= larger.error_mha <= 0.1
    assert larger.verdict == "pass"
