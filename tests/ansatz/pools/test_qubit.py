"""The pool of Pauli strings, and rotations by them against dense matrix exponentials."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import pytest
from pyscf import fci
from qiskit import transpile
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector
from scipy.linalg import expm

from tests.functions import central_differences
from tests.problems import H2, H4, encoding_of, pyscf_mean_field, random_problem, spec_of
from vqe_cli import run
from vqe_cli.ansatz.adapt import Adapt
from vqe_cli.backends.exact.pauli_products import PauliObjective
from vqe_cli.errors import InputError
from vqe_cli.qubits.encoding import sparse_matrix
from vqe_cli.qubits.pauli_strings import PauliProduct, PauliString

MAPPERS = ("jordan-wigner", "parity", "bravyi-kitaev")


@pytest.mark.parametrize("norb", [3, 4])
def test_jordan_wigner_strings_are_those_of_the_paper(norb: int) -> None:
    """Two strings for two qubits of one spin, and eight for four qubits of no odd spin."""
    encoding = encoding_of(random_problem(norb, (2, 2), 1))
    found = [one[0] for one in Adapt(pool="qubit").adaptive(encoding).pool]
    fours = comb(norb, 2) ** 2 + 2 * comb(norb, 4)
    assert len(found) == len(set(found)) == 8 * fours + 2 * 2 * comb(norb, 2)
    for string in found:
        assert isinstance(string, PauliString)
        assert string.letters.count("Y") in (1, 3)
        assert "Z" not in string.letters


def drawn(mapper: str, count: int, seed: int) -> tuple[PauliObjective, PauliProduct]:
    encoding = encoding_of(random_problem(3, (2, 1), 4), mapper)
    pool = [one[0] for one in Adapt(pool="qubit").adaptive(encoding).pool]
    chosen = np.random.default_rng(seed).choice(len(pool), count)
    product = PauliProduct(tuple(one for k in chosen if isinstance(one := pool[k], PauliString)))
    return PauliObjective(Adapt(pool="qubit").state(encoding).with_strings(product)), product


@pytest.mark.parametrize("mapper", MAPPERS)
def test_state_is_the_product_of_matrix_exponentials(mapper: str) -> None:
    objective, product = drawn(mapper, 5, 2)
    encoding = encoding_of(random_problem(3, (2, 1), 4), mapper)
    x = np.random.default_rng(7).uniform(-2, 2, 5)
    start = "".join("1" if bit else "0" for bit in reversed(encoding.reference_bits))
    psi = np.asarray(Statevector.from_label(start).data)
    for angle, string in zip(x, product.strings, strict=True):
        psi = expm(-1j * angle * Operator(SparsePauliOp(string.letters)).data) @ psi
    np.testing.assert_allclose(objective.state(x), psi, atol=1e-12)
    energy = np.vdot(psi, sparse_matrix(encoding.hamiltonian) @ psi).real
    assert objective.energy(x).value == pytest.approx(energy, abs=1e-11)


@pytest.mark.parametrize("mapper", MAPPERS)
def test_gradient_is_that_of_finite_differences(mapper: str) -> None:
    objective, _ = drawn(mapper, 6, 5)
    x = np.random.default_rng(1).uniform(-2, 2, 6)
    energy, gradient = objective.energy_and_gradient(x)
    assert energy == pytest.approx(objective.energy(x).value, abs=1e-12)
    expected = central_differences(lambda point: objective.energy(point).value, x)
    np.testing.assert_allclose(gradient, expected, atol=1e-8)


def test_pool_gradient_is_the_expectation_value_of_the_commutator() -> None:
    objective, _ = drawn("jordan-wigner", 4, 3)
    encoding = encoding_of(random_problem(3, (2, 1), 4))
    x = np.array([0.3, -1.2, 0.8, 2.0])
    psi, hamiltonian = objective.state(x), sparse_matrix(encoding.hamiltonian).toarray()
    pool = Adapt(pool="qubit").adaptive(encoding).pool
    _, slopes = objective.pool_gradient(x, pool)
    for (string,), slope in zip(pool, slopes, strict=True):
        assert isinstance(string, PauliString)
        generator = -1j * Operator(SparsePauliOp(string.letters)).data
        commutator = hamiltonian @ generator - generator @ hamiltonian
        assert slope == pytest.approx(np.vdot(psi, commutator @ psi).real, abs=1e-11)


def test_even_numbers_of_y_are_refused() -> None:
    with pytest.raises(ValueError, match="odd number"):
        PauliString("YXXY")


@pytest.mark.parametrize("mapper", MAPPERS)
def test_hydrogen_takes_one_string_with_six_cnots_at_most(mapper: str) -> None:
    record = run(spec_of(H2, ansatz={"name": "adapt", "pool": "qubit"}, mapper=mapper))
    assert record.verdict == "pass"
    assert record.error_mha == pytest.approx(0.0, abs=1e-3)
    assert record.result.operators is not None
    (operator,) = record.result.operators
    assert operator.pauli is not None
    product = PauliProduct((PauliString(operator.pauli),))
    encoding = encoding_of("h2", mapper)
    state = Adapt(pool="qubit").state(encoding).with_strings(product)
    plain = transpile(state.circuit, basis_gates=["cx", "u"], optimization_level=0)
    assert plain.count_ops()["cx"] <= 6


def test_full_ci_of_four_hydrogen_atoms_is_reached_in_the_right_sector() -> None:
    record = run(spec_of(H4, ansatz={"name": "adapt", "pool": "qubit"}))
    exact = fci.FCI(pyscf_mean_field(H4)).kernel()[0]
    assert -1e-5 < 1000 * (record.result.energy - exact) < 0.1
    assert record.verdict == "pass"
    assert record.check("particle-number").value == pytest.approx(4.0, abs=1e-4)


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity", "ternary-tree"])
def test_excitations_that_vanish_on_tapered_qubits_have_no_strings(mapper: str) -> None:
    """One qubit holds the two closed-shell determinants of hydrogen; 1α 2β → 2α 1β is elsewhere."""
    tapered = {"name": mapper, "taper": True}
    record = run(spec_of(H2, ansatz={"name": "adapt", "pool": "qubit"}, mapper=tapered))
    exact = fci.FCI(pyscf_mean_field(H2)).kernel()[0]
    assert record.result.energy == pytest.approx(exact, abs=1e-8)
    assert record.problem.qubits == 1
    assert record.result.operators is not None
    assert [operator.pauli for operator in record.result.operators] == ["Y"]


@pytest.mark.parametrize(
    "parts", [{"forces": True}, {"states": 3}, {"orbitals": "optimised"}], ids=str
)
def test_what_needs_excitations_is_refused_by_the_name_of_the_pool(parts: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="pool 'qubit' consists of Pauli strings"):
        run(spec_of(H2, ansatz={"name": "adapt", "pool": "qubit"}, **parts))
