"""MaxCut and QUBO: energies of all strings, best cuts, and graphs from files."""

from itertools import product

import numpy as np
import pytest

import vqe_cli
from tests.conftest import WriteFile
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.errors import InputError
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import load, spec_from_data

SQUARE = [[0, 1], [1, 2], [2, 3], [0, 3]]
WEIGHTED = [[2, 5, 1.5], [5, 9, -0.5], [9, 2, 2.0], [9, 11, 1.0]]


def encoding_of(model):
    spec = spec_from_data({"hamiltonian": model})
    parts = look_up_parts(spec)
    return Encoding(build_problem(spec, parts.active_space), parts.mapper)


def diagonal(model):
    return encoding_of(model).hamiltonian.to_matrix().diagonal().real


def test_energies_are_minus_the_weights_of_all_cuts():
    vertices = [2, 5, 9, 11]
    cuts = [
        sum(w for a, b, w in WEIGHTED if side[vertices.index(a)] != side[vertices.index(b)])
        for side in (bits[::-1] for bits in product((0, 1), repeat=4))
    ]
    found = diagonal({"model": "maxcut", "edges": WEIGHTED})
    np.testing.assert_allclose(found, [-cut for cut in cuts], atol=1e-12)


def test_energies_are_the_values_of_the_quadratic_form():
    matrix = np.random.default_rng(1).normal(size=(4, 4))
    strings = [np.array(bits[::-1]) for bits in product((0, 1), repeat=4)]
    expected = [x @ matrix @ x + 0.7 for x in strings]
    model = {"model": "qubo", "matrix": matrix.tolist(), "constant": 0.7}
    np.testing.assert_allclose(diagonal(model), expected, atol=1e-12)


def test_the_best_cut_of_the_shots_is_told_beside_the_optimum():
    # A triangle of weights 1.5, -0.5, 2 with a tail: {9} against the others cuts 2 - 0.5 + 1, and
    # {2} with 11 against 5 and 9 cuts 1.5 + 2 + 1, the largest, by hand.
    data = {"hamiltonian": {"model": "maxcut", "edges": WEIGHTED}, "ansatz": "qaoa"}
    record = vqe_cli.run(spec_from_data(data))
    cut = record.result.cut
    assert (cut.best, cut.optimum) == (pytest.approx(4.5), pytest.approx(4.5))
    assert cut.sides == ((2, 11), (5, 9))
    assert cut.expected == pytest.approx(-record.result.energy)
    assert cut.approximation_ratio == pytest.approx(cut.expected / 4.5)
    assert record.problem.unit == "weight"


@pytest.mark.parametrize("backend", ["exact", "aer", {"name": "exact", "shots": 500}])
def test_bit_strings_have_probabilities_and_energies_on_every_simulator(backend):
    data = {
        "hamiltonian": {"model": "maxcut", "edges": SQUARE},
        "ansatz": {"name": "qaoa", "layers": 2},
        "backend": backend,
    }
    record = vqe_cli.run(spec_from_data(data))
    found = record.result.bit_strings
    assert {string.bits for string in found.strings[:2]} == {"0101", "1010"}
    assert all(string.energy == -4 for string in found.strings[:2])
    assert sum(string.probability for string in found.strings[:2]) > 0.9
    assert record.result.evaluations.shots == sum(record.result.shots_by_purpose.values())
    assert (found.strings[0].amplitude is None) == ("shots" in str(backend))


def test_a_device_shows_the_strings_that_its_energy_has_read():
    data = {
        "hamiltonian": {"model": "maxcut", "edges": SQUARE},
        "ansatz": "qaoa",
        "backend": {"name": "ibm", "device": "fake_manila", "shots": 1000},
    }
    record = vqe_cli.run(spec_from_data(data))
    assert record.result.bit_strings.shots == record.result.shots_by_purpose["final energy"]
    assert record.result.cut.best == 4


