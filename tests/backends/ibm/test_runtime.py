"""Errors of IBM's client become errors of ours, and transient ones are retried."""

import ibm_cloud_sdk_core
import pytest
from qiskit.providers.exceptions import QiskitBackendNotFoundError
from qiskit_ibm_runtime import exceptions as ibm
from qiskit_ibm_runtime.accounts import exceptions as accounts
from qiskit_ibm_runtime.api.exceptions import RequestsApiError
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ReadTimeout

from tests.backends.ibm.services import Raising
from vqe_cli.backends.ibm import runtime
from vqe_cli.errors import InputError, ResourceLimitError, UnavailableError

pytestmark = pytest.mark.quick

TOKEN = "MARKER-4711-abcdefgh"

FAILURES = [
    (accounts.AccountNotFoundError("Unable to find account."), "QISKIT_IBM_TOKEN"),
    (accounts.InvalidAccountError("Invalid token."), "QISKIT_IBM_TOKEN"),
    (accounts.CloudResourceNameResolutionError("no such instance"), "QISKIT_IBM_INSTANCE"),
    (ibm.IBMNotAuthorizedError("no"), "QISKIT_IBM_TOKEN"),
    (ibm_cloud_sdk_core.ApiException(400, message="key could not be found"), "QISKIT_IBM_TOKEN"),
    (QiskitBackendNotFoundError("No backend matches the criteria."), "least-busy"),
    (ibm.IBMInputValueError("instance"), "instance"),
    (RequestsApiError("400 Client Error", status_code=400), "again"),
    (ibm.RuntimeJobFailureError("Error 6000"), "IBM's"),
    (ibm.RuntimeJobMaxTimeoutError("ran too long"), "max_qpu_seconds"),
    (ibm.RuntimeJobTimeoutError("waited 10 s"), "vqe jobs"),
    (ibm.RuntimeJobNotFound("Job not found: x"), "another account"),
    (ibm.RuntimeInvalidStateError("Job was cancelled."), "vqe jobs cancel"),
    (NoConnection("Max retries exceeded"), "network"),
    (ReadTimeout("read timed out"), "again"),
    (ibm.IBMBackendApiError("strange"), "again"),
    (ValueError("'channel' can only be 'ibm_cloud'"), "again"),
]


@pytest.mark.parametrize(("error", "hint"), FAILURES, ids=lambda v: type(v).__name__)
def test_every_error_is_explained_without_tokens(error, hint, monkeypatch):
    monkeypatch.setenv("QISKIT_IBM_TOKEN", TOKEN)
    error.args = (*error.args, TOKEN)
    with pytest.raises(UnavailableError) as caught, runtime.translated("asking"):
        raise error
    found = caught.value
    assert found.exit_code == 6
    assert type(error).__name__ in found.message
    assert found.hint is not None
    assert hint in found.hint
    assert TOKEN not in f"{found} {found.hint}"
    assert found.__cause__ is None
    assert found.__suppress_context__


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TypeError("'NoneType' object is not iterable"), "'NoneType' object is not iterable"),
        (ValueError("no 'channel' or 'token'"), "no 'channel' or 'token'"),
        (ValueError("'channel' is not 'token'"), "'channel' is not 'token'"),
        (KeyError("results"), "results"),
        (ValueError("'"), "'"),
        (ValueError(""), ""),
    ],
    ids=repr,
)
def test_quotes_are_taken_off_around_the_whole_only(error, said):
    name = type(error).__name__
    assert runtime.explained(error, "asking").message == f"asking: it failed ({name}: {said})"


def test_a_job_that_cannot_be_cancelled_was_not_cancelled():
    error = ibm.RuntimeInvalidStateError("Job cannot be cancelled: 409 Client Error")
    assert "can no longer be cancelled" in runtime.explained(error, "cancelling job d1").message


def test_our_own_errors_pass():
    with pytest.raises(ResourceLimitError), runtime.translated("asking"):
        raise ResourceLimitError("too dear")


def test_an_interrupt_is_no_error():
    with pytest.raises(KeyboardInterrupt), runtime.translated("waiting"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (NoConnection("reset"), True),
        (ReadTimeout("slow"), True),
        (RequestsApiError("503 Server Error", status_code=503), True),
        (RequestsApiError("429 Too Many Requests", status_code=429), True),
        (RequestsApiError("no answer"), True),
        (RequestsApiError("401 Client Error", status_code=401), False),
        (RequestsApiError("404 Client Error", status_code=404), False),
        (ibm.IBMRuntimeError("Failed to retrieve job: '502 Server Error'"), True),
        (ibm.IBMRuntimeError("Failed to run program: '400 Client Error'"), False),
        (ibm.RuntimeJobFailureError("Error 6000"), False),
        (accounts.AccountNotFoundError("none"), False),
    ],
)
def test_only_failures_that_may_pass_are_tried_again(error, transient, monkeypatch):
    monkeypatch.setattr(runtime, "PAUSES", (0.0, 0.0))
    raising = Raising(error)
    assert runtime.is_transient(error) is transient
    if transient:
        runtime.patiently(raising)
        assert raising.calls == 2
    else:
        with pytest.raises(type(error)):
            runtime.patiently(raising)
        assert raising.calls == 1


def test_pauses_grow_up_to_two_minutes_together():
    assert list(runtime.PAUSES) == sorted(runtime.PAUSES)
    assert 60 <= sum(runtime.PAUSES) <= 180


def test_fake_devices_are_found_by_either_name():
    assert runtime.fake_device("manila").num_qubits == 5
    assert runtime.fake_device("fake_fez").num_qubits == 156
    with pytest.raises(InputError) as caught:
        runtime.fake_device("fake_fes")
    assert "fake_fez" in caught.value.hint


@pytest.mark.parametrize("kind", ["batch", "session"])
def test_batches_and_sessions_of_the_installed_version_open_and_close(kind):
    mode = runtime.execution_mode(kind, runtime.fake_device("fake_manila"), None)
    assert type(mode).__name__.lower() == kind
    mode.close()


def test_the_installed_sampler_takes_all_options():
    from qiskit_aer import AerSimulator

    options = {
        "dynamical_decoupling": {"enable": True, "sequence_type": "XY4"},
        "twirling": {"enable_gates": True, "enable_measure": True, "num_randomizations": 32},
        "environment": {"job_tags": ["vqe"]},
        "max_execution_time": 60,
    }
    found = runtime.sampler(AerSimulator(), options).options
    assert found.dynamical_decoupling.sequence_type == "XY4"
    assert found.twirling.enable_gates
    assert found.environment.job_tags == ["vqe"]
    assert found.max_execution_time == 60
