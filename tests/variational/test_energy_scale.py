"""Optimisers see energies of models in units of their scale, and report them in the model's."""

import pytest

import vqe_cli
from vqe_cli.comparison.plan import plan_problem
from vqe_cli.schema import spec_from_data

CIRCUIT = {"name": "qaoa", "layers": 1}


def run(weight, **data):
    edges = [[0, 1, weight], [1, 2, weight], [2, 3, weight], [0, 3, weight]]
    model = {"model": "maxcut", "edges": edges}
    return vqe_cli.run(spec_from_data({"hamiltonian": model, "ansatz": CIRCUIT, **data}))


@pytest.mark.parametrize("optimizer", ["l-bfgs-b", "slsqp", "cobyla", "nft"])
def test_the_path_of_an_optimiser_does_not_depend_on_the_unit(optimizer):
    one, large = (run(weight, optimizer=optimizer, backend="exact") for weight in (1.0, 1024.0))
    assert large.result.evaluations.energy == one.result.evaluations.energy
    assert large.result.energy == pytest.approx(1024 * one.result.energy, rel=1e-9)
    assert large.result.history[0].energy == pytest.approx(1024 * one.result.history[0].energy)
    assert large.verdict == one.verdict


def test_what_is_left_to_gain_is_told_in_the_unit_of_the_model():
    data = {"backend": {"name": "exact", "shots": 300}, "optimizer": "nft"}
    record = run(1.0, **data)
    assert "mHa" not in record.result.message
    assert "edges" in record.result.message
    assert record.result.evaluations.shots < 1_000_000


def test_the_ratio_of_a_ring_is_found_with_shots():
    # Farhi, Goldstone and Gutmann (2014): 3/4 for one layer on rings of more than two vertices.
    record = run(1.0, backend={"name": "exact", "shots": 1000}, optimizer="spsa")
    bar = 4 * record.result.standard_error
    assert record.result.cut.expected == pytest.approx(3.0, abs=bar + 0.02)


@pytest.mark.parametrize("unit", ["J", "Hartree"])
def test_comparisons_are_planned_in_either_unit(unit: str):
    data = {"hamiltonian": {"model": "ising", "sites": 3, "unit": unit}, "ansatz": "hva"}
    assert plan_problem("ising", spec_from_data(data), None, {}, 1).rows
