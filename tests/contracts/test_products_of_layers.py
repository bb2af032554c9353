"""The contract of ansätze of repeated layers: counts, spin, matrix exponentials, full CI.

A new ansatz of this family is a few rows of the tables.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.problems import (
    H2,
    H3,
    H4,
    DenseFermions,
    encoding_of,
    named_problem,
    objective_of,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.fermions.problem import ElectronicProblem


class Counts(NamedTuple):
    """Numbers of an ansatz for given electrons and orbitals, counted by hand."""

    selection: dict[str, Any]
    norb: int
    nelec: tuple[int, int]
    parameters: int
    rotations: int


def product_of(selection: dict[str, Any], problem: ElectronicProblem) -> ExcitationProduct:
    product = ANSATZE.create(selection).excitations(problem)
    assert product is not None
    return product


def tups(layers: int | None = None, **options: Any) -> dict[str, Any]:
    return {"name": "tups", "layers": layers, **options}


def qnp(layers: int | None = None, **options: Any) -> dict[str, Any]:
    return {"name": "qnp", "layers": layers, **options}


def k_upccgsd(k: int = 1) -> dict[str, Any]:
    return {"name": "k-upccgsd", "k": k}


COUNTS = [
    # norb - 1 bricks of two spin-summed singles (two rotations each) and a pair
    Counts(tups(1), 2, (1, 1), 3, 5),
    Counts(tups(1), 4, (2, 2), 3 * 3, 5 * 3),
    Counts(tups(4), 5, (2, 2), 4 * 3 * 4, 4 * 5 * 4),
    Counts(tups(3), 6, (3, 2), 3 * 3 * 5, 3 * 5 * 5),
    Counts(tups(), 4, (2, 2), 3 * 3 * 3, 3 * 5 * 3),
    Counts(tups(), 7, (5, 5), 4 * 3 * 6, 4 * 5 * 6),
    # norb - 1 bricks of a pair and a spin-summed single
    Counts(qnp(), 2, (1, 1), 2, 3),
    Counts(qnp(1), 4, (2, 2), 2 * 3, 3 * 3),
    Counts(qnp(), 4, (2, 2), 3 * 2 * 3, 3 * 3 * 3),
    Counts(qnp(3), 6, (3, 2), 3 * 2 * 5, 3 * 3 * 5),
    # a pair and a spin-summed single for any two orbitals
    Counts(k_upccgsd(1), 2, (1, 1), 1 + 1, 1 + 2),
    Counts(k_upccgsd(1), 4, (2, 2), 6 + 6, 6 + 12),
    Counts(k_upccgsd(3), 4, (3, 2), 3 * (6 + 6), 3 * (6 + 12)),
    Counts(k_upccgsd(2), 6, (2, 2), 2 * (15 + 15), 2 * (15 + 30)),
    # full and empty spins do not move
    Counts(tups(1), 3, (2, 0), 2 * 2, 2 * 2),
    Counts(tups(2), 1, (1, 0), 0, 0),
    Counts(tups(2), 3, (3, 3), 0, 0),
    Counts(qnp(1), 3, (2, 0), 2, 2),
    Counts(qnp(), 1, (1, 0), 0, 0),
    Counts(qnp(2), 3, (3, 3), 0, 0),
    Counts(k_upccgsd(2), 3, (2, 0), 2 * 3, 2 * 3),
    Counts(k_upccgsd(1), 3, (3, 1), 3, 3),
    Counts(k_upccgsd(5), 3, (3, 3), 0, 0),
]

LAYERED = [tups(2), tups(2, perfect_pairing=False), qnp(2), k_upccgsd(2)]
every_layered = pytest.mark.parametrize(
    "selection", LAYERED, ids=["tups", "tups-unpaired", "qnp", "k-upccgsd"]
)


def words(row: Counts) -> str:
    options = [str(value) for value in row.selection.values()]
    return "-".join([*options, str(row.norb), *map(str, row.nelec)])


@pytest.mark.parametrize("row", COUNTS, ids=words)
def test_numbers_of_parameters_and_rotations(row: Counts) -> None:
    product = product_of(row.selection, random_problem(row.norb, row.nelec, 1))
    assert (product.num_parameters, len(product.rotations)) == (row.parameters, row.rotations)


@pytest.mark.parametrize(
    ("selection", "brick"),
    [
        (tups(2, perfect_pairing=False), "{p}α → {q}α; {p}α {p}β → {q}α {q}β; {p}α → {q}α"),
        (qnp(2, perfect_pairing=False), "{p}α {p}β → {q}α {q}β; {p}α → {q}α"),
    ],
    ids=["tups", "qnp"],
)
def test_blocks_stand_like_bricks(selection: dict[str, Any], brick: str) -> None:
    """Odd neighbours first, then even ones (arXiv:2312.09761 and arXiv:2104.05695)."""
    labels = product_of(selection, random_problem(4, (2, 2), 1)).labels
    expected: list[str] = []
    for p, q in [(1, 2), (3, 4), (2, 3)] * 2:
        expected += brick.format(p=p, q=q).split("; ")
    assert labels == tuple(expected)


@pytest.mark.parametrize(
    ("selection", "places"), [(tups(1), slice(1, None, 3)), (qnp(1), slice(0, None, 2))]
)
def test_perfect_pairing_puts_partners_into_the_first_bricks(
    selection: dict[str, Any], places: slice
) -> None:
    labels = product_of(selection, random_problem(4, (2, 2), 1)).labels
    assert labels[places] == ("1α 1β → 4α 4β", "2α 2β → 3α 3β", "2α 2β → 4α 4β")


@every_layered
@pytest.mark.parametrize("nelec", [(2, 1), (1, 1), (2, 2)])
def test_state_is_the_product_of_matrix_exponentials(
    selection: dict[str, Any], nelec: tuple[int, int]
) -> None:
    problem, dense = random_problem(3, nelec, 3), DenseFermions(3)
    product = product_of(selection, problem)
    objective = objective_of(encoding_of(problem), selection)
    x = np.random.default_rng(2).uniform(-2, 2, product.num_parameters)
    found = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    assert found == pytest.approx(dense.state(product, x)[dense.sector(nelec)], abs=1e-12)


@every_layered
@pytest.mark.parametrize("name", ["h4", "h3-doublet", "ch2-triplet", "random-3-1-2"])
def test_total_spin_is_conserved_at_any_parameters(selection: dict[str, Any], name: str) -> None:
    """S(S+1), for a random problem of the reference determinant's spin."""
    problem = named_problem(name)
    objective = objective_of(encoding_of(problem), selection)
    x = np.random.default_rng(4).uniform(-2, 2, objective.traits.num_parameters)
    spin = abs(problem.nelec[0] - problem.nelec[1]) / 2
    measured = objective.observables(x, 0)["s-squared"].value
    assert measured == pytest.approx(spin * (spin + 1), abs=1e-10)


