"""QPU time of transpiled circuits by IBM's formula, and jobs split at IBM's limits."""

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Measure, Parameter
from qiskit.circuit.library import CXGate, RZGate, SXGate
from qiskit.transpiler import InstructionProperties, Target

from tests.backends.ibm.services import ScriptedService, with_register
from tests.backends.ibm.test_submission import queue
from tests.problems import H2, encoding_of, objective_of, spec_of
from vqe_cli import run
from vqe_cli.analysis.estimation import estimate
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.devices.compiling import compile_for_device
from vqe_cli.backends.ibm import parts, runtime
from vqe_cli.backends.ibm.job import Request
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.ibm.parts import load_of, split
from vqe_cli.backends.ibm.timing import Timing
from vqe_cli.backends.submitter import Submitter
from vqe_cli.context import Context
from vqe_cli.errors import ResourceLimitError
from vqe_cli.measurement.mitigation.folding import folded


def target():
    """Two qubits with round durations: SX 30 ns, CX 400 ns, readout 1 µs, RZ no time."""
    found = Target(num_qubits=2, dt=1e-9)

    def each(duration):
        return {(q,): InstructionProperties(duration=duration) for q in range(2)}

    found.add_instruction(SXGate(), each(30e-9))
    found.add_instruction(RZGate(Parameter("a")), each(0.0))
    found.add_instruction(Measure(), each(1e-6))
    pairs = {(0, 1): InstructionProperties(duration=400e-9)}
    found.add_instruction(CXGate(), pairs)
    return found


def test_the_length_is_that_of_the_longest_chain():
    circuit = QuantumCircuit(3, 2)  # qubits 2 and 0 of the device are active
    circuit.sx(2)
    circuit.sx(2)  # 60 ns
    circuit.rz(0.3, 0)
    circuit.cx(2, 0)  # 460 ns
    circuit.barrier()
    circuit.delay(40, 0, unit="ns")  # 500 ns
    circuit.measure([2, 0], [0, 1])  # 1500 ns
    timing = Timing(target(), (2, 0), 250e-6)
    assert timing.length(circuit) == pytest.approx(1.5e-6)
    assert timing.execution(circuit) == pytest.approx(251.5e-6)


@pytest.mark.parametrize("name", ["fake_manila", "fake_fez"])
@pytest.mark.parametrize("folds", [0, 1, 2])
def test_lengths_are_those_of_qiskit(name, folds):
    state = ANSATZE.create("uccsd").state(encoding_of("h2"))
    compiled = compile_for_device(state.circuit, runtime.fake_device(name), 2, 7)
    circuit = folded(compiled.circuit, folds)
    circuit.measure_all()
    timing = Timing(compiled.target, tuple(range(circuit.num_qubits)), 0.0)
    expected = circuit.estimate_duration(compiled.target, unit="s")
    assert timing.length(circuit) == pytest.approx(expected, rel=1e-9)


def by_the_formula(objective):
    """2 s + Σ executions (rep_delay + circuit length), the length from Qiskit."""
    sent = []
    service = objective._device.queue._service
    service.submit, submit = (lambda request, *more: sent.append(request) or submit(request, *more),
                              service.submit)  # fmt: skip
    objective.mitigated(np.array([-0.1125]), 5)
    (request,) = sent
    target = objective._compiled.target
    return 2.0 + request.shots * sum(
        rows * (250e-6 + circuit.estimate_duration(target, unit="s"))
        for circuit, rows in zip(request.circuits, request.row_counts, strict=True)
    )


@pytest.mark.parametrize("mitigation", [{"readout": {"shots": 200}}, {"zne": {"factors": [1, 5]}}])
def test_the_estimate_of_a_job_is_ibms_formula(mitigation, devices_here):
    backend = {"name": "fake_manila", "shots": 200, "mitigation": mitigation}
    objective = objective_of(encoding_of("h2"), "uccsd", backend)
    expected = by_the_formula(objective)
    assert ledger().all()[-1].estimated_seconds == pytest.approx(expected, rel=1e-6)


