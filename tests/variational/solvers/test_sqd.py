"""Sample-based diagonalisation against PySCF and dense matrices."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow_but
from tests.problems import (
    CH2,
    H4,
    LIH,
    TWO_QUBIT_MODEL,
    DenseFermions,
    encoding_of,
    frontier,
    named_problem,
    objective_of,
    problem_of,
    pyscf_mean_field,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.objective import Traits
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.measurement.estimates import Counts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.schema import spec_from_data
from vqe_cli.variational.checks import check_result
from vqe_cli.variational.initial_points import Starts
from vqe_cli.variational.solvers._subspace import (
    Recovery,
    diagonalise,
    random_determinants,
    valid_shots,
)
from vqe_cli.variational.solvers.sqd import Sqd
from vqe_cli.variational.starting_point import StartingPoint

H6 = {"geometry": "\n".join(f"H 0 0 {1.6 * place}" for place in range(6))}
ONCE = Recovery(
    samples_per_batch=1000,
    num_batches=1,
    max_iterations=1,
    symmetrize_spin=False,
    carryover_threshold=1e-4,
    max_dim=None,
)


def sqd(molecule: Any = H4, ansatz: Any = "lucj", **parts: Any) -> Any:
    """A run with the solver sqd, unless `parts` names another."""
    return run(spec_of(molecule, ansatz=ansatz, **{"solver": "sqd", **parts}))


@cache
def sampled_in_full_space() -> Any:
    """A run of two tests, in which anything would find the ground state."""
    return sqd(LIH, solver={"name": "sqd", "shots": 20_000})


@cache
def sampled_in_small_space() -> Any:
    """A run of two tests, of which random bits find less."""
    options = {"name": "sqd", "max_dimension": 8}
    return sqd(H6, {"name": "lucj", "pairs": "square", "layers": 2}, solver=options)


def counts_of(outcomes: list[int]) -> Counts:
    return Counts(*np.unique(np.array(outcomes, dtype=np.int64), return_counts=True))


@pytest.mark.parametrize("name", ["h4", "ch2-triplet"])
def test_the_state_is_the_lowest_in_the_space_of_the_strings(name: str) -> None:
    """Dense diagonalisation over all pairs of sampled alpha and beta strings.

    PySCF shifts other spins by 0.1 (S² − S(S+1)), which matters if a space is not closed.
    """
    problem = named_problem(name)
    dense = DenseFermions(problem.norb)
    places = dense.sector(problem.nelec)[[0, 1, 3]][:, [0, 1]].ravel()
    inside = np.ix_(places, places)
    matrix = dense.hamiltonian(problem)[inside]
    spin = dense.spin_operators()["s-squared"][inside]
    _, vectors = np.linalg.eigh(matrix + 0.1 * (spin - problem.spin_squared * np.eye(6)))
    state = vectors[:, 0]
    strays = [0, 1, 4**problem.norb - 1]  # with wrong numbers of electrons
    found = diagonalise(problem, counts_of([*places, *strays]), ONCE, seed=1)
    assert found.dimension == 6
    assert found.energy == pytest.approx(state @ matrix @ state, abs=1e-8)
    assert found.spin_squared == pytest.approx(state @ spin @ state, abs=1e-5)
    assert np.trace(found.one_body, axis1=1, axis2=2) == pytest.approx(problem.nelec)


def test_a_full_space_is_full_configuration_interaction_and_says_that_anything_would_do() -> None:
    record = sampled_in_full_space()
    sampled = record.result.sqd
    from pyscf import fci

    exact = fci.FCI(pyscf_mean_field(LIH)).kernel()[0]
    assert sampled.random_energy == pytest.approx(exact, abs=1e-7)
    assert sampled.random_subspace_dimension == sampled.full_dimension == 225
    assert record.check("sqd-beats-random").status == "warn"
    assert record.verdict == "warn"


def test_in_a_small_space_samples_beat_random_bits() -> None:
    record = sampled_in_small_space()
    sampled = record.result.sqd
    assert sampled.subspace_dimension <= 64
    assert sampled.subspace_fraction == sampled.subspace_dimension / 400
    assert record.reference.energy < record.result.energy < sampled.random_energy - 0.01
    assert record.result.energy < sampled.trial_energy
    assert record.check("sqd-beats-random").status == "pass"
    assert record.check("subspace-fraction").status == "pass"
    assert record.check("not-below-exact").status == "pass"


def test_equal_seeds_give_equal_energies() -> None:
    options = {"name": "sqd", "shots": 300, "samples_per_batch": 3, "max_iterations": 2}
    first, again = (sqd(solver=options, seed=5).result for _ in range(2))
    assert (first.energy, first.sqd) == (again.energy, again.sqd)


def test_noise_leaves_the_energy_variational() -> None:
    backend = {"name": "aer", "noise": "fake_jakarta", "shots": 500}
    record = sqd(LIH, backend=backend, active_space=frontier(2, 3))
    sampled = record.result.sqd
    assert 0 < sampled.valid_shots < sampled.shots
    assert record.result.standard_error is None
    assert record.check("not-below-exact").status == "pass"
    assert record.error_mha < 1.0  # the state's energy on that device is 100 mHa off
    assert record.check("noise-free").status == "warn"
    assert record.check("valid-shots").status == "pass"
    assert record.result.shots_by_purpose == {"sqd": sampled.shots}  # nothing else is paid for
    assert sampled.trial_energy is record.result.initial_energy is None


class WhiteNoise:
    """An objective of uniformly random bits, independent of the state."""

    traits = Traits(
        num_parameters=0,
        sampled=True,
        noisy=False,
        conserving=True,
        spectra=(),
    )

    def __init__(self, num_bits: int) -> None:
        self._outcomes = 1 << num_bits

    def samples(self, x: Any, shots: int, seed: int) -> Counts:
        drawn = np.random.default_rng(seed).integers(0, self._outcomes, shots)
        return Counts(*np.unique(drawn, return_counts=True))


@pytest.mark.parametrize("seed", slow_but([1], range(4)))
def test_white_noise_does_not_pass_even_if_the_backend_is_not_declared_noisy(seed: int) -> None:
    encoding = Encoding(problem_of(H6), MAPPERS.create("jordan-wigner"))
    problem: Any = encoding.problem
    state = ANSATZE.create("lucj").state(encoding)
    solver = Sqd(samples_per_batch=8, max_iterations=2, num_batches=2, max_dimension=9)
    noise: Any = WhiteNoise(12)
    starts = Starts((np.zeros(0),), "zeros", random=False)
    solution = solver.finish(StartingPoint(state, noise, starts).find(), seed)
    checks, verdict = check_result(problem, solution, noise.traits, None, optimised=False)
    found = {check.name: check for check in checks}
    assert found["valid-shots"].status == "warn"
    assert found["valid-shots"].expected == pytest.approx((20 / 64) ** 2)  # (6 over 3)² / 2¹²
    assert verdict == "warn"
    assert solution.energy.value <= problem.hartree_fock_energy + 1e-9


def test_the_reference_determinant_is_in_every_subspace() -> None:
    problem = named_problem("h4")
    far = counts_of([0b1100_1100])  # a doubly excited determinant alone
    found = diagonalise(problem, far, ONCE, seed=1)
    assert found.dimension == 4
    assert found.energy < problem.hartree_fock_energy


def test_controls_go_on_only_while_the_sample_is_better() -> None:
    useless = sampled_in_full_space().result.sqd
    assert len(useless.random_energies) == 1
    useful = sampled_in_small_space().result.sqd
    assert len(useful.random_energies) == 5
    assert useful.random_energy == min(useful.random_energies)


def test_shots_without_a_single_right_one_are_repaired_from_the_reference() -> None:
    problem = named_problem("h4")
    wrong = counts_of([1, 3, 7, 0b1111_0001])
    assert valid_shots(problem, wrong) == 0
    found = diagonalise(problem, wrong, ONCE, seed=2)
    assert found.energy <= problem.hartree_fock_energy + 1e-9


def test_random_determinants_are_uniform_and_have_the_right_electrons() -> None:
    problem = named_problem("ch2-triplet")
    counts = random_determinants(problem, 160_000, seed=3)
    assert counts.shots == valid_shots(problem, counts) == 160_000
    assert counts.outcomes.size == problem.sector_dimension
    expected = 160_000 / problem.sector_dimension
    assert np.abs(counts.repetitions - expected).max() < 5 * np.sqrt(expected)


@pytest.mark.parametrize("ansatz", ["lucj", "uccsd"])
def test_exact_samples_follow_the_state(ansatz: str) -> None:
    """Bits of sector and statevector simulations denote the same occupations."""
    encoding = encoding_of("h4")
    objective: Any = objective_of(encoding, ansatz)
    x = np.random.default_rng(1).uniform(-1, 1, objective.traits.num_parameters)
    counts = objective.samples(x, 40_000, seed=4)
    bits = counts.outcomes[:, None] >> np.arange(8) & 1
    found = counts.repetitions @ bits / counts.shots
    state = objective_of(encoding, ansatz, "aer")._state(x, 0)
    ones = np.arange(256)[:, None] >> np.arange(8) & 1
    expected = np.abs(state) ** 2 @ ones
    assert found == pytest.approx(expected, abs=5 * 0.5 / np.sqrt(40_000))
    assert objective.fidelity(x, x).value == pytest.approx(1.0)
    zeros = np.zeros_like(x)
    overlap = abs(np.vdot(objective_of(encoding, ansatz, "aer")._state(zeros, 0), state)) ** 2
    assert objective.fidelity(x, zeros).value == pytest.approx(overlap, abs=1e-9)


def test_properties_are_those_of_the_diagonalised_state() -> None:
    """Samples of a random circuit span the space, so that natural occupations are those of FCI."""
    from pyscf import fci

    field = pyscf_mean_field(H4)
    solver = fci.FCI(field)
    vector = solver.kernel()[1]
    natural = np.linalg.eigvalsh(solver.make_rdm1(vector, 4, 4))[::-1]
    record = sqd(initial="random", ansatz={"name": "lucj", "layers": 2, "pairs": "all"})
    assert record.result.sqd.subspace_fraction == 1.0
    assert record.check("subspace-fraction").status == "warn"
    found = record.result.properties.natural_occupations.value
    assert found == pytest.approx(natural, abs=1e-4)


def test_an_optimiser_runs_only_if_it_is_named() -> None:
    at_start = sqd()
    assert at_start.spec["optimizer"] == {"name": "none"}
    assert at_start.result.evaluations.energy == 1
    optimised = sqd(optimizer="l-bfgs-b", restarts=0)
    assert optimised.result.optimizer == "l-bfgs-b"
    assert optimised.result.sqd.trial_energy < at_start.result.sqd.trial_energy - 0.005
    plain = run(spec_of(H4, ansatz="lucj", optimizer="none"))
    assert plain.result.sqd is None
    assert plain.result.energy == at_start.result.sqd.trial_energy


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"mapper": "parity", "ansatz": "uccsd"}, ("mapper",)),
        ({"backend": "aer"}, ("backend",)),
        (
            {"solver": {"name": "sqd", "symmetrize_spin": True}, "molecule": CH2},
            ("solver", "symmetrize_spin"),
        ),
    ],
)
def test_what_does_not_fit_is_refused(parts: dict[str, Any], path: tuple[str, ...]) -> None:
    molecule = parts.pop("molecule", LIH)
    space = frontier(4, 4) if molecule is CH2 else frontier(2, 3)
    with pytest.raises(InputError) as caught:
        sqd(molecule, **{"active_space": space, "ansatz": "lucj", **parts})
    assert caught.value.path == path


def test_qubit_models_are_refused() -> None:
    with pytest.raises(InputError, match="electrons") as caught:
        run(spec_from_data({"hamiltonian": TWO_QUBIT_MODEL, "solver": "sqd"}))
    assert caught.value.path == ("solver",)


def test_a_subspace_that_does_not_fit_into_memory_is_refused() -> None:
    with pytest.raises(ResourceLimitError, match="subspace of up to 225 determinants"):
        sqd(LIH, ansatz="uccsd", max_memory="50 kB", reference="none")


def test_the_terminal_shows_both_energies_and_the_size_of_the_subspace(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = write_file("h4.yaml", json.dumps({"molecule": H4}))
    arguments = ("run", path, "--ansatz", "lucj", "--solver", "sqd")
    outcome = run_vqe(*arguments)
    assert outcome.code == 0
    for words in (
        "E(SQD)",
        "baseline: SQD from random bit strings",
        "of 36 determinants",
        "10,000 shots",
        "WARN",
    ):
        assert words in outcome.out
    record = run_vqe(*arguments, "--json").record
    assert record["result"]["sqd"]["full_dimension"] == 36
    assert record["spec"]["solver"]["name"] == "sqd"
