"""Local jobs are run by a separate process and behave like IBM's."""

import os
import signal
import subprocess
import time
from dataclasses import replace

import numpy as np
import pytest

from tests.backends.ibm.services import request
from vqe_cli.backends.ibm.awaiting import wait
from vqe_cli.backends.ibm.job_files import local_folder
from vqe_cli.backends.ibm.local import LocalService, load_results, save_results
from vqe_cli.errors import UnavailableError
from vqe_cli.measurement.estimates import Counts


@pytest.fixture
def service(shared_state):
    return LocalService(local_folder(), "fake_manila", (0, 1))


def native(rows, shots):
    """RY in the device's gates: one qubit is rotated, the other is idle."""
    from qiskit import QuantumCircuit, transpile

    whole = request(rows=1, shots=shots)
    circuit = transpile(whole.circuits[0], basis_gates=["rz", "sx", "x", "cx"])
    assert isinstance(circuit, QuantumCircuit)
    return replace(whole, circuits=(circuit,), parameters=(np.array(rows),))


def test_a_job_gives_the_probabilities_of_its_parameters(service):
    job = native([[0.0, 0.0], [np.pi, 0.0], [np.pi / 2, 0.0]], shots=4000)
    job_id = service.submit(job, "tag-a", None)
    assert service.find("tag-a") == [job_id]
    assert wait(service, job_id) == "done"
    (rows,) = service.result(job_id)
    ones = [counts.repetitions[counts.outcomes & 1 == 1].sum() / counts.shots for counts in rows]
    # readout errors of the device are a few percent
    assert ones == pytest.approx([0.0, 1.0, 0.5], abs=0.08)
    assert ones[0] > 0
    assert service.usage(job_id) == 0.0


def test_equal_seeds_give_equal_counts_and_equal_rows_differ(service):
    job = native([[1.0, 1.0], [1.0, 1.0]], shots=500)
    first, second, other = (
        service.submit(replace(job, seed=seed), f"tag-{k}", None)
        for k, seed in enumerate((5, 5, 6))
    )
    for job_id in (first, second, other):
        wait(service, job_id)
    (rows,), (again,), (unlike,) = (service.result(job_id) for job_id in (first, second, other))
    for one, two in zip(rows, again, strict=True):
        np.testing.assert_array_equal(one.repetitions, two.repetitions)
    assert list(rows[0].repetitions) != list(rows[1].repetitions)
    assert list(rows[0].repetitions) != list(unlike[0].repetitions)


def test_a_job_that_cannot_run_fails_with_its_reason(service):
    foreign = request(rows=1)  # RY is no gate of Manila; the simulator would take it
    broken = LocalService(local_folder(), "fake_nowhere", (0, 1))
    job_id = broken.submit(foreign, "tag-broken", None)
    assert wait(service, job_id) == "failed"
    with pytest.raises(UnavailableError, match="no fake device called 'fake_nowhere'"):
        service.result(job_id)
    with pytest.raises(UnavailableError, match="failed already"):
        service.cancel(job_id)


def test_a_cancelled_job_has_no_result(service):
    slow = native([[0.1, 0.2]] * 3000, shots=10)
    running, waiting = (service.submit(slow, tag, None) for tag in ("slow", "later"))
    service.cancel(waiting)
    service.cancel(running)
    assert service.status(waiting) == "cancelled"
    with pytest.raises(UnavailableError, match="is cancelled"):
        service.result(waiting)


def test_unknown_jobs_are_unknown(service):
    assert service.find("no-such-tag") == []
    with pytest.raises(UnavailableError, match="no local job"):
        service.status("local-none")


def test_a_worker_that_is_killed_is_replaced_and_the_job_is_done(tmp_path, monkeypatch):
    folder = tmp_path / "jobs"
    service = LocalService(folder, "fake_manila", (0, 1))
    job_id = service.submit(native([[0.3, 0.4]], shots=50), "tag", None)
    lock = folder / "worker.lock"
    while not lock.read_text().strip():
        time.sleep(0.01)
    os.kill(int(lock.read_text()), signal.SIGKILL)
    assert wait(service, job_id) == "done"


def test_the_worker_knows_no_token(tmp_path, monkeypatch):
    monkeypatch.setenv("QISKIT_IBM_TOKEN", "MARKER")
    seen = []

    monkeypatch.setattr(subprocess, "run", lambda *_, env, **__: seen.append(env))
    LocalService(tmp_path / "jobs", "fake_manila", (0, 1)).submit(request(), "tag", None)
    assert seen
    assert "MARKER" not in str(seen)


def test_results_survive_writing(tmp_path):
    results = (
        (Counts(np.array([0, 3]), np.array([5, 7])), Counts(np.array([2]), np.array([12]))),
        (Counts(np.array([1]), np.array([4])),),
    )
    save_results(tmp_path / "x.npz", results)
    found = load_results(tmp_path / "x.npz")
    assert [len(rows) for rows in found] == [2, 1]
    np.testing.assert_array_equal(found[0][0].outcomes, [0, 3])
    np.testing.assert_array_equal(found[0][1].repetitions, [12])
    np.testing.assert_array_equal(found[1][0].repetitions, [4])
    assert [path.name for path in tmp_path.iterdir()] == ["x.npz"]
