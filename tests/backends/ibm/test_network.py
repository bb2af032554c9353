"""A service that is slow, busy, silent or broken: nothing is sent twice, nothing is lost."""

import json
import random
from types import SimpleNamespace

import numpy as np
import pytest
from qiskit_ibm_runtime import exceptions as ibm
from qiskit_ibm_runtime.api.exceptions import RequestsApiError
from requests import HTTPError, Response
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import SSLError

from tests.backends.ibm.services import Raising, ScriptedService, request
from tests.backends.ibm.test_submission import queue
from vqe_cli.backends.ibm import failures, job_files, runtime
from vqe_cli.backends.ibm.cloud import CloudService, status_from
from vqe_cli.backends.ibm.failures import IncompleteResultError, is_transient
from vqe_cli.backends.ibm.job import read_results
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import UnavailableError
from vqe_cli.measurement.estimates import Counts

pytestmark = pytest.mark.quick


@pytest.fixture
def slept(monkeypatch):
    """The list of requested pauses in seconds, which are not waited for."""
    found = []
    monkeypatch.setattr(runtime.time, "sleep", found.append)
    return found


def answered(status, reason="No", **headers):
    """The error that the installed client raises for an answer to a submission."""
    response = Response()
    response.status_code, response.reason = status, reason
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    try:
        try:
            raise HTTPError(f"{status} Client Error: {reason} for url", response=response)
        except HTTPError as inner:
            raise RequestsApiError(str(inner), status) from inner
    except RequestsApiError as outer:
        error = ibm.IBMRuntimeError(f"Failed to run program: {outer}")
        error.__context__ = outer
        error.__suppress_context__ = True
        return error


@pytest.mark.parametrize("status", [429, 408])
def test_a_busy_service_is_waited_for_as_long_as_it_asks(status, slept):
    service = ScriptedService(before={"submit": Raising(answered(status, Retry_After="17"))})
    told = []
    queue(service, notify=told.append).results(request())
    assert len(service.submitted) == 1
    assert 17.0 in slept
    assert any("next attempt in 17 s" in text for text in told)


def test_too_many_requests_are_no_reason_to_look_for_the_job(slept):
    asked = Raising()
    service = ScriptedService(before={"submit": Raising(answered(429)), "find": asked})
    queue(service).results(request())
    assert asked.calls == 2  # once before each attempt


def test_waiting_for_a_busy_service_has_an_end_and_a_hint(slept):
    service = ScriptedService(before={"submit": Raising(*[answered(429)] * 99)})
    with pytest.raises(UnavailableError, match="no more requests") as caught:
        queue(service).results(request())
    assert "--resume" in caught.value.hint
    assert service.submitted == []
    assert 120 <= sum(slept) <= 180
    assert ledger().all()[-1].status == "failed"  # surely not accepted: it keeps nothing free
    service.before.clear()
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def test_a_wait_that_is_too_long_is_not_waited_for(slept):
    service = ScriptedService(before={"submit": Raising(answered(429, Retry_After="7200"))})
    with pytest.raises(UnavailableError, match="no more requests"):
        queue(service).results(request())
    assert slept == []


def test_pauses_are_seeded_and_bounded():
    once, again = list(runtime.pauses(3)), list(runtime.pauses(3))
    assert once == again != list(runtime.pauses(4))
    for pause, longest in zip(once, runtime.PAUSES, strict=True):
        assert longest <= pause <= 1.25 * longest


def test_dates_are_understood_and_nonsense_is_not():
    assert failures.retry_after(answered(429, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT")) == 0.0
    assert failures.retry_after(answered(429, Retry_After="soon")) is None
    assert failures.retry_after(answered(429)) is None


class Lagging(ScriptedService):
    """A service that lists a job only after a number of requests."""

    lag = 3

    def find(self, tag):
        found = super().find(tag)
        if found:
            self.lag -= 1
        return [] if self.lag > 0 else found


def test_after_a_lost_answer_the_list_is_asked_until_it_has_the_job(slept):
    lost = Raising(NoConnection("reset by peer"))
    service = Lagging(before={"after_submit": lost})
    queue(service).results(request())
    assert len(service.submitted) == 1


def test_a_job_that_went_out_twice_is_named_listed_and_counted(slept):
    lost = Raising(NoConnection("reset by peer"))
    service = Lagging(before={"after_submit": lost})
    service.lag = 6  # longer than anybody looks before it is sent again
    told = []
    here = queue(service, notify=told.append)
    here.results(request())
    assert len(service.submitted) == 2
    (warning,) = [text for text in told if "twice" in text]
    assert "job1" in warning
    assert "job2" in warning
    first, copy = ledger().all()
    assert {first.job_id, copy.job_id} == {"job1", "job2"}
    assert copy.superseded  # it answers nothing, but can be listed and cancelled
    assert here.spent().seconds == pytest.approx(3.5 + copy.estimated_seconds)


def test_a_resumed_run_looks_longer_for_a_job_that_may_be_out(slept):
    service = Lagging(before={"after_submit": Raising(KeyboardInterrupt())})
    with pytest.raises(KeyboardInterrupt):
        queue(service).results(request())
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def certificate():
    return SSLError("certificate verify failed: unable to get local issuer certificate")


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (answered(429), True),
        (answered(408), True),
        (answered(503), True),
        (answered(400), False),
        (answered(403), False),
        (answered(404), False),
        (answered(409), False),
        (answered(429, Retry_After="100000"), False),
        (ibm.IBMRuntimeError("The session is closed."), False),
        (ibm.IBMRuntimeError("Failed to run program: 'The session is closed'"), False),
        (ibm.IBMRuntimeError("Failed to run program: 'Read timed out.'"), True),
        (ibm.IBMRuntimeError("The backend crn (x) is not among the instances"), False),
        (NoConnection("Failed to resolve 'quantum.cloud.ibm.com'"), True),
        (SSLError("EOF occurred in violation of protocol"), True),
        (certificate(), False),
        (RequestsApiError(f"{certificate()}"), False),
        (json.JSONDecodeError("Unterminated string", "{", 1), True),
        (IncompleteResultError("empty"), True),
        (TimeoutError(), True),
        (ValueError("a fault of ours"), False),
    ],
)
def test_what_may_pass_and_what_does_not(error, transient):
    assert is_transient(error) is transient


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (answered(403), "no access"),
        (answered(401), "did not accept the account"),
        (answered(500), "reports an internal error"),
        (certificate(), "not trusted"),
        (IncompleteResultError("3 of 4 circuits"), "result is incomplete"),
    ],
)
def test_failures_have_words_of_their_own(error, words):
    with pytest.raises(UnavailableError, match=words), runtime.translated("asking"):
        raise error


