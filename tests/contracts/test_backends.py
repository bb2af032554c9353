"""The contract of every backend."""

from __future__ import annotations

import json
from typing import Any

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
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import HasDensity, HasGradient
from vqe_cli.schema.backend_records import BackendRecord

DEVICES = {"ibm"}
"""Backends tested in tests/backends/ibm, with tolerances for noise and shots."""

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
def test_traits_and_record_are_complete(name: str) -> None:
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS, name)
    traits = objective.traits
    assert traits.num_parameters == len(traits.spectra) == 2
    assert not traits.noisy
    record = objective.record.named(name)
    plain = json.loads(record.model_dump_json())
    assert plain["name"] == name
    assert BackendRecord.model_validate(plain) == record
    assert None not in plain.values()


@every_backend
def test_a_gradient_is_that_of_the_energy(name: str) -> None:
    """Gradients against the slope of the energy along a line."""
    objective = objective_of(encoding_of("h2"), TWO_PARAMETERS, name)
    if not isinstance(objective, HasGradient):
        return
    x, way = np.array([0.1, -0.2]), np.array([0.6, 0.8])
    energy, gradient = objective.energy_and_gradient(x)
    ahead, behind = (objective.energy(x + step * way, 0).value for step in (1e-4, -1e-4))
    assert energy == pytest.approx(objective.energy(x, 0).value, abs=1e-12)
    assert gradient @ way == pytest.approx((ahead - behind) / 2e-4, abs=1e-7)


@every_backend
@pytest.mark.parametrize("ansatz", ["uccsd", "real-amplitudes"])
def test_a_density_is_that_of_the_state(name: str, ansatz: str) -> None:
    objective = objective_of(encoding_of("h2"), ansatz, name)
    x = np.zeros(objective.traits.num_parameters)
    if isinstance(objective, HasDensity):
        hartree_fock = np.diag([1.0, 0.0])
        np.testing.assert_allclose(objective.density(x).one_body, [hartree_fock] * 2, atol=1e-12)


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
    assert record.result.backend.name == name


@pytest.mark.parametrize("ansatz", ["uccsd", "two-local"])
@pytest.mark.parametrize(
    "options",
    [
        "exact",
        {"name": "exact", "shots": 100},
        "aer",
        {"name": "aer", "shots": 100},
        {"name": "aer", "noise": "fake_manila"},
        {"name": "aer", "noise": "fake_manila", "shots": 100, "mitigation": "readout"},
        {"name": "fake_manila", "shots": 100},
    ],
)
def test_what_is_expected_of_an_objective_is_what_it_is(options: Any, ansatz: str) -> None:
    backend = BACKENDS.create(options)
    objective = backend.prepare(ANSATZE.create(ansatz).state(encoding_of("h2")), 7)
    expected = backend.expected(is_product=ansatz == "uccsd")
    assert expected is not None
    assert expected.kind is type(objective)
    assert expected.sampled == objective.traits.sampled
