"""Squares of one-body operators: they add up to the Hamiltonian, and their shots are those found
with exact variances by others."""

from __future__ import annotations

import numpy as np
import pytest

from tests.families import slow
from tests.problems import (
    H2O,
    LIH,
    N2,
    SMALL_PROBLEMS,
    DenseFermions,
    encoding_of,
    named_problem,
    problem_of,
    qubit_encoding,
    random_problem,
)
from vqe_cli._core.resources import Memory
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.measurement._correlations import DeterminantCorrelations, StateCorrelations
from vqe_cli.measurement._low_rank import Factorisation, factorise, shifted
from vqe_cli.measurement.fluid import shared_out

METHODS = ("low-rank", "low-rank-shifted", "fluid")
every_method = pytest.mark.parametrize("name", METHODS)


def parts_of(name: str, problem: ElectronicProblem) -> Factorisation:
    known = DeterminantCorrelations(problem)
    parts = factorise(problem)
    if name == "low-rank":
        return parts
    parts = shifted(parts, known.density())
    return parts if name == "low-rank-shifted" else shared_out(parts, known)


def dense(parts: Factorisation, norb: int) -> np.ndarray:
    """The sum of the fragments on all of Fock space, from ladder operators."""
    fermions = DenseFermions(norb)
    orbitals = range(norb)
    hops = np.array(
        [[fermions.hop(p, q, 0) + fermions.hop(p, q, 1) for q in orbitals] for p in orbitals]
    )
    total = parts.constant * np.eye(4**norb)
    for part in parts.fragments:
        numbers = np.einsum("rp,sp,rsij->pij", part.orbitals, part.orbitals, hops)
        level = np.einsum("p,pij->ij", part.levels, numbers)
        total += np.einsum("p,pij->ij", part.linear, numbers) + 0.5 * part.sign * level @ level
    return total


@every_method
@pytest.mark.parametrize("problem", ["h2", "random-3-2-0", "random-3-1-2"])
def test_fragments_add_up_to_the_hamiltonian(name: str, problem: str) -> None:
    electrons = named_problem(problem)
    expected = DenseFermions(electrons.norb).hamiltonian(electrons)
    np.testing.assert_allclose(
        dense(parts_of(name, electrons), electrons.norb), expected, atol=1e-8
    )


@every_method
@pytest.mark.parametrize("problem", SMALL_PROBLEMS)
def test_every_kind_of_shell_has_a_plan(name: str, problem: str) -> None:
    plan = MEASUREMENTS.create(name).plan(encoding_of(problem))
    assert np.all(plan.deviations > 0)
    assert np.isfinite(plan.shots_times_variance)


@pytest.mark.parametrize(("alpha", "beta"), [(2, 2), (3, 1), (4, 0)])
def test_cumulants_of_a_determinant_are_those_of_its_vector(alpha: int, beta: int) -> None:
    problem = random_problem(4, (alpha, beta), seed=3)
    rng = np.random.default_rng(5)
    orbitals, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    levels = rng.normal(size=4)
    space = StateCorrelations(problem, np.zeros(0), Memory())._space()
    vector = np.zeros([strings.values.size for strings in space.strings])
    vector[0, 0] = 1.0
    state, determinant = (
        StateCorrelations(problem, vector, Memory()),
        DeterminantCorrelations(problem),
    )
    np.testing.assert_allclose(
        determinant.of_square(orbitals, levels), state.of_square(orbitals, levels), atol=1e-12
    )
    np.testing.assert_allclose(determinant.density(), state.density(), atol=1e-12)
    np.testing.assert_allclose(
        determinant.one_body_covariance(), state.one_body_covariance(), atol=1e-12
    )


@pytest.mark.parametrize(
    ("molecule", "expected"),
    [(LIH, (1.40, 0.239, 0.120)), (H2O, (59.8, 1.41, 0.875)), slow(N2, (11.3, 3.02, 1.99))],
    ids=["LiH", "H2O", "N2"],
)
def test_shots_are_those_found_with_exact_variances(
    molecule: dict[str, str], expected: tuple[float, ...]
) -> None:
    """Plain, shifted and fluid; exact variances of the ground state, optimal allocation."""
    from pyscf import fci

    problem = problem_of(molecule)
    _, ground = fci.direct_spin0.kernel(problem.h1, problem.h2, problem.norb, problem.nelec)
    exact = StateCorrelations(problem, ground / np.linalg.norm(ground), Memory())
    for name, shots in zip(METHODS, expected, strict=True):
        plan = MEASUREMENTS.create(name).plan(encoding_of(problem))
        true = np.sqrt([basis.fragment.variance(exact) for basis in plan.bases])
        needed = float(np.sum(true**2 / plan.deviations) * plan.deviations.sum())
        assert needed == pytest.approx(shots, rel=0.04), name


@every_method
def test_outcomes_with_wrong_electron_numbers_are_told(name: str) -> None:
    encoding = encoding_of("h2")
    basis = MEASUREMENTS.create(name).plan(encoding).bases[0]
    outcomes = np.arange(16)
    alpha, beta = outcomes & 3, outcomes >> 2
    expected = (np.bitwise_count(alpha) == 1) & (np.bitwise_count(beta) == 1)
    assert basis.allowed(outcomes).tolist() == expected.tolist()


@every_method
def test_qubit_hamiltonian_has_no_orbitals_to_rotate(name: str) -> None:
    with pytest.raises(InputError, match="rotates orbitals") as caught:
        MEASUREMENTS.create(name).plan(qubit_encoding({"ZZ": 1.0}))
    assert "qubit-wise" in str(caught.value.hint)


def test_auto_chooses_by_what_there_is() -> None:
    auto = MEASUREMENTS.create("auto")
    assert auto.resolve(encoding_of("h2")).name == "fluid"
    assert auto.resolve(qubit_encoding({"ZZ": 1.0})).name == "qubit-wise"