@pytest.mark.parametrize("selection", [tups(1), qnp(), k_upccgsd()])
def test_one_layer_is_exact_for_two_electrons_in_two_orbitals(selection: dict[str, Any]) -> None:
    record = run(spec_of(H2, ansatz=selection))
    assert record.error_mha == pytest.approx(0.0, abs=1e-5)
    assert record.verdict == "pass"


@pytest.mark.parametrize(
    "growing",
    [
        [tups(1), tups(2), tups()],
        [qnp(1), qnp(), qnp(5)],
        [k_upccgsd(1), k_upccgsd(2), k_upccgsd(3)],
    ],
    ids=["tups", "qnp", "k-upccgsd"],
)
def test_more_layers_reach_full_ci_of_h4(growing: list[dict[str, Any]]) -> None:
    errors = []
    for selection in growing:
        record = run(spec_of(H4, ansatz=selection))
        assert record.error_mha is not None
        errors.append(record.error_mha)
    assert errors[0] > errors[1] > -1e-5
    assert errors[2] == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("selection", [tups(3), qnp(4), k_upccgsd(2)])
def test_open_shells_reach_full_ci(selection: dict[str, Any]) -> None:
    record = run(spec_of(H3, ansatz=selection))
    assert record.error_mha == pytest.approx(0.0, abs=1e-3)
