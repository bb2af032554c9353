"""Each job is sent once even if processes end, after limits and approval."""

import numpy as np
import pytest
from requests.exceptions import ConnectionError as NoConnection

from tests.backends.ibm.services import Raising, ScriptedService, request
from vqe_cli.backends.ibm import parts, runtime
from vqe_cli.backends.ibm.cost import Caps
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.ibm.parts import joined, split
from vqe_cli.backends.ibm.sending import SpendingPolicy
from vqe_cli.backends.ibm.submission import JobQueue
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import ResourceLimitError, UnavailableError


def agree(text):
    return bool(text)


def disagree(text):
    return not text


def queue(service, *, resume=False, caps=None, approve=agree, fingerprint="f1", notify=None):
    policy = SpendingPolicy("ibm_fez", "payg", caps or Caps(), real=True)
    told = notify or [].append
    return JobQueue(service, policy, Submitter(fingerprint, "H2", resume, approve, told))


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(runtime, "PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setattr(runtime, "LOOKS", (0.0, 0.0, 0.0))


def test_a_job_is_sent_tagged_recorded_and_answered():
    service = ScriptedService(statuses=["queued", "running"])
    (circuit,) = queue(service).results(request(rows=3, shots=10))
    assert [counts.shots for counts in circuit] == [10, 10, 10]
    (entry,) = ledger().all()
    assert (entry.job_id, entry.status, entry.billed_seconds) == ("job1", "done", 3.5)
    assert service.submitted[0][0] == entry.tag
    assert entry.executions == 30


def test_a_resumed_run_sends_nothing_twice_and_asks_nobody():
    service = ScriptedService()
    queue(service).results(request())
    later = queue(service, resume=True, approve=None)
    later.results(request())
    assert len(service.submitted) == 1


def test_a_run_that_is_not_resumed_sends_anew():
    service = ScriptedService()
    queue(service).results(request())
    queue(service).results(request())
    assert len(service.submitted) == 2
    assert len({tag for tag, _, _ in service.submitted}) == 2


def test_other_questions_are_other_jobs():
    service = ScriptedService()
    here = queue(service)
    here.results(request(question="a"))
    here.results(request(question="b"))
    here.results(request(question="a", shots=20))
    assert len(service.submitted) == 3


def test_a_client_that_dies_while_it_waits_finds_its_job():
    service = ScriptedService(before={"status": Raising(KeyboardInterrupt())})
    told = []
    with pytest.raises(KeyboardInterrupt):
        queue(service, notify=told.append).results(request())
    assert "job1 continues" in told[-1]
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def test_a_client_that_dies_before_it_knows_the_id_finds_its_job_by_its_tag():
    service = ScriptedService(before={"after_submit": Raising(KeyboardInterrupt())})
    with pytest.raises(KeyboardInterrupt):
        queue(service).results(request())
    assert [entry.job_id for entry in ledger().all()] == [None]
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1
    assert [entry.job_id for entry in ledger().all()] == ["job1"]


def test_a_client_that_dies_before_it_sends_sends_when_it_is_resumed():
    service = ScriptedService(before={"submit": Raising(KeyboardInterrupt())})
    with pytest.raises(KeyboardInterrupt):
        queue(service).results(request())
    assert service.submitted == []
    caps = Caps(max_qpu_seconds=2.5)  # room for one job: what was announced is not spent
    queue(service, resume=True, caps=caps).results(request())
    assert len(service.submitted) == 1


def test_jobs_of_an_earlier_start_are_named_before_others_are_sent():
    service, told = ScriptedService(before={"status": Raising(KeyboardInterrupt())}), []
    with pytest.raises(KeyboardInterrupt):
        queue(service).results(request())
    queue(service, notify=told.append).results(request())
    assert "have not ended" in told[0]
    assert "job1" in told[0]


def test_a_job_that_was_accepted_while_its_client_died_is_named_by_a_new_start():
    service, told = ScriptedService(before={"after_submit": Raising(KeyboardInterrupt())}), []
    with pytest.raises(KeyboardInterrupt):
        queue(service).results(request())
    queue(service, notify=told.append).results(request())
    assert "job1" in told[0]
    assert [entry.job_id for entry in ledger().all()] == ["job1", "job2"]


def test_a_job_that_may_have_been_accepted_is_told_of_by_a_new_start():
    service, told = ScriptedService(before={"submit": Raising(KeyboardInterrupt())}), []
    with pytest.raises(KeyboardInterrupt):
        queue(service).results(request())
    queue(service, notify=told.append).results(request())
    assert "may have been accepted" in told[0]
    assert "vqe jobs" in told[0]


def test_a_new_start_that_is_not_agreed_to_leaves_the_jobs_of_the_one_before():
    service = ScriptedService()
    queue(service).results(request())
    with pytest.raises(ResourceLimitError):
        queue(service, approve=disagree).results(request())
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def test_a_resumed_run_records_the_jobs_that_its_checkpoint_answers_for():
    service = ScriptedService()
    queue(service).results(request(question="a"))
    later = queue(service, resume=True)
    later.results(request(question="b"))
    assert later.summary().jobs == ("job1", "job2")
    assert later.summary().billed_qpu_seconds == 7.0


def test_a_lost_answer_to_a_submission_does_not_send_it_again(no_pauses):
    service = ScriptedService(before={"after_submit": Raising(NoConnection("reset by peer"))})
    queue(service).results(request())
    assert len(service.submitted) == 1


def test_polling_survives_failures_of_the_network():
    raising = Raising(NoConnection("down"), NoConnection("still down"))
    queue(ScriptedService(before={"status": raising})).results(request())
    assert raising.calls == 3


def test_a_network_that_stays_down_leaves_the_job_to_be_resumed():
    service = ScriptedService(before={"status": Raising(*[NoConnection("down")] * 9)})
    with pytest.raises(UnavailableError, match="cannot be reached"):
        queue(service).results(request())
    service.before.clear()
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 1


def test_a_failed_job_is_sent_again_when_the_run_is_resumed():
    from qiskit_ibm_runtime.exceptions import RuntimeJobFailureError

    failed = Raising(RuntimeJobFailureError("Error 6999: device on fire"))
    service = ScriptedService(statuses=["failed"], before={"result": failed})
    with pytest.raises(UnavailableError, match="device on fire"):
        queue(service).results(request())
    queue(service, resume=True).results(request())
    assert len(service.submitted) == 2


def test_nothing_goes_to_a_device_without_agreement():
    service = ScriptedService()
    with pytest.raises(ResourceLimitError, match="there is no terminal") as caught:
        queue(service, approve=None).results(request())
    assert "--yes" in caught.value.hint
    with pytest.raises(ResourceLimitError, match="not approved"):
        queue(service, approve=disagree).results(request())
    assert service.submitted == []


def test_who_is_asked_hears_time_and_price_and_is_asked_again_for_more():
    heard = []
    here = queue(ScriptedService(), approve=lambda text: not heard.append(text))
    here.results(request(rows=4, shots=5000, question="a"))
    # 2 s + 20000 x 325 µs = 8.5 s, at 1.60 USD/s 13.60 USD
    assert len(heard) == 1
    assert "20,000 times" in heard[0]
    assert "8.5 s of QPU time, 13.60 USD" in heard[0]
    # 3.5 s were billed; with the next 8.5 s more is spent than was approved: 12 s, 19.20 USD
    here.results(request(rows=4, shots=5000, question="b"))
    assert len(heard) == 2
    assert "more than was approved, 12.0 s of QPU time, 19.20 USD in total" in heard[1]
    here.results(request(rows=1, shots=10, question="c"))
    assert len(heard) == 2  # 7.0 s were billed, and 12.0 s approved


def test_the_limit_counts_what_was_billed():
    # each job is estimated at 2.0065 s and billed 3.5 s
    caps, service = Caps(max_qpu_seconds=6.0), ScriptedService()
    here = queue(service, caps=caps)
    here.results(request(question="a"))
    assert service.submitted[0][2] == 6
    here.results(request(question="b"))
    assert service.submitted[1][2] == 2
    with pytest.raises(ResourceLimitError, match=r"spent so far 7\.0 s"):
        here.results(request(question="c"))
    assert len(service.submitted) == 2


def test_what_ended_jobs_did_not_take_is_free_before_another_is_refused():
    service = ScriptedService(before={"status": Raising(KeyboardInterrupt())})
    caps = Caps(max_qpu_seconds=6.0)  # all of it is kept free for the first job
    with pytest.raises(KeyboardInterrupt):
        queue(service, caps=caps).results(request(question="a"))
    queue(service, caps=caps, resume=True).results(request(question="b"))
    assert [entry.billed_seconds for entry in ledger().all()] == [3.5, 3.5]


def test_a_limit_holds_where_nobody_can_say_what_jobs_took(no_pauses):
    service = ScriptedService(before={"status": Raising(KeyboardInterrupt())})
    caps, told = Caps(max_qpu_seconds=6.0), []
    with pytest.raises(KeyboardInterrupt):
        queue(service, caps=caps).results(request(question="a"))
    service.before["status"] = Raising(*[NoConnection("down")] * 9)
    with pytest.raises(ResourceLimitError, match=r"spent so far 6\.0 s"):
        queue(service, caps=caps, resume=True, notify=told.append).results(request(question="b"))
    assert "cannot be reached" in told[-1]
    assert len(service.submitted) == 1


def test_a_resumed_run_remembers_what_was_spent():
    caps, service = Caps(max_qpu_seconds=5.0), ScriptedService()
    queue(service, caps=caps).results(request(question="a"))
    with pytest.raises(ResourceLimitError, match=r"spent so far 3\.5 s"):
        queue(service, caps=caps, resume=True).results(request(question="b"))


def test_large_requests_are_cut_and_joined(monkeypatch):
    monkeypatch.setattr(parts, "MOST_EXECUTIONS", 30)
    service = ScriptedService()
    whole = request(rows=8, shots=10)
    assert [job.executions for job, _ in split(whole)] == [30, 30, 20]
    (circuit,) = queue(service).results(whole)
    assert len(circuit) == 8
    sent = np.concatenate([sent.parameters[0] for _, sent, _ in service.submitted])
    np.testing.assert_array_equal(sent, whole.parameters[0])


def test_joining_keeps_circuits_apart():
    a, b, c = ("a",), ("b",), ("c",)
    assert joined(2, [((0,), (a,)), ((0, 1), (b, c))]) == (("a", "b"), ("c",))
