"""The exact backend chooses its simulator, and refuses problems that are too large."""

from __future__ import annotations

import numpy as np
import pytest

from tests.problems import (
    EXACT_H2,
    H2,
    LIH,
    TWO_QUBIT_MODEL,
    encoding_of,
    named_problem,
    objective_of,
    problem_of,
    pyscf_mean_field,
    qubit_encoding,
    random_problem,
    spec_of,
)
from vqe_cli import run
from vqe_cli._core import resources as machine
from vqe_cli.ansatz import ANSATZE
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import HasGradient
from vqe_cli.errors import ResourceLimitError
from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data

pytestmark = pytest.mark.quick


def test_excitations_run_in_the_sector_and_circuits_on_a_statevector() -> None:
    sector = objective_of(encoding_of("h4"), "uccsd")
    assert sector.record.representation == "sector"
    assert sector.record.dimension == 36
    circuit = objective_of(encoding_of("h4"), "real-amplitudes")
    assert circuit.record.representation == "statevector"
    assert circuit.record.dimension == 256


def test_sector_needs_no_qubit_operator() -> None:
    encoding = encoding_of(named_problem("h4"))
    objective_of(encoding, "uccsd")
    assert not encoding.is_mapped


@pytest.mark.parametrize("ansatz", ["uccsd", "two-local"])
def test_traits_say_what_it_can_do(ansatz: str) -> None:
    objective = objective_of(encoding_of("h2"), ansatz)
    assert isinstance(objective, HasGradient)
    traits = objective.traits
    assert not traits.sampled
    assert not traits.noisy
    assert traits.conserving == (ansatz == "uccsd")


def test_too_many_determinants_are_refused_before_anything_is_allocated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: 4_000_000_000)
    wide = random_problem(16, (8, 8), seed=1)
    encoding = Encoding(wide, encoding_of("h2").mapper)
    empty = ExcitationProduct(16, (8, 8), (), 0)

    def no_circuit() -> None:
        raise AssertionError("no circuit is needed")

    state = ParameterisedState(encoding, no_circuit, empty)  # type: ignore[arg-type]
    with pytest.raises(ResourceLimitError, match="165,636,900 determinants") as caught:
        BACKENDS.create("exact").prepare(state, 0)
    assert caught.value.exit_code == 3
    assert "active-space" in (caught.value.hint or "")


@pytest.mark.parametrize(("qubits", "memory"), [(24, 2e9), (31, 1e15)])
def test_too_many_qubits_of_a_circuit_are_refused(
    qubits: int, memory: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "available_bytes", lambda: int(memory))
    state = ANSATZE.create("two-local").state(qubit_encoding({"Z" * qubits: 1.0}))
    with pytest.raises(ResourceLimitError, match=f"{qubits} qubits") as caught:
        BACKENDS.create("exact").prepare(state, 0)
    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_hydrogen_is_exact_with_unitary_coupled_cluster() -> None:
    record = run(spec_of(H2))
    assert record.result.energy == pytest.approx(EXACT_H2, abs=1e-6)
    assert record.verdict == "pass"


@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
def test_lithium_hydride_is_within_two_hundredths_of_a_millihartree(mapper: str) -> None:
    from pyscf import fci

    solver = fci.FCI(pyscf_mean_field(LIH))
    solver.conv_tol = 1e-12
    exact = solver.kernel()[0]
    record = run(spec_of(LIH, mapper=mapper))
    assert 0 <= record.result.energy - exact <= 0.02e-3
    assert record.error_mha == pytest.approx(1e3 * (record.result.energy - exact), abs=1e-4)
    assert record.verdict == "pass"


@pytest.mark.parametrize("backend", ["exact", "aer"])
def test_two_qubit_model_has_the_eigenvalue_found_by_hand(backend: str) -> None:
    data = {
        "hamiltonian": TWO_QUBIT_MODEL,
        "ansatz": {
            "name": "two-local",
            "rotation_blocks": ["ry", "rz"],
            "entanglement_blocks": "cx",
            "reps": 2,
        },
        "optimizer": {"name": "slsqp", "maxiter": 300},
        "backend": backend,
    }
    record = run(spec_from_data(data))
    assert record.result.energy == pytest.approx(-1 - np.sqrt(1.04), abs=1e-6)
    assert record.reference is not None
    assert record.reference.energy == pytest.approx(-2.0198039, abs=1e-7)
    assert record.verdict == "pass"


def test_energy_of_the_default_ansatz_at_zero_is_hartree_fock() -> None:
    problem = problem_of(LIH)
    objective = objective_of(encoding_of(problem))
    zeros = np.zeros(objective.traits.num_parameters)
    expected = pyscf_mean_field(LIH).e_tot
    assert objective.energy(zeros, 0).value == pytest.approx(expected, abs=1e-9)