def test_amplitudes_of_a_singlet_have_opposite_signs():
    data = {
        "hamiltonian": {"model": "heisenberg", "sites": 2, "field": [0.0, 0.0, 1e-3]},
        "ansatz": {"name": "hva", "layers": 1},
    }
    record = vqe_cli.run(spec_from_data(data))
    first, second = record.result.bit_strings.strings[:2]
    assert {first.bits, second.bits} == {"01", "10"}
    np.testing.assert_allclose(first.amplitude, [0.5**0.5, 0], atol=1e-6)
    np.testing.assert_allclose(second.amplitude, [-(0.5**0.5), 0], atol=1e-6)
    assert first.energy is None
    assert record.result.bit_strings.lowest is None


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("c a square\np edge 4 4\ne 1 2\ne 2 3\ne 3 4\ne 4 1\n", [(1, 2), (2, 3), (3, 4), (1, 4)]),
        ("# a path\n0 1\n1 2 0.5\n", [(0, 1), (1, 2)]),
        ("3 2\n1 2 1\n2 3 -1\n", [(1, 2), (2, 3)]),
        ("e 5 2\ne 1 2 0.5\ne 3 4 0.5\n", [(2, 5), (1, 2), (3, 4)]),
        ("0,1,2.5\n1,2,-1\n", [(0, 1), (1, 2)]),
    ],
    ids=["dimacs", "list", "gset", "letters", "commas"],
)
def test_graphs_are_read_from_files(write_file: WriteFile, text, edges):
    write_file("graph.txt", text)
    path = write_file("in.yaml", "hamiltonian: {model: maxcut, edges: {file: graph.txt}}\n")
    spec = load(path)
    problem = build_problem(spec, look_up_parts(spec).active_space)
    assert {(a, b) for a, b, _ in problem.graph.edges} == set(edges)


def test_a_first_line_of_two_meanings_is_refused(write_file: WriteFile):
    """An edge of weight one, or four vertices with three edges, which have other cuts."""
    write_file("graph.txt", "4 3\n1 2\n2 3\n3 4\n")
    path = write_file("in.yaml", "hamiltonian: {model: maxcut, edges: {file: graph.txt}}\n")
    with pytest.raises(InputError, match=r"graph\.txt:1.*may be an edge") as refused:
        load(path)
    assert "e 4 3" in str(refused.value.hint)


def test_a_line_that_is_no_edge_is_named(write_file: WriteFile):
    write_file("graph.txt", "0 1\n1 two\n")
    path = write_file("in.yaml", "hamiltonian: {model: maxcut, edges: {file: graph.txt}}\n")
    with pytest.raises(InputError, match=r"graph\.txt:2"):
        load(path)


@pytest.mark.parametrize(
    ("options", "path", "message"),
    [
        ({"model": "maxcut"}, ("hamiltonian",), "edges"),
        ({"model": "maxcut", "edges": []}, ("hamiltonian", "edges"), "list of edges"),
        ({"model": "maxcut", "edges": [[0, 0]]}, ("hamiltonian", "edges", 0), "itself"),
        ({"model": "maxcut", "edges": [[0, 1], [1]]}, ("hamiltonian", "edges", 1), "not an edge"),
        ({"model": "maxcut", "edges": [[0, 1, "x"]]}, ("hamiltonian", "edges", 0), "weight"),
        ({"model": "maxcut", "edges": [[0, 1, 0.0]]}, ("hamiltonian",), "zero"),
        ({"model": "qubo", "matrix": [[1.0, 2.0]]}, ("hamiltonian", "matrix"), "square"),
    ],
)
def test_what_is_no_graph_or_matrix_is_refused_at_its_key(options, path, message):
    with pytest.raises(InputError, match=message) as caught:
        encoding_of(options)
    assert caught.value.path == path


def test_a_graph_whose_largest_cut_is_empty_has_no_approximation_ratio():
    edges = [[0, 1, -1.0], [1, 2, -1.0]]
    data = {"hamiltonian": {"model": "maxcut", "edges": edges}, "ansatz": "qaoa"}
    record = vqe_cli.run(vqe_cli.spec_from_data(data))
    cut = record.result.cut
    assert cut.optimum == pytest.approx(0.0, abs=1e-9)
    assert cut.approximation_ratio is None
    assert (str(cut.best), cut.sides) == ("0.0", ((0, 1, 2), ()))


def test_the_optimum_of_more_strings_than_an_eigensolver_takes_is_that_of_all_strings():
    # A ring of odd length leaves one edge uncut.
    ring = [[k, (k + 1) % 17] for k in range(17)]
    data = {
        "hamiltonian": {"model": "maxcut", "edges": ring},
        "ansatz": "qaoa",
        "optimizer": "none",
    }
    record = vqe_cli.run(spec_from_data(data))
    assert (record.result.cut.optimum, record.reference.gap) == (16, 2)
