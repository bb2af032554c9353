"""The sector simulator against dense matrices on all of Fock space."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.functions import central_differences
from tests.problems import DenseFermions, named_problem, random_problem
from vqe_cli.ansatz.uccsd import Uccsd
from vqe_cli.backends.exact.sector import SectorObjective, curvature
from vqe_cli.backends.exact.sweeps import FlatSweep, GridSweep
from vqe_cli.fermions.determinants.hamiltonian import Direct, Sparse
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared
from vqe_cli.fermions.determinants.tables import PairTables
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation
from vqe_cli.fermions.problem import ElectronicProblem

DENSE = {norb: DenseFermions(norb) for norb in (1, 2, 3, 4)}


@st.composite
def excitations(draw: st.DrawFn, norb: int) -> Excitation:
    """Excitations of any spin orbitals in any order, of fermions or of qubits."""
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
    return Excitation(sides[0], sides[1], qubit=draw(st.booleans()))


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
    """The state vector in all of Fock space."""
    return DENSE[product.norb].state(product, x)


def problem_for(product: ExcitationProduct) -> ElectronicProblem:
    return random_problem(product.norb, product.nelec, seed=5)


def angles(product: ExcitationProduct) -> np.ndarray:
    rng = np.random.default_rng(len(product.rotations))
    return rng.uniform(-3, 3, size=product.num_parameters)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(products())
def test_state_equals_products_of_matrix_exponentials(product: ExcitationProduct) -> None:
    check_state(product)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(products(max_norb=4))
def test_state_of_four_orbitals_equals_products_too(product: ExcitationProduct) -> None:
    """Exponentials of matrices of 256 rows; double excitations beside spectators."""
    check_state(product)


def check_state(product: ExcitationProduct) -> None:
    """Compare the state with that of dense matrices in all of Fock space."""
    x = angles(product)
    objective = SectorObjective(problem_for(product), product)
    found = objective.space.unpack(objective.state(x))
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
            for method in (Sparse, Direct):
                found = method(problem, objective.space).times(vector.ravel())
                np.testing.assert_allclose(found.reshape(places.shape), product[places], atol=1e-12)
            outside = np.delete(product, places.ravel())
            assert np.abs(outside).max(initial=0.0) < 1e-12


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_pairs_of_an_excitation_are_disjoint(data: st.DataObject) -> None:
    norb = data.draw(st.integers(2, 4))
    excitation = data.draw(excitations(norb))
    nelec = (data.draw(st.integers(0, norb)), data.draw(st.integers(0, norb)))
    space = SectorSpace(norb, nelec, (0,) * norb, 0)
    sweep = FlatSweep(PairTables(space), [excitation])
    touched = np.concatenate([sweep.source, sweep.target])
    assert np.unique(touched).size == touched.size


@st.composite
def symmetric_products(draw: st.DrawFn) -> tuple[ExcitationProduct, tuple[int, ...]]:
    """Random excitations that keep the irrep, over orbitals of random irreps of D2h."""
    product = draw(products(max_norb=4))
    irreps = tuple(draw(st.integers(0, 7)) for _ in range(product.norb))
    kept = tuple(r for r in product.rotations if r.excitation.irrep(irreps) == 0)
    return ExcitationProduct(product.norb, product.nelec, kept, product.num_parameters), irreps


def reference_space(product: ExcitationProduct, irreps: tuple[int, ...]) -> SectorSpace:
    target = 0
    for spin in (0, 1):
        for irrep in irreps[: product.nelec[spin]]:
            target ^= irrep
    return SectorSpace(product.norb, product.nelec, irreps, target)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(symmetric_products())
def test_blocks_of_irreps_hold_the_same_state(
    drawn: tuple[ExcitationProduct, tuple[int, ...]],
) -> None:
    """Both sweeps, on one thread and on two, against matrix exponentials in all of Fock space."""
    product, irreps = drawn
    x, space = angles(product), reference_space(product, irreps)
    moves = [rotation.excitation for rotation in product.rotations]
    turns = np.array([r.factor * x[r.parameter] for r in product.rotations])
    whole, sector = dense_state(product, x), DENSE[product.norb].sector(product.nelec)
    spin = DENSE[product.norb].spin_operators()["s-squared"]
    expected = whole[sector]
    bra = np.random.default_rng(2).normal(size=space.dimension)
    slopes = []
    tables = PairTables(space)
    for sweep in (FlatSweep(tables, moves), GridSweep(tables, moves), GridSweep(tables, moves, 2)):
        psi = np.zeros(space.dimension)
        psi[space.row_start[0] + space.column[0]] = 1.0
        sweep.forward(psi, turns)
        np.testing.assert_allclose(space.unpack(psi), expected, atol=1e-12)
        operator = SpinSquared(space)
        assert operator.expectation(psi) == pytest.approx(whole @ spin @ whole, abs=1e-10)
        applied = (spin @ whole)[sector]
        np.testing.assert_allclose(space.unpack(operator.times(psi)), applied, atol=1e-12)
        other = bra.copy()
        slopes.append(sweep.backward(psi, other, turns))
        start = np.zeros(space.dimension)
        start[space.row_start[0] + space.column[0]] = 1.0
        np.testing.assert_allclose(psi, start, atol=1e-12)
    np.testing.assert_allclose(slopes[1], slopes[0], atol=1e-12)
    np.testing.assert_allclose(slopes[2], slopes[0], atol=1e-12)


@pytest.mark.parametrize("nelec", [(2, 2), (3, 1), (1, 2), (0, 2), (4, 3)])
@pytest.mark.parametrize("irreps", [(0, 0, 1, 1), (0, 5, 0, 5), (0, 2, 3, 1), (7, 6, 5, 4)])
def test_hamiltonian_in_blocks_of_irreps_equals_the_dense_matrix(
    nelec: tuple[int, int], irreps: tuple[int, ...]
) -> None:
    problem = random_problem(4, nelec, seed=4)
    label = np.array(irreps)
    pair = label[:, None] ^ label[None, :]
    h1 = np.where(pair == 0, problem.h1, 0.0)
    h2 = np.where(pair[:, :, None, None] ^ pair[None, None, :, :] == 0, problem.h2, 0.0)
    symmetric = replace(problem, h1=h1, h2=h2)
    dense = DENSE[4]
    matrix = dense.hamiltonian(symmetric) - problem.core_energy * np.eye(256)
    places = dense.sector(nelec)
    for target in range(1 << max(irreps).bit_length()):
        space = SectorSpace(4, nelec, irreps, target)
        if space.dimension == 0:
            continue
        psi = np.random.default_rng(1).normal(size=space.dimension)
        full = np.zeros(256)
        full[places] = space.unpack(psi)
        expected = (matrix @ full)[places]
        for method in (Sparse, Direct):
            found = method(symmetric, space).times(psi)
            np.testing.assert_allclose(space.unpack(found), expected, atol=1e-12)


def test_state_stays_normalised_over_many_rotations() -> None:
    rng = np.random.default_rng(1)
    moves = [Excitation(((a, s),), ((i, s),)) for s in (0, 1) for i in (0, 1) for a in (2, 3)]
    rotations = tuple(Rotation(moves[k % len(moves)], k) for k in range(400))
    product = ExcitationProduct(4, (2, 2), rotations, 400)
    state = SectorObjective(random_problem(4, (2, 2), 1), product).state(rng.normal(size=400))
    assert np.linalg.norm(state) == pytest.approx(1.0, abs=1e-13)


def test_curvature_is_the_mean_of_orbital_and_determinant_energy_differences() -> None:
    """Determinant energies from PySCF's diagonal of H; by hand 2 · ½ (Δε + ΔE)."""
    from pyscf.fci import cistring, direct_spin1

    problem = named_problem("ch2-triplet")
    product = Uccsd(spin_adapted=False).excitations(problem)
    norb, nelec = problem.norb, problem.nelec
    shape = [cistring.num_strings(norb, count) for count in nelec]
    diagonal = direct_spin1.make_hdiag(problem.h1, problem.h2, norb, nelec).reshape(shape)
    levels = [np.diag(fock) for fock in problem.fock]
    for rotation, found in zip(product.rotations, curvature(problem, product), strict=True):
        strings = [(1 << count) - 1 for count in nelec]
        gap = 0.0
        for sign, side in (
            (-1.0, rotation.excitation.annihilate),
            (1.0, rotation.excitation.create),
        ):
            for orbital, spin in side:
                strings[spin] ^= 1 << orbital
                gap += sign * levels[spin][orbital]
        place = [cistring.str2addr(norb, n, s) for n, s in zip(nelec, strings, strict=True)]
        assert found == pytest.approx(gap + diagonal[tuple(place)] - diagonal[0, 0], abs=1e-10)
