"""Local unitary cluster Jastrow, against ffsim."""

from __future__ import annotations

from typing import Any

import ffsim
import numpy as np
import pytest
from ffsim.variational.util import interaction_pairs_spin_balanced
from scipy.linalg import block_diag

from tests.families import slow
from tests.problems import (
    H4,
    LIH,
    N2,
    encoding_of,
    frontier,
    named_problem,
    objective_of,
    problem_of,
    pyscf_mean_field,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz._cluster_jastrow import ClusterJastrow
from vqe_cli.ansatz._givens_networks import (
    determinant_angles,
    determinant_network,
    rotation_angles,
    rotation_network,
)
from vqe_cli.ansatz.lucj import Lucj
from vqe_cli.chemistry.correlation.amplitudes import amplitudes
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem

FFSIM_NAMES = {"heavy-hex": "heavy-hex", "hex": "hex", "square": "square", "all": "all-to-all"}


def lucj(**options: Any) -> Lucj:
    entry = ANSATZE.create({"name": "lucj", **options})
    assert isinstance(entry, Lucj)
    return entry


def ffsim_operator(problem: ElectronicProblem, **options: Any) -> Any:
    """The operator that ffsim makes of CCSD amplitudes."""
    t1, t2 = amplitudes(problem, "ccsd").blocks(problem.nelec)
    same, mixed = interaction_pairs_spin_balanced(
        FFSIM_NAMES[options.get("pairs", "heavy-hex")], problem.norb
    )
    more = {"n_reps": options.get("layers", 1), "optimize": options.get("optimize_t2", False)}
    if problem.nelec[0] == problem.nelec[1] and options.get("spin_balanced", True):
        symmetric = 0.5 * (t2[1] + t2[1].transpose(1, 0, 3, 2))
        return ffsim.UCJOpSpinBalanced.from_t_amplitudes(
            symmetric, t1=t1[0], interaction_pairs=(same, mixed), **more
        )
    return ffsim.UCJOpSpinUnbalanced.from_t_amplitudes(
        t2, t1=t1, interaction_pairs=(same, mixed, same), **more
    )


def on_qubits(vector: np.ndarray, norb: int, nelec: tuple[int, int]) -> np.ndarray:
    """A vector of ffsim in all of Fock space."""
    found = np.zeros(4**norb, dtype=complex)
    strings = np.arange(1 << norb)
    alpha, beta = (strings[np.bitwise_count(strings) == count] for count in nelec)
    found[(alpha[:, None] + (beta[None, :] << norb)).ravel()] = vector
    return found


def overlap(problem: ElectronicProblem, operator: Any, x: np.ndarray, **options: Any) -> float:
    """Of the state in the sector with that of ffsim's operator."""
    norb, nelec = problem.norb, problem.nelec
    reference = ffsim.hartree_fock_state(norb, nelec)
    expected = ffsim.apply_unitary(reference, operator, norb=norb, nelec=nelec)
    objective: Any = objective_of(encoding_of(problem), {"name": "lucj", **options})
    return float(abs(np.vdot(expected, objective.state(x))))


CASES = [
    ("h4", {}),
    ("h4", {"pairs": "hex"}),
    ("h4", {"pairs": "all", "layers": 3}),
    ("h4", {"spin_balanced": False}),
    slow("h4", {"optimize_t2": True}),
    ("h3-doublet", {}),
    ("h3-doublet", {"pairs": "all", "layers": 2}),
    ("ch2-triplet", {"pairs": "square", "layers": 2}),
]


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_the_state_at_the_ccsd_point_is_that_of_ffsim(name: str, options: dict[str, Any]) -> None:
    problem = named_problem(name)
    x = lucj(**options).amplitude_point(problem, "ccsd")
    operator = ffsim_operator(problem, **options)
    assert overlap(problem, operator, x, **options) == pytest.approx(1.0, abs=1e-10)


def test_lithium_hydride_is_what_pyscf_and_ffsim_make_of_it() -> None:
    """Nothing of ours on the other side: PySCF's RCCSD, ffsim's state and its Hamiltonian."""
    from pyscf import cc

    field = pyscf_mean_field(LIH, symmetry=True)  # else degenerate orbitals are arbitrary mixtures
    solver = cc.RCCSD(field).run(verbose=0, conv_tol=1e-9)
    pairs = interaction_pairs_spin_balanced("heavy-hex", 6)
    operator = ffsim.UCJOpSpinBalanced.from_t_amplitudes(
        solver.t2, t1=solver.t1, n_reps=1, interaction_pairs=pairs
    )
    data = ffsim.MolecularData.from_scf(field)
    state = ffsim.apply_unitary(ffsim.hartree_fock_state(6, (2, 2)), operator, norb=6, nelec=(2, 2))
    hamiltonian = ffsim.linear_operator(data.hamiltonian, norb=6, nelec=(2, 2))
    expected = np.vdot(state, hamiltonian @ state).real
    record = run(spec_of(LIH, ansatz="lucj", optimizer="none"))
    assert record.result.energy == pytest.approx(expected, abs=1e-6)


def test_nitrogen_in_eight_orbitals() -> None:
    problem = problem_of(N2, active_space=frontier(10, 8))
    x = lucj().amplitude_point(problem, "ccsd")
    operator = ffsim_operator(problem)
    state = ffsim.apply_unitary(ffsim.hartree_fock_state(8, (5, 5)), operator, norb=8, nelec=(5, 5))
    hamiltonian = ffsim.MolecularHamiltonian(problem.h1, problem.h2, problem.core_energy)
    linear = ffsim.linear_operator(hamiltonian, norb=8, nelec=(5, 5))
    expected = np.vdot(state, linear @ state).real
    energy = objective_of(encoding_of(problem), "lucj").energy(x, 0).value
    assert energy == pytest.approx(expected, abs=1e-9)
    assert energy < problem.hartree_fock_energy


@pytest.mark.parametrize("nelec", [(2, 2), (3, 1)])
@pytest.mark.parametrize("layers", [1, 2])
def test_any_operator_of_the_untied_form_is_reached(layers: int, nelec: tuple[int, int]) -> None:
    """Merging rotations and giving up phases loses nothing."""
    problem = random_problem(4, nelec, seed=3)
    same, mixed = interaction_pairs_spin_balanced("square", 4)
    if nelec == (2, 2):
        operator = ffsim.random.random_ucj_op_spin_balanced(
            4,
            n_reps=layers,
            interaction_pairs=(same, mixed),
            with_final_orbital_rotation=True,
            seed=5,
        )
        factors = ClusterJastrow(
            operator.diag_coulomb_mats[:, [0, 1, 0]],
            np.stack([operator.orbital_rotations] * 2, axis=1),
            np.stack([operator.final_orbital_rotation] * 2),
        )
    else:
        operator = ffsim.random.random_ucj_op_spin_unbalanced(
            4,
            n_reps=layers,
            interaction_pairs=(same, mixed, same),
            with_final_orbital_rotation=True,
            seed=5,
        )
        factors = ClusterJastrow(
            operator.diag_coulomb_mats,
            operator.orbital_rotations,
            operator.final_orbital_rotation,
        )
    options = {"pairs": "square", "layers": layers}
    x = lucj(**options).point_of(problem, factors)
    assert overlap(problem, operator, x, **options) == pytest.approx(1.0, abs=1e-10)


def sparse_rotations() -> list[np.ndarray]:
    """Rotations that leave out pairs of orbitals, as irreps do: their decompositions have gaps."""
    rng = np.random.default_rng(4)
    found = [np.eye(5, dtype=complex), np.eye(5, dtype=complex)[::-1].copy()]
    for sizes in ((2, 3), (1, 4), (2, 2, 1), (5,)):
        blocks = [ffsim.random.random_unitary(size, seed=rng) for size in sizes]
        order = rng.permutation(5)
        found += [block_diag(*blocks), block_diag(*blocks)[np.ix_(order, order)]]
    return found


@pytest.mark.parametrize("rotation", sparse_rotations(), ids=range(10))
def test_networks_make_any_rotation(rotation: np.ndarray) -> None:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import Statevector

    norb, nelec = 5, (2, 0)
    start = ffsim.hartree_fock_state(norb, nelec)
    expected = ffsim.apply_orbital_rotation(start, rotation, norb=norb, nelec=nelec)
    full = rotation_network(norb, (0,), phases=True)
    angles, phases = rotation_angles(full, rotation)
    determinant = determinant_network(norb, 2, (0,))
    for network, values in (
        (full, np.concatenate([angles, np.angle(phases[1:] / phases[0])])),
        (determinant, determinant_angles(determinant, rotation, 2)),
    ):
        circuit = QuantumCircuit(2 * norb)
        circuit.x([0, 1])
        network.append_to(circuit, values)
        found = np.asarray(Statevector(circuit))
        assert abs(np.vdot(on_qubits(expected, norb, nelec), found)) == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["h4", "h3-doublet", "ch2-triplet", "random-3-2-0"])
