"""A whole run on a device of IBM, with IBM's own simulator in place of the service."""

from types import SimpleNamespace

import numpy as np
import pytest
from qiskit_aer import AerSimulator

from tests.problems import H2, spec_of
from vqe_cli import run
from vqe_cli.backends.ibm import device_preparation, runtime
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.submitter import Submitter
from vqe_cli.context import Context

OPTIONS = {"shots": 4000, "measurement": "qubit-wise"}


class Cloud:
    """A service that keeps jobs, and runs them on all qubits of the device."""

    def __init__(self, device):
        self.device = device
        self.jobs_by_id = {}

    def usage(self):
        return {}

    def jobs(self, job_tags, limit):
        return [job for job in self.jobs_by_id.values() if job_tags[0] in job.tags][:limit]

    def job(self, job_id):
        return self.jobs_by_id[job_id]

    def sampler(self, mode, options):
        assert mode is self.device
        simulator = AerSimulator.from_backend(self.device, max_parallel_threads=1)
        genuine = _SAMPLER(simulator, options)

        def accept(pubs):
            job_id = f"d{len(self.jobs_by_id)}"
            usage = {"status": "complete", "qpu_charge_time_seconds": 4}
            self.jobs_by_id[job_id] = SimpleNamespace(
                job_id=lambda: job_id,
                status=lambda: "DONE",
                result=genuine.run(pubs).result,
                metrics=lambda: {"usage": usage},
                tags=options["environment"]["job_tags"],
                widths={circuit.num_qubits for circuit, *_ in pubs},
            )
            return self.jobs_by_id[job_id]

        return SimpleNamespace(run=accept)


_SAMPLER = runtime.sampler


@pytest.fixture
def cloud(monkeypatch):
    device = runtime.fake_device("fake_manila")
    monkeypatch.setattr(device, "name", "ibm_manila")
    found = Cloud(device)
    monkeypatch.setattr(device, "service", found, raising=False)
    monkeypatch.setattr(runtime, "connect", lambda *_: found)
    monkeypatch.setattr(device_preparation, "find_device", lambda *_: device)
    monkeypatch.setattr(runtime, "sampler", found.sampler)
    return found


def test_the_energy_on_a_device_is_that_of_its_noise(cloud):
    spec = spec_of(H2, backend={"name": "ibm_manila", "plan": "payg", **OPTIONS}, optimizer="none")
    found = run(spec, context=Context(Submitter("f", "Hydrogen", approve=bool))).result
    noisy = spec_of(
        H2,
        backend={"name": "aer", "noise": "fake_manila", "measurement": "qubit-wise"},
        optimizer="none",
    )
    expected = run(noisy).result
    assert found.energy == pytest.approx(expected.energy, abs=4.5 * found.standard_error)
    assert {width for job in cloud.jobs_by_id.values() for width in job.widths} == {5}
    assert found.backend.jobs == tuple(cloud.jobs_by_id)
    assert found.backend.billed_qpu_seconds == 4.0 * len(cloud.jobs_by_id)
    assert [entry.service for entry in ledger().all()] == ["cloud"] * len(cloud.jobs_by_id)

    count = len(cloud.jobs_by_id)
    again = run(spec, context=Context(Submitter("f", "Hydrogen", resume=True))).result
    assert again.energy == found.energy
    assert len(cloud.jobs_by_id) == count


@pytest.mark.slow
def test_mitigation_on_all_qubits_of_a_device_is_that_of_aer(cloud):
    """Four of five qubits are used, and each is calibrated where it is read."""
    mitigation = {"readout": True, "zne": {"factors": [1, 3]}}
    backend = {"name": "ibm_manila", "plan": "payg", **OPTIONS, "mitigation": mitigation}
    context = Context(Submitter("m", "Hydrogen", approve=bool))
    found = run(spec_of(H2, backend=backend, optimizer="none"), context=context).result
    simulated = {"name": "aer", "noise": "fake_manila", **OPTIONS, "mitigation": mitigation}
    expected = run(spec_of(H2, backend=simulated, optimizer="none")).result
    for ours, theirs in zip(found.mitigation, expected.mitigation, strict=True):
        scatter = np.hypot(ours.standard_error, theirs.standard_error)
        assert ours.energy == pytest.approx(theirs.energy, abs=4 * scatter)
    assert len(cloud.jobs_by_id) == 1
