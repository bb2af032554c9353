"""The number-preserving fabric against its published gates and full CI."""

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
from vqe_cli.ansatz.qnp import Qnp


def givens(angle: float, one: int, other: int, size: int) -> np.ndarray:
    """A rotation by half the angle of two basis states, the others untouched."""
    matrix = np.eye(size)
    cosine, sine = np.cos(angle / 2), np.sin(angle / 2)
    matrix[[one, one, other, other], [one, other, one, other]] = cosine, -sine, sine, cosine
    return matrix


def test_block_is_the_published_pair_of_gates() -> None:
    """On orbitals p and q: QNP_PX turns |pp⟩ and |qq⟩, QNP_OR is a Givens gate for each spin.

    Qubits pα, qα, pβ, qβ are bits 0 to 3; the paper's angles are twice ours.
    """
    theta, phi = 0.7, -1.1
    product = Qnp(layers=1).excitations(random_problem(2, (1, 1), 1))
    one_spin = givens(2 * phi, 0b01, 0b10, 4)
    orbital_rotation = np.kron(one_spin, one_spin)
    pair_exchange = givens(2 * theta, 0b0101, 0b1010, 16)
    dense = DenseFermions(2)
    expected = orbital_rotation @ pair_exchange @ dense.reference((1, 1))
    assert dense.state(product, np.array([theta, phi])) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("norb", "nelec", "layers", "parameters", "rotations"),
    [
        (2, (1, 1), None, 2, 3),
        (4, (2, 2), 1, 2 * 3, 3 * 3),
        (4, (2, 2), None, 3 * 2 * 3, 3 * 3 * 3),
        (6, (3, 2), 3, 3 * 2 * 5, 3 * 3 * 5),
        (3, (2, 0), 1, 2, 2),
        (1, (1, 0), None, 0, 0),
        (3, (3, 3), 2, 0, 0),
    ],
)
def test_numbers_of_parameters_and_rotations(
    norb: int, nelec: tuple[int, int], layers: int | None, parameters: int, rotations: int
) -> None:
    """norb - 1 blocks of a pair and a spin-summed single; full and empty spins do not move."""
    product = Qnp(layers=layers).excitations(random_problem(norb, nelec, 1))
    assert product.num_parameters == parameters
    assert len(product.rotations) == rotations


def test_blocks_stand_like_bricks() -> None:
    labels = Qnp(layers=2, perfect_pairing=False).excitations(random_problem(4, (2, 2), 1)).labels
    expected = []
    for p, q in [(1, 2), (3, 4), (2, 3)] * 2:
        expected += [f"{p}α {p}β → {q}α {q}β", f"{p}α → {q}α"]
    assert labels == tuple(expected)


def test_perfect_pairing_changes_the_neighbours() -> None:
    labels = Qnp(layers=1).excitations(random_problem(4, (2, 2), 1)).labels
    assert labels[0::2] == ("1α 1β → 4α 4β", "2α 2β → 3α 3β", "2α 2β → 4α 4β")


@pytest.mark.parametrize("nelec", [(2, 1), (1, 1), (2, 2)])
def test_state_is_the_product_of_matrix_exponentials(nelec: tuple[int, int]) -> None:
    problem, dense = random_problem(3, nelec, 3), DenseFermions(3)
    product = Qnp(layers=2).excitations(problem)
    objective = objective_of(encoding_of(problem), {"name": "qnp", "layers": 2})
    x = np.random.default_rng(2).uniform(-2, 2, product.num_parameters)
    found = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    assert found == pytest.approx(dense.state(product, x)[dense.sector(nelec)], abs=1e-12)


@pytest.mark.parametrize("name", ["h4", "h3-doublet", "ch2-triplet", "random-3-1-2"])
def test_total_spin_is_conserved_at_any_parameters(name: str) -> None:
    problem = named_problem(name)
    objective = objective_of(encoding_of(problem), "qnp")
    x = np.random.default_rng(4).uniform(-2, 2, objective.traits.num_parameters)
    spin = abs(problem.nelec[0] - problem.nelec[1]) / 2
    measured = objective.observables(x, 0)["s-squared"].value
    assert measured == pytest.approx(spin * (spin + 1), abs=1e-10)


def test_one_block_is_exact_for_two_electrons_in_two_orbitals() -> None:
    record = run(spec_of(H2, ansatz="qnp"))
    assert record.error_mha == pytest.approx(0.0, abs=1e-5)
    assert record.verdict == "pass"


def test_layers_reach_full_ci_of_h4() -> None:
    errors = []
    for layers in (1, None, 5):
        record = run(spec_of(H4, ansatz={"name": "qnp", "layers": layers}))
        assert record.error_mha is not None
        errors.append(record.error_mha)
    assert errors[0] > 1.6 > errors[1] > -1e-5
    assert errors[2] == pytest.approx(0.0, abs=1e-3)


def test_open_shells_reach_full_ci() -> None:
    record = run(spec_of(H3, ansatz={"name": "qnp", "layers": 4}))
    assert record.error_mha == pytest.approx(0.0, abs=1e-3)
