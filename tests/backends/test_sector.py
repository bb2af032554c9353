"""The sector simulator against dense matrices on all of Fock space."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from tests.problems import DenseFermions, central_differences, random_problem
from vqe_cli.backends.exact_simulator.sector import SectorObjective, pair_table
from vqe_cli.backends.exact_simulator.strings import Strings
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.excitations import Excitation, ExcitationProduct, Rotation

DENSE = {norb: DenseFermions(norb) for norb in (1, 2, 3, 4)}


@st.composite
def excitations(draw: st.DrawFn, norb: int) -> Excitation:
    """Any order of any spin orbitals, created and annihilated ones also overlapping."""
    spins = draw(st.lists(st.integers(0, 1), min_size=1, max_size=3))
    spins = [spin for spin in (0, 1) for _ in range(min(spins.count(spin), norb))]
    sides = []
    for _ in range(2):
        chosen = [
            (orbital, spin)
            for spin in (0, 1)
            for orbital in draw(st.permutations(range(norb)))[: spins.count(spin)]
        ]
        sides.append(tuple(draw(st.permutations(chosen))))
    if set(sides[0]) == set(sides[1]):
        sides = [((norb - 1, spins[0]),), ((0, spins[0]),)]  # type: ignore[list-item]
    return Excitation(sides[0], sides[1])


@st.composite
def products(draw: st.DrawFn, max_norb: int = 3) -> ExcitationProduct:
    """Random excitations in random order, some sharing a parameter."""
    norb = draw(st.integers(2, max_norb))
    nelec = (draw(st.integers(0, norb)), draw(st.integers(0, norb)))
    count = draw(st.integers(1, 6))
    parameters = draw(st.integers(1, 4))
    rotations = tuple(
        Rotation(
            draw(excitations(norb)),
            draw(st.integers(0, parameters - 1)),
            draw(st.sampled_from([1.0, -1.0, 0.5, 2.0])),
        )
        for _ in range(count)
    )
    return ExcitationProduct(norb, nelec, rotations, parameters)


def dense_state(product: ExcitationProduct, x: np.ndarray) -> np.ndarray:
    """The state in all of Fock space, one matrix exponential after another."""
    dense = DENSE[product.norb]
    state = dense.reference(product.nelec)
    for rotation in product.rotations:
        excite = dense.excitation(rotation.excitation)
        state = expm(rotation.factor * x[rotation.parameter] * (excite - excite.T)) @ state
    return state


def problem_for(product: ExcitationProduct) -> ElectronicProblem:
    return random_problem(product.norb, product.nelec, seed=5)


def angles(product: ExcitationProduct) -> np.ndarray:
    rng = np.random.default_rng(len(product.rotations))
    return rng.uniform(-3, 3, size=product.num_parameters)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(products(max_norb=4))
def test_state_equals_products_of_matrix_exponentials(product: ExcitationProduct) -> None:
    x = angles(product)
    found = SectorObjective(problem_for(product), product).state(x)
    expected = dense_state(product, x)
    sector = DENSE[product.norb].sector(product.nelec)
    assert np.linalg.norm(expected[sector]) == pytest.approx(1.0)
    np.testing.assert_allclose(found, expected[sector], atol=1e-12)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(products())
def test_energy_gradient_and_observables_equal_dense_ones(product: ExcitationProduct) -> None:
    problem, x, dense = problem_for(product), angles(product), DENSE[product.norb]
    objective = SectorObjective(problem, product)
    hamiltonian, state = dense.hamiltonian(problem), dense_state(product, x)
    energy = state @ hamiltonian @ state
    assert objective.energy(x).value == pytest.approx(energy, abs=1e-11)
    value, gradient = objective.energy_and_gradient(x)
    assert value == pytest.approx(energy, abs=1e-11)
    numerical = central_differences(lambda y: objective.energy(y).value, x)
    np.testing.assert_allclose(gradient, numerical, atol=1e-8)
    expected = {name: state @ matrix @ state for name, matrix in dense.spin_operators().items()}
    expected["energy-variance"] = np.linalg.norm(hamiltonian @ state - energy * state) ** 2
    observables = objective.observables(x)
    assert set(observables) == set(expected)
    for name, number in expected.items():
        assert observables[name].value == pytest.approx(number, abs=1e-9), name


@pytest.mark.parametrize("norb", [1, 2, 3])
def test_hamiltonian_times_a_vector_equals_the_dense_matrix_in_every_sector(norb: int) -> None:
    dense, rng = DENSE[norb], np.random.default_rng(3)
    for alpha in range(norb + 1):
        for beta in range(norb + 1):
            problem = random_problem(norb, (alpha, beta), seed=2)
            objective = SectorObjective(problem, ExcitationProduct(norb, (alpha, beta), (), 0))
            places = dense.sector((alpha, beta))
            vector = rng.normal(size=places.shape)
            full = np.zeros(4**norb)
            full[places] = vector
            product = (dense.hamiltonian(problem) - problem.core_energy * np.eye(4**norb)) @ full
            np.testing.assert_allclose(
                objective.hamiltonian_times(vector), product[places], atol=1e-12
            )
            outside = np.delete(product, places.ravel())
            assert np.abs(outside).max(initial=0.0) < 1e-12


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_pairs_of_an_excitation_are_disjoint(data: st.DataObject) -> None:
    norb = data.draw(st.integers(2, 4))
    excitation = data.draw(excitations(norb))
    alpha, beta = (Strings(norb, data.draw(st.integers(0, norb))) for _ in range(2))
    table = pair_table(excitation, alpha, beta)
    places = np.arange(alpha.values.size * beta.values.size).reshape(alpha.values.size, -1)
    touched = np.concatenate([places[table.source].ravel(), places[table.target].ravel()])
    assert np.unique(touched).size == touched.size


def test_state_stays_normalised_over_many_rotations() -> None:
    rng = np.random.default_rng(1)
    moves = [Excitation(((a, s),), ((i, s),)) for s in (0, 1) for i in (0, 1) for a in (2, 3)]
    rotations = tuple(Rotation(moves[k % len(moves)], k) for k in range(400))
    product = ExcitationProduct(4, (2, 2), rotations, 400)
    state = SectorObjective(random_problem(4, (2, 2), 1), product).state(rng.normal(size=400))
    assert np.linalg.norm(state) == pytest.approx(1.0, abs=1e-13)