def test_a_closed_session_ends_the_run_at_once(slept):
    closed = ibm.IBMRuntimeError("The session is closed.")
    service = ScriptedService(before={"submit": Raising(closed)})
    with pytest.raises(UnavailableError, match="session is closed"):
        queue(service).results(request())
    assert slept == []


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("QUEUED", "queued"),
        ("RUNNING", "running"),
        ("VALIDATING", "running"),
        ("something new", "running"),
        ("DONE", "done"),
        ("JobStatus.DONE", "done"),
        ("Completed", "done"),
        ("ERROR", "failed"),
        ("CANCELLED", "cancelled"),
        ("CANCELLED - RAN TOO LONG", "cancelled"),
        ("Canceled", "cancelled"),
    ],
)
def test_states_of_the_service(text, ours):
    assert status_from(text) == ours
    job = SimpleNamespace(status=lambda: text)
    assert CloudService(SimpleNamespace(job=lambda _: job)).status("x") == ours


def test_a_job_is_not_given_up_because_the_list_does_not_know_it_yet(slept):
    missing = Raising(*[ibm.RuntimeJobNotFound("Job not found: job1")] * 2)
    queue(ScriptedService(before={"status": missing})).results(request())
    assert missing.calls == 3


def test_a_job_that_has_vanished_is_an_error_and_stays_in_the_list(slept):
    missing = Raising(*[ibm.RuntimeJobNotFound("Job not found: job1")] * 99)
    service = ScriptedService(before={"status": missing})
    with pytest.raises(UnavailableError, match="does not know that job"):
        queue(service).results(request())
    assert [entry.job_id for entry in ledger().all()] == ["job1"]
    assert len(service.submitted) == 1


class Truncating(ScriptedService):
    """A service whose responses are truncated a number of times."""

    cuts = 1

    def result(self, job_id):
        found = super().result(job_id)
        self.cuts -= 1
        if self.cuts < 0:
            return found
        short = Counts(np.array([1]), np.array([3]))
        return random.Random(self.cuts).choice([found[:0], ((short,) * 2,), (found[0][:1],)])


@pytest.mark.parametrize("cuts", [1, 2, 3])
def test_a_truncated_result_is_fetched_again(cuts, slept):
    service = Truncating()
    service.cuts = cuts
    (circuit,) = queue(service).results(request(rows=2, shots=10))
    assert [counts.shots for counts in circuit] == [10, 10]


def test_a_result_that_never_comes_whole_is_not_kept(slept):
    service = Truncating()
    service.cuts = 99
    with pytest.raises(UnavailableError, match="result is incomplete") as caught:
        queue(service).results(request())
    assert "fetch" in caught.value.hint
    assert not job_files.result_file("job1").exists()


@pytest.mark.parametrize("found", [None, [SimpleNamespace(data=SimpleNamespace())]])
def test_an_answer_without_a_result_is_incomplete(found):
    with pytest.raises(IncompleteResultError):
        read_results(found)


def test_a_result_is_not_lost_because_nobody_says_what_it_took(slept):
    class Silent(ScriptedService):
        def usage(self, job_id):
            raise answered(403)

    told = []
    queue(Silent(), notify=told.append).results(request())
    assert any("the QPU time of job job1" in text for text in told)
    assert ledger().all()[-1].billed_seconds is None


def test_a_result_is_not_lost_because_a_session_cannot_be_closed():
    told = []

    def close():
        raise NoConnection("down")

    Submitter(notify=told.append, at_end=[close]).close()
    assert "billed by the clock" in told[0]
