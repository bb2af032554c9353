"""IBM's devices, with a service that behaves like IBM's."""

from types import SimpleNamespace

import pytest
from qiskit.providers.exceptions import QiskitBackendNotFoundError
from requests.exceptions import ConnectionError as NoConnection

from tests.backends.ibm.services import FakeConnection, Raising, request
from vqe_cli.backends.ibm import runtime
from vqe_cli.backends.ibm.cloud import CloudService, find_device
from vqe_cli.errors import UnavailableError

pytestmark = pytest.mark.quick


def device(operational=True, message="active"):
    status = SimpleNamespace(operational=operational, status_msg=message)
    return SimpleNamespace(name="ibm_fez", num_qubits=156, status=lambda: status)


@pytest.fixture
def sent(monkeypatch):
    """The arguments of the sampler, which accepts everything."""
    found = []

    def sampler(mode, options):
        def run(pubs):
            found.append((mode, options, pubs))
            return SimpleNamespace(job_id=lambda: f"id{len(found)}")

        return SimpleNamespace(run=run)

    monkeypatch.setattr(runtime, "sampler", sampler)
    return found


def test_a_job_carries_its_tag_its_time_limit_and_its_parameters(sent):
    service = CloudService(FakeConnection(), device())
    assert service.submit(request(rows=3, shots=7), "vqe-abc-1", max_seconds=12) == "id1"
    mode, options, ((circuit, rows, shots),) = sent[0]
    assert mode.name == "ibm_fez"
    assert options["environment"]["job_tags"] == ["vqe", "vqe-abc-1"]
    assert options["max_execution_time"] == 12
    assert (circuit.num_parameters, rows.shape, shots) == (2, (3, 2), 7)


def test_a_used_up_plan_is_an_error_and_not_a_job_that_waits_for_ever(sent):
    connection = FakeConnection()
    connection.limit_reached = True
    with pytest.raises(UnavailableError, match="no QPU time left"):
        CloudService(connection, device()).submit(request(), "tag", None)
    assert sent == []


@pytest.mark.parametrize("mode", ["batch", "session"])
def test_a_batch_or_session_is_opened_once_and_closed(sent, mode, monkeypatch):
    closed = []
    opened = SimpleNamespace(close=lambda: closed.append(mode))
    limits = []
    monkeypatch.setattr(
        runtime, "execution_mode", lambda _, __, seconds: limits.append(seconds) or opened
    )
    service = CloudService(FakeConnection(), device(), mode)
    for tag in ("a", "b"):
        service.submit(request(), tag, 30)
    assert limits == [30 if mode == "session" else None]
    assert [used for used, _, _ in sent] == [opened, opened]
    service.close()
    service.close()
    assert closed == [mode]


def test_the_least_busy_device_has_enough_qubits():
    connection = FakeConnection(device())
    assert find_device(connection, "ibm:least-busy", 12).name == "ibm_fez"
    assert connection.asked == [("least_busy", 12)]


@pytest.mark.parametrize(("operational", "message"), [(False, "maintenance"), (True, "paused")])
def test_a_device_that_is_off_is_unavailable(operational, message):
    connection = FakeConnection(device(operational, message))
    with pytest.raises(UnavailableError, match=f"not operational: {message}"):
        find_device(connection, "ibm_fez", 4)


def test_a_device_that_the_account_does_not_have_is_unavailable():
    raising = Raising(QiskitBackendNotFoundError("No backend matches the criteria."))
    with pytest.raises(UnavailableError, match="looking up ibm_fes"):
        find_device(FakeConnection(backend=raising), "ibm_fes", 4)


def test_a_look_up_survives_a_failure_of_the_network(monkeypatch):
    monkeypatch.setattr(runtime, "PAUSES", (0.0,))
    connection = FakeConnection(device(), backend=Raising(NoConnection("reset")))
    assert find_device(connection, "ibm_fez", 4).name == "ibm_fez"


@pytest.mark.parametrize(
    ("usage", "seconds"),
    [
        ({"status": "pending", "qpu_charge_time_seconds": 0}, None),
        ({"status": "complete", "qpu_charge_time_seconds": 7}, 7.0),
        ({}, None),
    ],
)
def test_billed_seconds_are_known_once_the_service_has_counted(usage, seconds):
    job = SimpleNamespace(metrics=lambda: {"usage": usage})
    service = CloudService(SimpleNamespace(job=lambda _: job))
    assert service.usage("x") == seconds


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("QUEUED", "queued"), ("RUNNING", "running"), ("DONE", "done"), ("ERROR", "failed"),
     ("CANCELLED", "cancelled"), ("INITIALIZING", "queued")],
)  # fmt: skip
def test_states_are_translated(theirs, ours):
    job = SimpleNamespace(status=lambda: theirs)
    assert CloudService(SimpleNamespace(job=lambda _: job)).status("x") == ours
