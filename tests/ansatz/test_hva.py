"""The Hamiltonian-variational ansatz is exact where that is known, and starts from its part."""

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp, Statevector

import vqe_cli
from tests.families import slow_but
from tests.functions import central_differences
from tests.problems import objective_of, qubit_encoding
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.hva import Hva
from vqe_cli.errors import InputError
from vqe_cli.schema import spec_from_data


def run(model, layers, **data):
    ansatz = {"name": "hva", "layers": layers}
    return vqe_cli.run(spec_from_data({"hamiltonian": model, "ansatz": ansatz, **data}))


@pytest.mark.parametrize("sites", slow_but([4], [4, 6, 8]))
def test_half_as_many_layers_as_sites_prepare_a_critical_ising_ring(sites):
    # Ho and Hsieh, SciPost Phys. 6, 029 (2019): exactly N/2 layers from the paramagnet.
    model = {"model": "ising", "sites": sites, "lattice": "ring"}
    assert run(model, sites // 2).error_in_unit == pytest.approx(0.0, abs=1e-8)
    assert run(model, sites // 2 - 1).error_in_unit > 0.1


def test_singlets_become_the_ground_state_of_a_heisenberg_ring():
    record = run({"model": "heisenberg", "sites": 4, "lattice": "ring"}, 1)
    assert record.result.energy == pytest.approx(-2.0, abs=1e-8)
    assert record.verdict == "pass"


def test_singlets_on_every_other_bond_are_the_initial_state():
    # Each singlet has -3/4, and the bonds between singlets have none: by hand, of 4 sites.
    encoding = qubit_encoding(heisenberg_chain(4))
    state = ANSATZE.create("hva").state(encoding)
    zeros = np.zeros(state.num_parameters)
    assert objective_of(encoding, "hva").energy(zeros, 0).value == pytest.approx(-1.5)


def heisenberg_chain(count):
    return {
        "I" * (count - 2 - k) + letters + "I" * k: 0.25
        for k in range(count - 1)
        for letters in ("XX", "YY", "ZZ")
    }


@pytest.mark.parametrize(
    ("paulis", "parts"),
    [
        ({"ZZI": 1.0, "IZZ": 1.0, "XII": 0.5, "IXI": 0.5, "IIX": 0.5, "ZII": 0.1}, 2),
        (heisenberg_chain(4), 2),
        (heisenberg_chain(3), 2),
        ({**heisenberg_chain(4), "IIIX": 0.3, "ZIII": 0.2}, 4),
        ({"ZZ": 1.0, "XZ": 0.5, "XX": 0.2}, 2),
    ],
)
def test_terms_of_a_part_commute_and_the_parts_are_the_hamiltonian(paulis, parts):
    operator = qubit_encoding(paulis).hamiltonian
    found = Hva().ordered_parts(operator)
    assert len(found) == parts
    for part in found:
        assert all(a.commutes(b) for a in part.paulis for b in part.paulis)
    assert SparsePauliOp.sum(found).equiv(operator)


def test_the_initial_state_is_a_ground_state_of_the_last_part():
    for paulis in (
        heisenberg_chain(4),
        {"ZZ": 1.0, "XI": 0.5, "IX": -0.3},
        {"XX": 1.0, "YY": -0.4, "ZI": 0.2, "IZ": 0.2},
    ):
        encoding = qubit_encoding(paulis)
        last = Hva().ordered_parts(encoding.hamiltonian)[-1]
        circuit = ANSATZE.create("hva").state(encoding).circuit
        state = Statevector(circuit.assign_parameters(np.zeros(circuit.num_parameters)))
        lowest = np.linalg.eigvalsh(last.to_matrix())[0]
        assert state.expectation_value(last).real == pytest.approx(lowest, abs=1e-10)


def test_the_gradient_is_that_of_finite_differences_and_aer_agrees():
    encoding = qubit_encoding({**heisenberg_chain(4), "IIIX": 0.3, "ZIII": 0.2})
    prepared = objective_of(encoding, {"name": "hva", "layers": 1})
    x = np.random.default_rng(5).uniform(-1, 1, prepared.traits.num_parameters)
    _, gradient = prepared.energy_and_gradient(x)
    numerical = central_differences(lambda y: prepared.energy(y, 0).value, x)
    np.testing.assert_allclose(gradient, numerical, atol=1e-7)
    circuit = objective_of(encoding, {"name": "hva", "layers": 1}, "aer")
    assert circuit.energy(x, 0).value == pytest.approx(prepared.energy(x, 0).value, abs=1e-10)


@pytest.mark.parametrize(
    "paulis", [{"ZZ": 1.0, "ZI": 0.5}, {"XXX": 1.0, "ZZZ": 1.0}], ids=["commuting", "large"]
)
def test_hamiltonians_without_parts_or_a_simple_one_are_refused(paulis):
    with pytest.raises(InputError, match="hva") as caught:
        _ = ANSATZE.create("hva").state(qubit_encoding(paulis)).num_parameters
    assert "qaoa" in caught.value.hint


def test_more_layers_are_advised_where_they_are_too_few():
    model = {"model": "ising", "sites": 4, "lattice": "ring"}
    check = run(model, 1).check("ansatz-depth")
    assert "--set ansatz.layers=2" in check.detail
    assert "ansatz-depth" not in {one.name for one in run(model, 2).checks}
    assert "ansatz-depth" not in {one.name for one in run(model, 1, optimizer="none").checks}


def test_more_layers_are_advised_for_paulis_in_hartree() -> None:
    """One layer misses the ground state of five critical spins by far more than 1.6 mHa."""
    labels = [f"{'I' * (3 - k)}ZZ{'I' * k}" for k in range(4)]
    labels += [f"{'I' * (4 - k)}X{'I' * k}" for k in range(5)]
    data = {"paulis": dict.fromkeys(labels, -1.0)}
    check = run(data, 1).check("ansatz-depth")
    assert "mHa" in check.detail
    assert "--set ansatz.layers=2" in check.detail
