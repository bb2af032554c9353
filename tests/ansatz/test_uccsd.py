"""Unitary coupled cluster against Qiskit Nature's excitations and PySCF's energies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from qiskit_nature.second_q.circuit.library.ansatzes.utils.fermionic_excitation_generator import (
    generate_fermionic_excitations,
)
from scipy.optimize import minimize

from tests.problems import (
    CH2,
    H2O,
    H4,
    DenseFermions,
    encoding_of,
    frontier,
    named_problem,
    objective_of,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.uccsd import Uccsd
from vqe_cli.fermions.excitations import Excitation, spin_flipped


@pytest.mark.parametrize(
    ("norb", "nelec"),
    [(2, (1, 1)), (4, (2, 2)), (4, (3, 1)), (3, (2, 0)), (5, (2, 3)), (3, (3, 3))],
)
def test_excitations_are_those_of_qiskit_nature(norb: int, nelec: tuple[int, int]) -> None:
    expected = set()
    for order in (1, 2):
        for down, up in generate_fermionic_excitations(order, norb, nelec):
            expected.add((frozenset(down), frozenset(up)))
    product = Uccsd().excitations(random_problem(norb, nelec, 1))
    found = [
        (
            frozenset(orbital + spin * norb for orbital, spin in rotation.excitation.annihilate),
            frozenset(orbital + spin * norb for orbital, spin in rotation.excitation.create),
        )
        for rotation in product.rotations
    ]
    assert len(found) == len(set(found))
    assert set(found) == expected


@pytest.mark.parametrize(
    ("norb", "nelec", "spin_adapted", "parameters"),
    [
        (2, (1, 1), None, 2),
        (2, (1, 1), False, 3),
        (6, (2, 2), False, 64 + 12 + 16),
        (6, (2, 2), None, (64 + 8) // 2 + 6 + 8),
        (4, (3, 1), None, 3 * 3 + 0 + 3 + 3),
        (4, (3, 1), True, 3 * 3 + 0 + 3 + 3),
        (2, (2, 2), None, 0),
        (3, (3, 0), None, 0),
    ],
)
def test_number_of_parameters(
    norb: int, nelec: tuple[int, int], spin_adapted: bool | None, parameters: int
) -> None:
    """Opposite-spin doubles, same-spin doubles and singles, halved by spin symmetry."""
    ansatz = Uccsd(spin_adapted=spin_adapted)
    assert ansatz.excitations(random_problem(norb, nelec, 1)).num_parameters == parameters


def test_doubles_act_before_singles_and_opposite_spins_first() -> None:
    product = Uccsd(spin_adapted=False).excitations(random_problem(4, (2, 2), 1))

    def kind(excitation: Excitation) -> int:
        spins = {spin for _, spin in excitation.create}
        return 2 if len(excitation.create) == 1 else 0 if len(spins) == 2 else 1

    kinds = [kind(rotation.excitation) for rotation in product.rotations]
    assert kinds == sorted(kinds)


def test_shared_amplitudes_belong_to_an_excitation_and_its_spin_flip() -> None:
    product = Uccsd().excitations(random_problem(4, (2, 2), 1))
    for parameter in range(product.num_parameters):
        group = [r.excitation for r in product.rotations if r.parameter == parameter]
        assert 1 <= len(group) <= 2
        if len(group) == 2:
            assert spin_flipped(group[0]) == group[1]
        else:
            assert spin_flipped(group[0]) == group[0]


def test_jordan_wigner_circuit_is_the_same_vector_as_the_sector() -> None:
    """Amplitude by amplitude, up to one global phase."""
    encoding = encoding_of("h3-doublet")
    state = ANSATZE.create("uccsd").state(encoding)
    x = np.random.default_rng(5).uniform(-1, 1, state.num_parameters)
    circuit = Statevector(state.circuit.assign_parameters(x).decompose(reps=3)).data
    objective = objective_of(encoding)
    sector = objective.space.unpack(objective.state(x))  # type: ignore[attr-defined]
    full = np.zeros(circuit.size)
    full[DenseFermions(3).sector((2, 1))] = sector
    assert abs(np.vdot(full, circuit)) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("molecule", "space", "millihartree"),
    [(H4, "full", 1.6), (H2O, frontier(4, 4), 1.6), (CH2, frontier(4, 4), 1.6)],
    ids=["h4", "h2o", "ch2"],
)
def test_energies_are_chemically_accurate_and_above_full_ci(
    molecule: Mapping[str, Any], space: Any, millihartree: float
) -> None:
    record = run(spec_of(molecule, active_space=space))
    assert record.error_mha is not None
    assert -1e-5 <= record.error_mha <= millihartree
    assert record.verdict == "pass"


@pytest.mark.parametrize("problem", ["h2", "h4", "h3-doublet"])
def test_separate_amplitudes_reach_at_least_as_low(problem: str) -> None:
    energies = []
    for spin_adapted in (True, False):
        objective = objective_of(
            encoding_of(named_problem(problem)), {"name": "uccsd", "spin_adapted": spin_adapted}
        )
        x0 = np.zeros(objective.traits.num_parameters)
        found = minimize(objective.energy_and_gradient, x0, jac=True, method="L-BFGS-B")
        energies.append(found.fun)
    assert energies[1] <= energies[0] + 1e-6
