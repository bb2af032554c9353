"""What holds for every backend."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.problems import (
    EXACT_H2,
    H2,
    SMALL_PROBLEMS,
    TWO_PARAMETERS,
    TWO_QUBIT_MODEL,
    encoding_of,
    objective_of,
    qubit_encoding,
    spec_of,
)
from vqe_cli import run
from vqe_cli.backends import BACKENDS

DEVICES = {"ibm"}
"""Held to the same in tests/backends/ibm, where noise and shots are allowed for."""

every_backend = pytest.mark.parametrize("name", sorted({*BACKENDS.names()} - DEVICES))
SYMMETRIES = {"particle-number", "sz", "s-squared"}


@every_backend
@pytest.mark.parametrize("problem", SMALL_PROBLEMS)
@pytest.mark.parametrize("ansatz", ["uccsd", "real-amplitudes"])
def test_energies_are_those_of_the_exact_backend(name: str, problem: str, ansatz: str) -> None:
    encoding = encoding_of(problem)
    objective = objective_of(encoding, ansatz, name)
    exact = objective_of(encoding, ansatz, "exact")
    x = np.random.default_rng(3).uniform(-1, 1, objective.traits.num_parameters)
    assert objective.energy(x, 0).value == pytest.approx(exact.energy(x, 0).value, abs=1e-8)
    found, expected = objective.observables(x, 0), exact.observables(x, 0)
    assert set(found) >= SYMMETRIES
    for quantity in SYMMETRIES:
        assert found[quantity].value == pytest.approx(expected[quantity].value, abs=1e-8)


@every_backend
def test_traits_and_details_are_complete(name: str) -> None:
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS, name)
    traits = objective.traits
    assert traits.num_parameters == len(traits.spectra) == 2
    assert not traits.noisy
    assert "representation" in objective.details
    assert json.loads(json.dumps(objective.details)) == objective.details


@every_backend
def test_gradient_is_there_where_it_is_declared(name: str) -> None:
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS, name)
    x = np.array([0.1, -0.2])
    if objective.traits.has_gradient:
        assert objective.energy_and_gradient(x)[1].shape == (2,)
    else:
        with pytest.raises(NotImplementedError):
            objective.energy_and_gradient(x)


@every_backend
@pytest.mark.parametrize("ansatz", ["uccsd", "real-amplitudes"])
def test_density_is_there_where_it_is_declared(name: str, ansatz: str) -> None:
    objective = objective_of(encoding_of("h2"), ansatz, name)
    x = np.zeros(objective.traits.num_parameters)
    if objective.traits.has_density:
        hartree_fock = np.diag([1.0, 0.0])
        np.testing.assert_allclose(objective.density(x).one_body, [hartree_fock] * 2, atol=1e-12)
    else:
        with pytest.raises(NotImplementedError):
            objective.density(x)


@every_backend
def test_qubit_hamiltonian_has_no_symmetries(name: str) -> None:
    encoding = qubit_encoding(TWO_QUBIT_MODEL["paulis"])
    objective = objective_of(encoding, "two-local", name)
    x = np.zeros(objective.traits.num_parameters)
    assert not SYMMETRIES & set(objective.observables(x, 0))


@every_backend
def test_equal_points_and_seeds_give_identical_bits(name: str) -> None:
    x = np.array([0.1, -0.2])
    found = [objective_of(encoding_of("h2"), TWO_PARAMETERS, name) for _ in range(2)]
    assert found[0].energy(x, 5) == found[1].energy(x, 5)
    assert found[0].energy(x, 5) == found[0].energy(x, 5)
    assert found[0].observables(x, 5) == found[1].observables(x, 5)


@every_backend
@pytest.mark.parametrize("mapper", ["jordan-wigner", "bravyi-kitaev", "parity"])
def test_hydrogen_is_solved_in_every_mapping(name: str, mapper: str) -> None:
    record = run(spec_of(H2, backend=name, mapper=mapper))
    assert record.result.energy == pytest.approx(EXACT_H2, abs=1e-6)
    assert record.verdict == "pass"
    assert record.result.backend["name"] == name
