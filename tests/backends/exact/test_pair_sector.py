"""Products that move electron pairs, against the whole sector and doubly-occupied CI."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from pyscf import ao2mo

from tests.functions import central_differences
from tests.problems import H4, LIH, encoding_of, problem_of, pyscf_mean_field, random_problem
from vqe_cli._core.sizes import Load, Size
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.puccd import Puccd
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.exact.pair_sector import PairSector
from vqe_cli.backends.exact.sector import EncodedSectorObjective, SectorObjective
from vqe_cli.fermions.determinants.pair_hamiltonian import PairHamiltonian
from vqe_cli.fermions.determinants.pairs import PairSpace
from vqe_cli.fermions.excitations import Excitation, ExcitationProduct, Rotation, pair_exchange
from vqe_cli.fermions.problem import ElectronicProblem

CHAIN = {"geometry": "\n".join(f"H 0 0 {0.9 * place}" for place in range(6))}

PROBLEMS = {
    "h4": lambda: problem_of(H4),
    "h6": lambda: problem_of(CHAIN),
    "lih": lambda: problem_of(LIH),
    "five-orbitals": lambda: random_problem(5, (2, 2), 3),
    "three-pairs": lambda: random_problem(5, (3, 3), 4),
}


def both(problem: ElectronicProblem, product: ExcitationProduct) -> tuple[Any, Any]:
    """The objective among pairs, and that of the whole sector."""
    among_pairs = SectorObjective(problem, product, PairSector(problem))
    return among_pairs, SectorObjective(problem, product)


@pytest.mark.parametrize("name", PROBLEMS)
def test_everything_equals_the_whole_sector(name: str) -> None:
    problem = PROBLEMS[name]()
    product = Puccd().excitations(problem)
    pairs, whole = both(problem, product)
    x = np.random.default_rng(1).uniform(-1, 1, product.num_parameters)
    np.testing.assert_allclose(
        pairs.space.unpack(pairs.state(x)), whole.space.unpack(whole.state(x)), atol=1e-12
    )
    found, expected = pairs.energy_and_gradient(x), whole.energy_and_gradient(x)
    assert found[0] == pytest.approx(expected[0], abs=1e-10)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-10)
    assert pairs.energy(x).value == pytest.approx(expected[0], abs=1e-10)
    for key, estimate in whole.observables(x).items():
        assert pairs.observables(x)[key].value == pytest.approx(estimate.value, abs=1e-9), key
    one, other = pairs.density(x, two_body=True), whole.density(x, two_body=True)
    np.testing.assert_allclose(one.one_body, other.one_body, atol=1e-12)
    np.testing.assert_allclose(one.two_body, other.two_body, atol=1e-12)
    y = x[::-1].copy()
    assert pairs.fidelity(x, y).value == pytest.approx(whole.fidelity(x, y).value, abs=1e-12)


def test_gradient_equals_finite_differences() -> None:
    problem = problem_of(CHAIN)
    product = Puccd().excitations(problem)
    objective = both(problem, product)[0]
    x = np.random.default_rng(2).uniform(-1, 1, product.num_parameters)
    numerical = central_differences(lambda y: objective.energy(y).value, x)
    np.testing.assert_allclose(objective.energy_and_gradient(x)[1], numerical, atol=1e-8)


def test_pairs_written_in_any_order_and_of_qubits_have_the_right_signs() -> None:
    problem = random_problem(4, (2, 2), 1)
    moved = [
        Excitation(((3, 1), (3, 0)), ((0, 0), (0, 1))),
        Excitation(((2, 0), (2, 1)), ((1, 1), (1, 0)), qubit=True),
        Excitation(((1, 1), (1, 0)), ((2, 1), (2, 0))),
        Excitation(((0, 0), (0, 1)), ((2, 1), (2, 0))),
    ]
    rotations = tuple(Rotation(excitation, k, 0.5 + k) for k, excitation in enumerate(moved))
    product = ExcitationProduct(4, (2, 2), rotations, len(moved))
    x = np.array([0.4, -0.7, 1.1, 0.3])
    pairs, whole = both(problem, product)
    np.testing.assert_allclose(
        pairs.space.unpack(pairs.state(x)), whole.space.unpack(whole.state(x)), atol=1e-12
    )
    pool = [pair_exchange(p, q) for p, q in combinations(range(4), 2)]
    found, expected = pairs.pool_gradient(x, pool), whole.pool_gradient(x, pool)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-10)


@pytest.mark.parametrize(
    ("atoms", "spacing", "published"),
    [(4, 0.75, -2.128804508), (6, 0.75, -3.119094151), (12, 1.0, -6.287977607)],
)
def test_lowest_eigenvalue_is_the_published_doci(
    atoms: int, spacing: float, published: float
) -> None:
    """QED-C benchmark suite, hydrogen lattice; orbitals and integrals from PySCF alone."""
    geometry = "\n".join(f"H 0 0 {spacing * place}" for place in range(atoms))
    field = pyscf_mean_field({"geometry": geometry})
    orbitals = field.mo_coeff
    problem = ElectronicProblem(
        h1=orbitals.T @ field.get_hcore() @ orbitals,
        h2=ao2mo.restore(1, ao2mo.kernel(field.mol, orbitals), atoms),
        core_energy=field.energy_nuc(),
        nelec=(atoms // 2, atoms // 2),
        multiplicity=1,
    )
    space = PairSpace(atoms, atoms // 2)
    operator = PairHamiltonian(problem, space)
    matrix = np.array([operator.times(row) for row in np.eye(space.dimension)])
    lowest = np.linalg.eigvalsh(matrix)[0] + problem.core_energy
    assert lowest == pytest.approx(published, abs=1e-7)


def test_twenty_orbitals_need_only_their_pairs() -> None:
    """184,756 determinants of pairs of 34 thousand million; zero is the reference."""
    problem = random_problem(20, (10, 10), 1)
    objective = Exact().prepare(ANSATZE.create("puccd").state(encoding_of(problem)), 7)
    assert isinstance(objective, EncodedSectorObjective)
    assert objective.record.dimension == 184_756
    assert objective.record.hamiltonian == "pairs"
    energy = objective.energy(np.zeros(100)).value
    h1, h2 = problem.h1[:10, :10], problem.h2[:10, :10, :10, :10]
    mean_field = np.trace(2 * h1) + 2 * np.einsum("iijj", h2) - np.einsum("ijji", h2)
    assert energy == pytest.approx(problem.core_energy + mean_field, abs=1e-9)


def test_samples_are_pairs_with_their_probabilities() -> None:
    encoding = encoding_of(problem_of(CHAIN))
    objective = Exact().prepare(ANSATZE.create("puccd").state(encoding), 7)
    assert isinstance(objective, EncodedSectorObjective)
    x = np.random.default_rng(3).uniform(-1, 1, objective.traits.num_parameters)
    counts = objective.samples(x, 200_000, seed=4)
    alpha, beta = counts.outcomes & 63, counts.outcomes >> 6
    np.testing.assert_array_equal(alpha, beta)
    probabilities = np.square(objective.state(x))
    strings = objective.space.strings[0].values
    share = {int(s): n / 200_000 for s, n in zip(alpha, counts.repetitions, strict=True)}
    found = np.array([share.get(int(string), 0.0) for string in strings])
    np.testing.assert_allclose(found, probabilities, atol=6 * np.sqrt(0.25 / 200_000))


def test_shots_keep_the_whole_sector_since_rotated_orbitals_break_pairs() -> None:
    encoding = encoding_of(problem_of(CHAIN))
    state = ANSATZE.create("puccd").state(encoding)
    sampled, exact = (backend.prepare(state, 7) for backend in (Exact(shots=100), Exact()))
    assert exact.record.dimension == 20
    assert sampled.record.dimension == 200


def test_memory_is_that_of_pairs() -> None:
    size = Size(20, (10, 10))
    load = Load(size, 40, "pairs", 100, draws=False, measures=True, searches=True)
    backend = Exact()
    need, *_ = backend.needs(load)
    assert "184,756 determinants of electron pairs" in need.what
    assert need.memory < 500e6
    assert next(Exact(shots=100).needs(load)).memory > 100e9
    assert next(backend.needs(replace(load, form="excitations"))).memory > 100e9