def test_electrons_are_conserved_everywhere_and_zeros_are_the_reference(name: str) -> None:
    encoding = encoding_of(name)
    problem = encoding.problem
    objective = objective_of(encoding, {"name": "lucj", "layers": 2})
    assert objective.traits.conserving
    x = np.random.default_rng(2).uniform(-3, 3, objective.traits.num_parameters)
    found = objective.observables(x, 0)
    assert found["particle-number"].value == pytest.approx(sum(problem.nelec), abs=1e-9)
    assert found["sz"].value == pytest.approx(problem.spin_z, abs=1e-9)
    at_zero = objective.energy(np.zeros_like(x), 0).value
    assert at_zero == pytest.approx(problem.hartree_fock_energy, abs=1e-9)


def test_optimised_it_lies_between_the_ccsd_point_and_the_exact_energy() -> None:
    ansatz = {"name": "lucj", "pairs": "square", "layers": 2}
    record = run(spec_of(H4, ansatz=ansatz, optimizer="l-bfgs-b", restarts=0))
    assert record.result.energy < record.result.initial_energy - 1e-2
    assert -1e-6 <= record.error_mha < 0.1
    assert record.check("particle-number").status == "pass"


def test_the_circuit_is_as_shallow_as_counted_by_hand() -> None:
    """LiH: 2·4 and 6·5/2 Givens rotations of each spin, 5 + 5 + 2 couplings, two CX for each."""
    from qiskit import transpile

    circuit = lucj().state(encoding_of(problem_of(LIH))).circuit
    compiled = transpile(circuit, basis_gates=["cx", "rz", "sx", "x"], optimization_level=1)
    assert compiled.count_ops()["cx"] == 2 * (2 * (8 + 15) + 12)
    layers = 5 + 2 + 1 + 6  # diamond, neighbours in two turns, links, brick wall
    assert compiled.depth(lambda item: len(item.qubits) == 2) <= 2 * layers


