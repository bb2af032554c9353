"""Hints about jobs whose result was not obtained, and what `--resume` then does."""

import pytest
from qiskit_ibm_runtime import exceptions as ibm
from requests.exceptions import ConnectionError as NoConnection

from tests.backends.ibm.services import Raising, ScriptedService, request
from tests.backends.ibm.test_submission import queue
from vqe_cli.backends.ibm import overview, runtime
from vqe_cli.backends.ibm.job_files import jobs_folder, ledger
from vqe_cli.backends.ibm.overview import Overview
from vqe_cli.errors import UnavailableError

pytestmark = pytest.mark.quick

MISSING = ibm.RuntimeJobNotFound("Job not found")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(runtime, "PAUSES", (0.0,))
    monkeypatch.setattr(runtime, "LOOKS", (0.0,))


def hint_of(service):
    with pytest.raises(UnavailableError) as caught:
        queue(service).results(request())
    return caught.value.hint


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("failed", ibm.RuntimeJobFailureError("Error 6000")),
        ("failed", ibm.IBMRuntimeError("strange")),
        ("failed", ValueError("no result")),
        ("cancelled", ibm.RuntimeInvalidStateError("Job was cancelled.")),
        ("cancelled", ibm.RuntimeJobMaxTimeoutError("ran too long")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_a_job_that_gave_nothing_is_sent_again_and_the_hint_says_so(status, error):
    service = ScriptedService(statuses=[status], before={"result": Raising(error)})
    hint = hint_of(service)
    assert "--resume sends this job again, and it is billed again" in hint
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 2


@pytest.mark.parametrize(
    "errors",
    [
        [ibm.RuntimeJobFailureError("Unable to retrieve")],
        [NoConnection("reset"), NoConnection("reset")],
    ],
    ids=["refused", "network"],
)
def test_the_result_of_a_job_that_ended_well_is_asked_for_again_and_the_hint_says_so(errors):
    service = ScriptedService(before={"result": Raising(*errors)})
    hint = hint_of(service)
    assert "`vqe jobs fetch job1`, or --resume, requests its result again and sends nothing" in hint
    assert "paid" not in hint
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def test_a_network_that_fails_while_a_job_is_waited_for_costs_nothing_and_the_hint_says_so():
    service = ScriptedService(before={"status": Raising(NoConnection("a"), NoConnection("b"))})
    assert "--resume uses its result and sends nothing again" in hint_of(service)
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def test_a_job_that_may_have_been_accepted_is_looked_for_and_the_hint_says_so():
    lost = Raising(NoConnection("a"), NoConnection("b"))
    service = ScriptedService(before={"submit": lost})
    assert "--resume looks for it before sending anything" in hint_of(service)


def test_a_job_that_ibm_does_not_know_is_no_reason_to_wait_for_it():
    service = ScriptedService(before={"status": Raising(*[MISSING] * 9)})
    hint = hint_of(service)
    assert "without --resume the run starts again" in hint
    assert "uses its result" not in hint


def test_one_job_that_is_gone_does_not_hide_how_far_the_others_are(monkeypatch):
    service = ScriptedService(statuses=["queued"] * 2, before={})
    for question in "ab":
        service.before["status"] = Raising(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            queue(service, fingerprint=question).results(request(question=question))
    assert [entry.status for entry in ledger().all()] == ["queued"] * 2
    service.statuses, service.before["status"] = ["done"], Raising(MISSING)
    monkeypatch.setattr(overview, "_service", lambda *_: service)
    told = []
    assert [entry.status for entry in Overview().entries(told.append)] == ["queued", "done"]
    assert len(told) == 1
    assert "does not know that job" in told[0]


def test_the_list_of_jobs_is_closed_to_others_though_an_earlier_version_left_it_open():
    folder = jobs_folder()
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    queue(ScriptedService()).results(request())
    kept = [folder, *(path for path in folder.iterdir() if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o700}
