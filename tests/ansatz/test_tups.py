"""Tiled unitary product states against hand counts, matrix exponentials and full CI."""

from __future__ import annotations

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
from vqe_cli.ansatz._brick_wall import line_of_orbitals
from vqe_cli.ansatz.tups import Tups
from vqe_cli.errors import InputError


@pytest.mark.parametrize(
    ("norb", "nelec", "layers", "parameters", "rotations"),
    [
        (2, (1, 1), 1, 3, 5),
        (4, (2, 2), 1, 3 * 3, 5 * 3),
        (5, (2, 2), 4, 4 * 3 * 4, 4 * 5 * 4),
        (6, (3, 2), 3, 3 * 3 * 5, 3 * 5 * 5),
        (4, (2, 2), None, 3 * 3 * 3, 3 * 5 * 3),
        (7, (5, 5), None, 4 * 3 * 6, 4 * 5 * 6),
        (3, (2, 0), 1, 2 * 2, 2 * 2),
        (1, (1, 0), 2, 0, 0),
        (3, (3, 3), 2, 0, 0),
    ],
)
def test_numbers_of_parameters_and_rotations(
    norb: int, nelec: tuple[int, int], layers: int | None, parameters: int, rotations: int
) -> None:
    """norb - 1 blocks of two spin-summed singles and a pair; full and empty spins do not move."""
    product = Tups(layers=layers).excitations(random_problem(norb, nelec, 1))
    assert product.num_parameters == parameters
    assert len(product.rotations) == rotations


def test_blocks_stand_like_bricks() -> None:
    """Burton's Eq. for U: odd neighbours first, then even ones; κ, τ, κ on each."""
    labels = Tups(layers=2, perfect_pairing=False).excitations(random_problem(4, (2, 2), 1)).labels
    bricks = [(1, 2), (3, 4), (2, 3)] * 2
    expected = []
    for p, q in bricks:
        expected += [f"{p}α → {q}α", f"{p}α {p}β → {q}α {q}β", f"{p}α → {q}α"]
    assert labels == tuple(expected)


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


def test_first_blocks_of_perfect_pairing_act_on_the_pairs() -> None:
    labels = Tups(layers=1).excitations(random_problem(4, (2, 2), 1)).labels
    assert labels[1::3] == ("1α 1β → 4α 4β", "2α 2β → 3α 3β", "2α 2β → 4α 4β")


@pytest.mark.parametrize("perfect_pairing", [True, False])
@pytest.mark.parametrize("nelec", [(2, 1), (1, 1), (2, 2)])
def test_state_is_the_product_of_matrix_exponentials(
    nelec: tuple[int, int], perfect_pairing: bool
) -> None:
    problem, dense = random_problem(3, nelec, 3), DenseFermions(3)
    options = {"layers": 2, "perfect_pairing": perfect_pairing}
    product = Tups(**options).excitations(problem)
    objective = objective_of(encoding_of(problem), {"name": "tups", **options})
    x = np.random.default_rng(2).uniform(-2, 2, product.num_parameters)
    found = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    assert found == pytest.approx(dense.state(product, x)[dense.sector(nelec)], abs=1e-12)


@pytest.mark.parametrize("name", ["h4", "h3-doublet", "ch2-triplet", "random-3-1-2"])
def test_total_spin_is_conserved_at_any_parameters(name: str) -> None:
    problem = named_problem(name)
    objective = objective_of(encoding_of(problem), "tups")
    x = np.random.default_rng(4).uniform(-2, 2, objective.traits.num_parameters)
    spin = abs(problem.nelec[0] - problem.nelec[1]) / 2
    measured = objective.observables(x, 0)["s-squared"].value
    assert measured == pytest.approx(spin * (spin + 1), abs=1e-10)


def test_one_block_is_exact_for_two_electrons_in_two_orbitals() -> None:
    record = run(spec_of(H2, ansatz={"name": "tups", "layers": 1}))
    assert record.error_mha == pytest.approx(0.0, abs=1e-5)
    assert record.verdict == "pass"


def test_layers_reach_full_ci_of_h4() -> None:
    errors = []
    for layers in (1, 2, None):
        record = run(spec_of(H4, ansatz={"name": "tups", "layers": layers}))
        assert record.error_mha is not None
        errors.append(record.error_mha)
    assert errors[0] > errors[1] > -1e-5
    assert errors[2] == pytest.approx(0.0, abs=1e-3)


def test_open_shells_reach_full_ci() -> None:
    record = run(spec_of(H3, ansatz={"name": "tups", "layers": 3}))
    assert record.error_mha == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(("option", "value"), [("layers", 0), ("perfect_pairing", "hf")])
def test_what_does_not_fit_is_an_input_error_at_its_key(option: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        ANSATZE.create({"name": "tups", option: value}, ("ansatz",))
    assert caught.value.path == ("ansatz", option)
