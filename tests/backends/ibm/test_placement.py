"""Results that were paid for can be read even if the device has changed or is gone."""

from types import SimpleNamespace

import pytest
from qiskit import QuantumCircuit

from tests.backends.ibm.test_cloud_run import Cloud
from tests.families import slow
from tests.problems import encoding_of, qubit_encoding
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.devices.compiling import compile_for_device
from vqe_cli.backends.ibm import device_preparation, placement, runtime
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.submitter import Submitter
from vqe_cli.cli import approval
from vqe_cli.context import Context
from vqe_cli.errors import UnavailableError
from vqe_cli.parts import fingerprint_of
from vqe_cli.schema import spec_from_data

MITIGATED = {"readout": {"shots": 1000}}
BACKEND = {"name": "ibm_manila", "plan": "payg", "shots": 1000, "measurement": "qubit-wise",
           "mitigation": MITIGATED}  # fmt: skip


class Interrupted(Cloud):
    """A service whose client is interrupted while it waits, until `patient`."""

    patient = False

    def job(self, job_id):
        if not self.patient:
            raise KeyboardInterrupt
        return super().job(job_id)


def as_manila(monkeypatch, cloud):
    """Manila as a device of the cloud."""
    device = runtime.fake_device("fake_manila")
    monkeypatch.setattr(device, "name", "ibm_manila")
    monkeypatch.setattr(device, "service", cloud, raising=False)
    monkeypatch.setattr(runtime, "connect", lambda *_: cloud)
    monkeypatch.setattr(device_preparation, "find_device", lambda *_: device)
    monkeypatch.setattr(runtime, "sampler", cloud.sampler)
    cloud.device = device
    return device


@pytest.fixture
def cloud(monkeypatch):
    found = Interrupted(None)
    as_manila(monkeypatch, found)
    return found


EXACT = -1 - 1.04**0.5
"""Of the two-qubit model, whose block of equal bits is 2 x 2."""

MODEL = {
    "hamiltonian": {"name": "Model", "paulis": {"ZZ": -1.0, "ZI": 0.5, "IZ": 0.5, "XX": 0.2}},
    "ansatz": {"name": "two-local", "rotation_blocks": ["ry"], "reps": 1},
    "optimizer": {"name": "slsqp"},
    "backend": BACKEND,
}


def spec():
    return spec_from_data(MODEL)


def circuit():
    """The circuit of the parameterised state."""
    encoding = qubit_encoding(MODEL["hamiltonian"]["paulis"])
    return ANSATZE.create(MODEL["ansatz"]).state(encoding).circuit


def start(told=None):
    """Start a run that is interrupted while it waits for its only job."""
    asked = spec()
    kept = {"spec": asked.model_dump(mode="json", exclude_unset=True, exclude_none=True),
            "file": None}  # fmt: skip
    submitter = Submitter(fingerprint_of(asked), "H2", approve=bool, notify=(told or []).append,
                          spec=kept)  # fmt: skip
    with pytest.raises(BaseException, match="interrupted"):
        run(asked, context=Context(submitter))
    return fingerprint_of(asked)


def resume(fingerprint, **more):
    submitter = Submitter(fingerprint, "H2", resume=True, approve=None, **more)
    return run(spec(), context=Context(submitter)).result


def recalibrated(monkeypatch, cloud):
    """The device with other errors, for which the transpiler chooses another layout."""
    other = runtime.fake_device("fake_quito")
    monkeypatch.setattr(other, "name", "ibm_manila")
    monkeypatch.setattr(other, "service", cloud, raising=False)
    monkeypatch.setattr(device_preparation, "find_device", lambda *_: other)
    return other


def test_a_resumed_run_pays_once_though_the_layout_has_moved(cloud, monkeypatch):
    fingerprint = start()
    before = compile_for_device(circuit(), cloud.device, 2, 7)
    other = recalibrated(monkeypatch, cloud)
    after = compile_for_device(circuit(), other, 2, 7)
    assert before.active != after.active
    cloud.patient = True
    found = resume(fingerprint)
    assert len(cloud.jobs_by_id) == 1
    assert found.backend.device_qubits == before.active
    assert found.backend.jobs == ("d0",)


