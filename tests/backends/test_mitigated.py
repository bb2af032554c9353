"""Mitigation on Aer, from the input to the record."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qiskit_aer.noise import NoiseModel, ReadoutError

from tests.problems import H2, TWO_PARAMETERS, encoding_of, objective_of, spec_of
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.aer.mitigated import MitigatedAerObjective
from vqe_cli.backends.aer.sampler import AerCircuit
from vqe_cli.backends.devices.compiling import compile_with_noise
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.errors import InputError
from vqe_cli.measurement import MEASUREMENTS
from vqe_cli.measurement.mitigation import Preparation, StateShots
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.measurement.shots import Budget
from vqe_cli.measurement.task import MeasurementTask
from vqe_cli.schema.records import RunRecord

X = np.array([-0.1, 0.2])
UNEQUAL = ((0.01, 0.05), (0.08, 0.12), (0.02, 0.2), (0.15, 0.03))
"""P(1|0) and P(0|1) of four qubits that must not be mistaken for one another."""


def on_a_line(
    measurement: str, mitigation: Any, shots: int, errors: Any = UNEQUAL
) -> MitigatedAerObjective:
    """Hydrogen on four qubits in a line, perfect gates, and readout errors."""
    state = ANSATZE.create(TWO_PARAMETERS).state(encoding_of("h2"))
    asked = Noise.model_validate({"readout": 0.1, "coupling": "line"})
    compiled = compile_with_noise(state.circuit, asked, 1, 7)
    noise = NoiseModel(basis_gates=["cx", "rz", "sx", "x"])
    for qubit, (p10, p01) in enumerate(errors):
        noise.add_readout_error(ReadoutError([[1 - p10, p10], [p01, 1 - p01]]), [qubit])
    compiled = type(compiled)(**{**vars(compiled), "noise": noise})
    plan = MEASUREMENTS.create(measurement).plan(state.encoding)
    budget, options = Budget(shots, None), Mitigation.model_validate(mitigation)
    task = MeasurementTask(state=state, measurement=measurement, plan=plan, budget=budget)
    return MitigatedAerObjective(task, AerCircuit(compiled, "density_matrix"), options)


@pytest.mark.parametrize("measurement", ["qubit-wise", "low-rank"])
def test_bits_are_undone_where_each_basis_leaves_its_qubits(measurement: str) -> None:
    """Orbital rotations on a line of qubits end with qubits in other places."""
    objective = on_a_line(measurement, {"readout": {"shots": 400_000}}, 40_000)
    exact = objective_of(encoding_of("h2"), TWO_PARAMETERS).energy(X, 0).value
    raw, mitigated = objective.mitigated(X, 3)
    assert raw.estimate.standard_error is not None
    assert mitigated.estimate.standard_error is not None
    assert abs(raw.estimate.value - exact) > 10 * raw.estimate.standard_error
    assert abs(mitigated.estimate.value - exact) < 4 * mitigated.estimate.standard_error


@pytest.mark.parametrize("folds", [0, 1])
def test_folded_ansatz_and_basis_states_are_the_same_states(folds: int) -> None:
    """Without readout errors in between: energies of the ansatz and of the determinant."""
    objective = on_a_line("low-rank", "reference_state", 20_000, errors=[(0.0, 0.0)] * 4)
    encoding = objective.task.state.encoding
    exact = objective_of(encoding, TWO_PARAMETERS).energy(X, 0).value
    expected = {exact: Preparation(X, folds=folds)}
    expected[encoding.problem.hartree_fock_energy] = Preparation(
        bits=encoding.reference_bits, folds=folds
    )
    for energy, preparation in expected.items():
        bases = objective.task.plan.bases
        shots = [20_000] * len(bases)
        counts = objective.sample(StateShots(preparation, bases, shots, 5))
        value = objective.task.plan.constant
        for basis, read in zip(bases, counts, strict=True):
            value += basis.values(read.outcomes) @ read.repetitions / read.shots
        deviation = np.sqrt(objective.task.plan.shots_times_variance / 20_000)
        assert abs(value - energy) < 5 * deviation


@pytest.fixture(scope="module")
def record() -> RunRecord:
    """Hydrogen on two qubits of a fake device, with all methods."""
    backend = {
        "name": "aer",
        "shots": 20_000,
        "noise": "fake_manila",
        "mitigation": ["readout", "zne", "reference_state"],
    }
    return run(spec_of(H2, mapper="parity", backend=backend, optimizer="none", initial=[-0.1125]))


def test_record_goes_from_raw_to_what_is_reported(record: RunRecord) -> None:
    rows = record.result.mitigation
    assert rows is not None
    assert [row.method for row in rows] == [
        "raw",
        "readout",
        "readout + zne",
        "readout + zne + reference_state",
    ]
    assert record.result.energy == rows[-1].energy
    assert record.result.standard_error == rows[-1].standard_error
    assert record.reference is not None
    errors = [abs(row.energy - record.reference.energy) for row in rows]
    assert errors[-1] < 0.5 * errors[0]


def test_shots_of_mitigation_are_counted_by_themselves(record: RunRecord) -> None:
    rows = record.result.mitigation
    assert rows is not None
    spent = record.result.shots_by_purpose
    assert spent["final energy"] >= rows[0].shots
    assert spent["mitigation"] == rows[-1].shots - rows[0].shots
    assert sum(spent.values()) == record.result.evaluations.shots
    assert rows[-1].overhead == pytest.approx(rows[-1].shots / rows[0].shots)


def test_mitigated_energy_is_not_judged_by_the_variational_principle(record: RunRecord) -> None:
    assert not record.check("not-below-exact").hard
    assert "mitigated" in record.check("noise-free").detail


def test_terminal_shows_every_method_with_its_error_bar_and_cost(record: RunRecord) -> None:
    import io

    from vqe_cli.report.console import console
    from vqe_cli.report.run.terminal import show_run

    stream = io.StringIO()
    show_run(record, console(stream))
    text = stream.getvalue()
    assert "overhead" in text
    rows = record.result.mitigation
    assert rows is not None
    for row in rows:
        assert f"{row.energy:.6f}" in text
        assert f"{row.shots:,}" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"noise": "fake_manila"}, "requires shots"),
        ({"shots": 100}, "no errors"),
        ({"shots": 100, "noise": {"device": "fake_manila", "scale": 0}}, "no errors"),
        ({"shots": 100, "noise": "fake_manila", "post_select": True}, "post_select"),
    ],
)
def test_mitigation_of_nothing_is_an_input_error(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        BACKENDS.create({"name": "aer", "mitigation": "readout", **options}, ("backend",))
    assert caught.value.path == ("backend", "mitigation")


def test_noise_of_a_device_grows_with_its_scale() -> None:
    """At scale zero the energy is the noiseless one, on the device's gates."""
    found = []
    for scale in (0.0, 0.5, 1.0, 2.0):
        backend = {"name": "aer", "noise": {"device": "fake_manila", "scale": scale}}
        objective = objective_of(encoding_of("h2", "parity"), TWO_PARAMETERS, backend)
        assert objective.traits.noisy is (scale > 0)
        found.append(objective.energy(X, 0).value)
    exact = objective_of(encoding_of("h2"), TWO_PARAMETERS).energy(X, 0).value
    assert found[0] == pytest.approx(exact, abs=1e-9)
    assert np.all(np.diff(found) > 0)
    slope = (found[1] - found[0]) / 0.5, (found[2] - found[0])
    assert slope[0] == pytest.approx(slope[1], rel=0.1)
