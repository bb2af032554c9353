"""k-UpCCGSD against hand counts, matrix exponentials and full CI."""

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
from vqe_cli.ansatz.k_upccgsd import KUpccgsd
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import Excitation


@pytest.mark.parametrize(
    ("norb", "nelec", "k", "parameters", "rotations"),
    [
        (2, (1, 1), 1, 1 + 1, 1 + 2),
        (4, (2, 2), 1, 6 + 6, 6 + 12),
        (4, (3, 2), 3, 3 * (6 + 6), 3 * (6 + 12)),
        (6, (2, 2), 2, 2 * (15 + 15), 2 * (15 + 30)),
        (3, (2, 0), 2, 2 * 3, 2 * 3),
        (3, (3, 1), 1, 3, 3),
        (3, (3, 3), 5, 0, 0),
    ],
)
def test_numbers_of_parameters_and_rotations(
    norb: int, nelec: tuple[int, int], k: int, parameters: int, rotations: int
) -> None:
    """A pair and a spin-summed single for any two orbitals; full and empty spins do not move."""
    product = KUpccgsd(k=k).excitations(random_problem(norb, nelec, 1))
    assert product.num_parameters == parameters
    assert len(product.rotations) == rotations


def test_pairs_act_before_singles_in_each_product() -> None:
    product = KUpccgsd(k=2).excitations(random_problem(3, (2, 1), 1))
    found = [rotation.excitation for rotation in product.rotations]
    places = [(0, 1), (0, 2), (1, 2)]
    pairs = [Excitation(((q, 0), (q, 1)), ((p, 0), (p, 1))) for p, q in places]
    singles = [Excitation(((q, spin),), ((p, spin),)) for p, q in places for spin in (0, 1)]
    assert found == (pairs + singles) * 2


@pytest.mark.parametrize("nelec", [(2, 1), (1, 1), (2, 2)])
def test_state_is_the_product_of_matrix_exponentials(nelec: tuple[int, int]) -> None:
    problem, dense = random_problem(3, nelec, 3), DenseFermions(3)
    ansatz = {"name": "k-upccgsd", "k": 2}
    product = KUpccgsd(k=2).excitations(problem)
    objective = objective_of(encoding_of(problem), ansatz)
    x = np.random.default_rng(2).uniform(-2, 2, product.num_parameters)
    found = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    assert found == pytest.approx(dense.state(product, x)[dense.sector(nelec)], abs=1e-12)


@pytest.mark.parametrize("name", ["h4", "h3-doublet", "ch2-triplet", "random-3-1-2"])
def test_total_spin_is_conserved_at_any_parameters(name: str) -> None:
    """S(S+1), for a random problem of the reference determinant's spin."""
    problem = named_problem(name)
    objective = objective_of(encoding_of(problem), {"name": "k-upccgsd", "k": 2})
    x = np.random.default_rng(4).uniform(-2, 2, objective.traits.num_parameters)
    spin = abs(problem.nelec[0] - problem.nelec[1]) / 2
    measured = objective.observables(x, 0)["s-squared"].value
    assert measured == pytest.approx(spin * (spin + 1), abs=1e-10)


def test_one_product_is_exact_for_two_electrons_in_two_orbitals() -> None:
    record = run(spec_of(H2, ansatz="k-upccgsd"))
    assert record.error_mha == pytest.approx(0.0, abs=1e-5)
    assert record.verdict == "pass"


def test_more_products_reach_full_ci_of_h4() -> None:
    errors = []
    for k in (1, 2, 3):
        record = run(spec_of(H4, ansatz={"name": "k-upccgsd", "k": k}))
        assert record.error_mha is not None
        errors.append(record.error_mha)
    assert errors[0] > errors[1] > -1e-5
    assert errors[2] == pytest.approx(0.0, abs=1e-3)


def test_open_shells_reach_full_ci() -> None:
    record = run(spec_of(H3, ansatz={"name": "k-upccgsd", "k": 2}))
    assert record.error_mha == pytest.approx(0.0, abs=1e-3)


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
