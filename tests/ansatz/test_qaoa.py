"""QAOA has the mean cuts that are proved for rings and regular graphs."""

from itertools import combinations
from math import comb, sqrt

import numpy as np
import pytest
from qiskit.quantum_info import Statevector

import vqe_cli
from tests.families import slow
from tests.functions import central_differences
from tests.problems import objective_of, qubit_encoding
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.qaoa import dicke_circuit
from vqe_cli.errors import InputError
from vqe_cli.schema import spec_from_data

CUBE = [(a, a ^ 1 << bit) for a in range(8) for bit in range(3) if a < a ^ 1 << bit]
K33 = [(a, b) for a in range(3) for b in range(3, 6)]


def run(edges, **data):
    model = {"model": "maxcut", "edges": [list(edge) for edge in edges]}
    return vqe_cli.run(spec_from_data({"hamiltonian": model, "ansatz": "qaoa", **data}))


def ring(count):
    return [(k, (k + 1) % count) for k in range(count)]


@pytest.mark.parametrize(("count", "layers"), [(6, 1), (6, 2), (8, 3), slow(8, 2)])
def test_the_ring_of_disagrees_has_the_ratio_of_farhi(count, layers):
    # Farhi, Goldstone and Gutmann (2014): (2p + 1)/(2p + 2) for rings of more than 2p vertices.
    record = run(ring(count), ansatz={"name": "qaoa", "layers": layers})
    expected = (2 * layers + 1) / (2 * layers + 2)
    assert record.result.cut.approximation_ratio == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("edges", "degree"), [(ring(5), 2), (K33, 3), (CUBE, 3)], ids=["ring-5", "K33", "cube"]
)
def test_one_layer_on_a_regular_graph_without_triangles_has_the_mean_cut_of_wang(edges, degree):
    # Wang, Hadfield, Jiang and Rieffel, Phys. Rev. A 97, 022304 (2018). The formula's graphs have
    # no triangles; further cycles do not matter to one layer.
    share = 0.5 + 0.5 / sqrt(degree) * (1 - 1 / degree) ** ((degree - 1) / 2)
    record = run(edges)
    assert record.result.cut.expected == pytest.approx(share * len(edges), abs=1e-6)


def test_weights_scale_the_cut_and_not_the_angles():
    light = run(ring(4))
    heavy = run([(a, b, 250.0) for a, b in ring(4)])
    assert heavy.result.cut.expected == pytest.approx(250 * light.result.cut.expected)
    assert heavy.result.cut.approximation_ratio == pytest.approx(0.75, abs=1e-6)


@pytest.mark.parametrize(("count", "ones"), [(4, 1), (4, 2), (5, 3), (6, 2)])
def test_strings_with_a_number_of_ones_begin_equally_probable(count, ones):
    # Circuit against definition: Bärtschi and Eidenbenz (2019).
    state = Statevector(dicke_circuit(count, ones))
    places = {sum(1 << qubit for qubit in chosen) for chosen in combinations(range(count), ones)}
    expected = [1 / comb(count, ones) if k in places else 0.0 for k in range(2**count)]
    np.testing.assert_allclose(state.probabilities(), expected, atol=1e-12)


def test_exchanges_keep_the_number_of_ones():
    ansatz = {"name": "qaoa", "mixer": "xy", "ones": 2, "layers": 2}
    record = run(CUBE[:7], ansatz=ansatz)
    assert {string.bits.count("1") for string in record.result.bit_strings.strings} == {2}


@pytest.mark.parametrize("mixer", [{}, {"mixer": "xy", "ones": 1}], ids=["x", "xy"])
def test_the_gradient_is_that_of_finite_differences(mixer):
    encoding = qubit_encoding({"ZZI": 1.0, "IZZ": -0.5, "ZZZ": 0.3, "IIZ": 0.2, "XII": 0.7})
    ansatz = {"name": "qaoa", "layers": 2, **mixer}
    prepared = objective_of(encoding, ansatz)
    x = np.random.default_rng(3).uniform(-1, 1, 4)
    _, gradient = prepared.energy_and_gradient(x)
    numerical = central_differences(lambda y: prepared.energy(y, 0).value, x)
    np.testing.assert_allclose(gradient, numerical, atol=1e-7)
    circuit = objective_of(encoding, ansatz, "aer")
    assert circuit.energy(x, 0).value == pytest.approx(prepared.energy(x, 0).value, abs=1e-10)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"mixer": "xy"}, ("ansatz",)),
        ({"ones": 2}, ("ansatz", "ones")),
        ({"mixer": "xy", "ones": 4}, ("ansatz", "ones")),
    ],
)
def test_a_number_of_ones_goes_with_exchanges_only(options, path):
    with pytest.raises(InputError) as caught:
        run(ring(4), ansatz={"name": "qaoa", **options})
    assert caught.value.path == path


def test_a_hamiltonian_without_a_diagonal_part_is_refused():
    with pytest.raises(InputError, match="diagonal") as caught:
        _ = ANSATZE.create("qaoa").state(qubit_encoding({"XX": 1.0})).num_parameters
    assert caught.value.hint


def test_molecules_are_refused_before_their_orbitals():
    data = {"molecule": {"geometry": "H 0 0 0\nH 0 0 0.735"}, "ansatz": "qaoa"}
    with pytest.raises(InputError, match="qubit Hamiltonian") as caught:
        vqe_cli.run(spec_from_data(data))
    assert caught.value.path == ("ansatz",)
    assert "uccsd" in caught.value.hint


def test_a_ramp_belongs_to_layers_of_the_hamiltonian():
    data = {"hamiltonian": {"model": "ising", "sites": 3}, "initial": "ramp"}
    with pytest.raises(InputError, match="ramp") as caught:
        vqe_cli.run(spec_from_data(data))
    assert caught.value.path == ("initial",)
