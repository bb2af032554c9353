"""Rotations and Jastrow factors in a sector, against the circuit on a statevector and ffsim."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.functions import central_differences
from tests.problems import H4, LIH, N2, encoding_of, frontier, problem_of, random_problem
from vqe_cli._core.sizes import Load, Size
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz._jastrow import allowed_pairs
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.exact import Exact
from vqe_cli.backends.exact.jastrow import JastrowObjective
from vqe_cli.backends.exact.orbital_networks import Threads
from vqe_cli.backends.exact.statevector import StatevectorObjective
from vqe_cli.chemistry.correlation.amplitudes import amplitudes
from vqe_cli.fermions.determinants.hamiltonian import DirectByIrreps, Sparse
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.rotations import decompose

CASES = [
    pytest.param((3, (2, 1)), {}, id="open-shell"),
    pytest.param((4, (2, 2)), {}, id="closed-shell"),
    pytest.param((4, (2, 2)), {"layers": 2, "pairs": "all"}, id="two-layers"),
    pytest.param((3, (1, 2)), {"layers": 3, "pairs": "square"}, id="three-layers"),
    pytest.param((4, (2, 2)), {"spin_balanced": False, "layers": 2}, id="separate-spins"),
    pytest.param((4, (2, 0)), {}, id="no-beta-electrons"),
    pytest.param((3, (2, 3)), {}, id="full-beta-shell"),
    pytest.param((2, (2, 2)), {}, id="nothing-moves"),
]


def state_of(problem: ElectronicProblem, options: dict[str, Any]) -> ParameterisedState:
    return ANSATZE.create({"name": "lucj", **options}).state(encoding_of(problem))


def point(state: ParameterisedState, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-2, 2, state.num_parameters)


@pytest.mark.parametrize(("size", "options"), CASES)
def test_everything_equals_the_circuit_on_a_statevector(
    size: tuple[int, tuple[int, int]], options: dict[str, Any]
) -> None:
    problem = random_problem(*size, seed=2)
    state = state_of(problem, options)
    ours, circuit = JastrowObjective(state, problem), StatevectorObjective(state)
    x = point(state)
    strings = [own.values for own in SectorSpace(*size, (0,) * size[0], 0).strings]
    places = strings[0][:, None] | strings[1][None, :] << size[0]
    whole = circuit.state(x)[places]
    phase = np.vdot(ours.state(x), whole)
    assert abs(phase) == pytest.approx(1.0, abs=1e-10)
    np.testing.assert_allclose(ours.state(x) * phase, whole, atol=1e-10)
    found, expected = ours.energy_and_gradient(x), circuit.energy_and_gradient(x)
    assert found[0] == pytest.approx(expected[0], abs=1e-10)
    assert ours.energy(x).value == pytest.approx(expected[0], abs=1e-10)
    np.testing.assert_allclose(found[1], expected[1], atol=1e-10)
    assert ours.traits.spectra == decompose(state.circuit).spectra
    for key, estimate in circuit.observables(x).items():
        assert ours.observables(x)[key].value == pytest.approx(estimate.value, abs=1e-9), key
    y = x[::-1].copy()
    assert ours.fidelity(x, y).value == pytest.approx(circuit.fidelity(x, y).value, abs=1e-10)


@pytest.mark.parametrize("options", [{}, {"layers": 2, "spin_balanced": False}])
def test_gradient_equals_finite_differences(options: dict[str, Any]) -> None:
    problem = problem_of(H4)
    state = state_of(problem, options)
    objective, x = JastrowObjective(state, problem), point(state)
    numerical = central_differences(lambda y: objective.energy(y).value, x)
    np.testing.assert_allclose(objective.energy_and_gradient(x)[1], numerical, atol=1e-8)


@pytest.mark.parametrize(
    ("molecule", "parts"),
    [(LIH, {}), pytest.param(N2, {"active_space": frontier(8, 7)}, marks=pytest.mark.slow)],
    ids=["lih", "n2"],
)
def test_state_of_ccsd_amplitudes_is_that_of_ffsim(
    molecule: dict[str, str], parts: dict[str, Any]
) -> None:
    import ffsim

    problem = problem_of(molecule, **parts)
    state = state_of(problem, {})
    objective = Exact().prepare(state, 7)
    assert isinstance(objective, JastrowObjective)
    assert state.amplitude_point is not None
    x = state.amplitude_point("ccsd")
    assert x is not None
    t1, t2 = amplitudes(problem, "ccsd").blocks(problem.nelec)
    operator = ffsim.UCJOpSpinBalanced.from_t_amplitudes(
        0.5 * (t2[1] + t2[1].transpose(1, 0, 3, 2)),
        t1=t1[0],
        n_reps=1,
        interaction_pairs=allowed_pairs("heavy-hex", problem.norb),
    )
    start = ffsim.hartree_fock_state(problem.norb, problem.nelec)
    theirs = ffsim.apply_unitary(start, operator, norb=problem.norb, nelec=problem.nelec)
    assert abs(np.vdot(objective.state(x).ravel(), theirs)) == pytest.approx(1.0, abs=1e-10)
    hamiltonian = ffsim.MolecularHamiltonian(problem.h1, problem.h2, constant=problem.core_energy)
    product = ffsim.linear_operator(hamiltonian, norb=problem.norb, nelec=problem.nelec) @ theirs
    assert objective.energy(x).value == pytest.approx(np.vdot(theirs, product).real, abs=1e-10)


def test_threads_share_the_panels_and_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve orbitals with 924 determinants of each spin, without a Hamiltonian."""
    problem = replace(random_problem(12, (2, 2), 1), h2=np.zeros((12,) * 4))
    state = state_of(problem, {})
    objective, x = JastrowObjective(state, problem), point(state)
    energy, gradient = objective.energy_and_gradient(x)
    objective._threads = Threads(2)
    monkeypatch.setattr("vqe_cli.backends.exact.orbital_networks.PANELS_PER_THREAD", 1)
    again, other = objective.energy_and_gradient(x)
    assert again == pytest.approx(energy, abs=1e-12)
    np.testing.assert_allclose(other, gradient, atol=1e-12)


def test_hamiltonian_by_irreps_equals_the_sparse_matrix() -> None:
    problem = problem_of(LIH)
    space = SectorSpace(problem.norb, problem.nelec, (0,) * problem.norb, 0)
    psi = np.random.default_rng(1).normal(size=space.dimension)
    found = DirectByIrreps(problem, space).times(psi)
    np.testing.assert_allclose(found, Sparse(problem, space).times(psi), atol=1e-12)


def test_samples_follow_the_probabilities() -> None:
    problem = random_problem(3, (1, 1), seed=2)
    state = state_of(problem, {})
    objective, x = JastrowObjective(state, problem), point(state)
    counts = objective.samples(x, 100_000, seed=3)
    probabilities = np.abs(StatevectorObjective(state).state(x)) ** 2
    share = counts.repetitions / 100_000
    np.testing.assert_allclose(share, probabilities[counts.outcomes], atol=0.01)


def test_fourteen_orbitals_fit_and_shots_need_the_circuit() -> None:
    load = Load(Size(14, (7, 7)), 28, "rotations", 0, draws=False, measures=True, searches=True)
    need, *_ = Exact().needs(load)
    assert need.memory == pytest.approx(12 * 8 * 3432**2)
    assert next(Exact(shots=100).needs(load)).memory > 30e9
    state = state_of(problem_of(H4), {})
    assert Exact().prepare(state, 7).record.representation == "sector"
    assert Exact(shots=100).prepare(state, 7).record.representation == "statevector"