@pytest.mark.parametrize("mapper", ["parity", "bravyi-kitaev"])
def test_other_mappers_are_refused(mapper: str) -> None:
    with pytest.raises(InputError, match="Jordan-Wigner") as caught:
        _ = lucj().state(encoding_of("h2", mapper)).circuit
    assert caught.value.path == ("mapper",)


def test_open_shells_cannot_be_balanced() -> None:
    with pytest.raises(InputError, match="closed shells") as caught:
        _ = lucj(spin_balanced=True).state(encoding_of("h3-doublet")).circuit
    assert caught.value.path == ("ansatz", "spin_balanced")


@pytest.mark.parametrize("initial", ["zeros", "random", "mp2", "ccsd"])
@pytest.mark.parametrize("name", ["h2", "h2-triplet", "he2"])
def test_every_start_serves_every_shell(name: str, initial: str) -> None:
    from vqe_cli.variational.initial_points import starting_points

    state = lucj().state(encoding_of(name))
    objective = objective_of(state.encoding, "lucj")
    spec = spec_of({"geometry": "H 0 0 0"}, initial=initial)
    point = starting_points(spec, state, objective.traits, "auto").points[0]
    assert point.shape == (state.num_parameters,)
    assert np.isfinite(objective.energy(point, 0).value)