def test_what_is_estimated_beforehand_is_what_the_job_is_estimated_at(devices_here):
    mitigation = {"zne": {"factors": [1, 3]}, "readout": {"shots": 200}}
    backend = {"name": "fake_manila", "shots": 400, "mitigation": mitigation}
    spec = spec_of(H2, backend=backend, optimizer="none", initial=[-0.1125])
    before = estimate(spec).one_energy.use
    found = run(spec, context=Context(Submitter("beforehand", "H2"))).result.backend
    assert before.executions == pytest.approx(found.executions, rel=0.1)
    assert before.qpu_seconds == pytest.approx(found.estimated_qpu_seconds, rel=0.05)


def deep(gates=40):
    """A circuit of CX gates on two qubits, with measurements."""
    circuit = QuantumCircuit(2)
    for _ in range(gates):
        circuit.cx(0, 1)
    circuit.rz(Parameter("a"), 0)
    return with_register(circuit)


def job(rows=6, shots=10, **options):
    return Request((deep(), deep()), (np.arange(rows)[:, None] * 1.0,) * 2, shots, 3, "q", options)


def test_loads_are_counted_as_ibm_counts_them():
    # 40 CX of 5, one RZ of 1 on qubit 0, a reading of 10, and 50 to begin with
    found = load_of(deep(), {})
    assert found.instructions.tolist() == [40 * 5 + 1 + 10 + 50, 40 * 5 + 10 + 50]
    assert found.two_qubit_gates == 40
    twirled = load_of(deep(), {"twirling": {"enable_gates": True, "num_randomizations": 32}})
    assert twirled.two_qubit_gates == 32 * 40
    pulses = load_of(deep(), {"dynamical_decoupling": {"enable": True, "sequence_type": "XX"}})
    # at most one idle time before each CX: two X of 2 and three delays
    assert pulses.instructions[1] == found.instructions[1] + 40 * (2 * 2 + 3)


@pytest.mark.parametrize(
    ("limit", "value", "rows"),
    [
        ("MOST_TWO_QUBIT_GATES", 5 * 40, [5, 5, 2]),
        ("MOST_INSTRUCTIONS", 4 * 261, [4, 4, 4]),
        ("MOST_EXECUTIONS", 70, [7, 5]),
        ("MOST_SECONDS", 10 * 3 * 325e-6 + 1e-9, [3, 3, 3, 3]),
        ("MOST_ROWS", 8, [8, 4]),
    ],
)
def test_requests_are_cut_at_every_limit(limit, value, rows, monkeypatch):
    monkeypatch.setattr(parts, limit, value)
    assert [sum(part.row_counts) for part, _ in split(job())] == rows
    service = ScriptedService()
    found = queue(service).results(job())
    assert [len(circuit) for circuit in found] == [6, 6]
    sent = np.concatenate([each for _, one, _ in service.submitted for each in one.parameters])
    np.testing.assert_array_equal(sent.ravel(), [*range(6), *range(6)])
    # every part is a job that has to be loaded: 2 s each
    total = sum(entry.estimated_seconds for entry in ledger().all())
    assert total == pytest.approx(2.0 * len(rows) + 120 * 325e-6)


@pytest.mark.parametrize("limit", ["MOST_TWO_QUBIT_GATES", "MOST_INSTRUCTIONS"])
def test_a_circuit_that_is_too_large_alone_is_refused(limit, monkeypatch):
    monkeypatch.setattr(parts, limit, 39)
    with pytest.raises(ResourceLimitError, match="IBM takes 39 in a job"):
        queue(ScriptedService()).results(job())
    assert ledger().all() == []


def test_what_is_surely_small_is_not_counted_in_detail(monkeypatch):
    monkeypatch.setattr(parts, "load_of", lambda *_: pytest.fail("counted"))
    assert len(split(job())) == 1