@pytest.mark.parametrize("fate", ["is not operational: maintenance", slow("no such device")])
def test_a_job_that_has_ended_needs_no_device(cloud, monkeypatch, fate):
    fingerprint = start()
    cloud.patient = True
    expected = resume(fingerprint)

    def gone(*_):
        raise UnavailableError(fate)

    monkeypatch.setattr(device_preparation, "find_device", gone)
    again = resume(fingerprint)
    assert again.energy == expected.energy
    assert again.mitigation == expected.mitigation

    monkeypatch.setattr(runtime, "connect", gone)  # nor, once its result lies here, an account
    assert resume(fingerprint).energy == expected.energy
    assert len(cloud.jobs_by_id) == 1


def test_fetching_a_job_makes_the_energy_without_the_device(cloud, monkeypatch, run_vqe):
    fingerprint = start()
    cloud.patient = True

    def gone(*_):
        raise UnavailableError("retired")

    monkeypatch.setattr(device_preparation, "find_device", gone)
    monkeypatch.setattr("vqe_cli.backends.ibm.overview.runtime.connect", lambda *_: cloud)
    fetched = run_vqe("jobs", "fetch", "d0", "--json").record
    (entry,) = ledger().of_run(fingerprint)
    ours = fetched["run"]["result"]
    assert (entry.energy, entry.standard_error) == (ours["energy"], ours["standard_error"])
    assert fetched["jobs"][0]["energy"] == ours["energy"]
    assert ours["mitigation"][-1]["energy"] == ours["energy"]
    assert ours["energy"] == resume(fingerprint).energy
    # Gates go wrong by a few per cent of the span of the spectrum, readout is mended.
    assert ours["energy"] == pytest.approx(EXACT, abs=0.15)
    text = run_vqe("jobs", "fetch", "d0").out
    assert "±" in text
    assert f"{ours['energy']:.2f}"[:4] in text
    assert len(cloud.jobs_by_id) == 1


def test_a_run_whose_input_was_not_kept_is_told_how_to_go_on(cloud, monkeypatch, run_vqe):
    start()
    cloud.patient = True
    monkeypatch.setattr(approval, "spec_kept", lambda _: None)
    assert "vqe run FILE --resume" in run_vqe("jobs", "fetch", "d0").out


def test_a_new_start_is_compiled_for_the_device_as_it_is(cloud, monkeypatch):
    start()
    other = recalibrated(monkeypatch, cloud)
    cloud.patient, cloud.device = True, other
    submitter = Submitter(fingerprint_of(spec()), "H2", approve=bool)
    found = run(spec(), context=Context(submitter)).result
    expected = compile_for_device(circuit(), other, 2, 7).active
    assert found.backend.device_qubits == tuple(expected)
    assert len(cloud.jobs_by_id) == 2


def errors_of(noise):
    """Errors without their random names; Aer's own comparison takes seconds."""
    return [{**error, "id": None} for error in noise.to_dict(serializable=True)["errors"]]


@pytest.mark.parametrize("name", ["fake_manila", slow("fake_fez")])
def test_a_placement_is_read_as_it_was_written(name, tmp_path):
    state = ANSATZE.create("uccsd").state(encoding_of("h2"))
    device = runtime.fake_device(name)
    compiled = compile_for_device(state.circuit, device, 2, 7)
    placed = placement.placed(compiled, device, 1e-3)
    path = placement.file_of(tmp_path / "new", "f" * 64, state.circuit)
    placement.keep(path, placed)
    found = placement.recall(path)
    assert found.compiled.circuit == compiled.circuit
    assert errors_of(found.compiled.noise) == errors_of(compiled.noise)
    assert found.repetition == 250e-6  # both devices say so
    for one in ("places", "active", "level", "seed"):
        assert getattr(found.compiled, one) == getattr(compiled, one)
    change = QuantumCircuit(4)
    change.cx(0, 3)
    assert found.compiled.tail(change).circuit == placed.compiled.tail(change).circuit
    assert found.compiled.tail(change).places == placed.compiled.tail(change).places


@pytest.mark.parametrize("text", ["", "{", '{"schema": "another/1"}'])
def test_a_damaged_file_is_no_placement(text, tmp_path):
    path = tmp_path / "one.json"
    path.write_text(text)
    assert placement.recall(path) is None
    assert placement.recall(tmp_path / "none.json") is None


def test_a_device_that_tells_no_delay_gets_the_usual_one():
    from vqe_cli.backends.ibm.timing import repetition_delay

    assert repetition_delay(SimpleNamespace(default_rep_delay=5e-4), 1.0) == 5e-4
    assert repetition_delay(SimpleNamespace(), 1.0) == 1.0
