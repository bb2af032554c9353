"""Limits hold for jobs in progress, for parallel processes, and for whole searches."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.backends.ibm.services import Raising, ScriptedService, request
from tests.backends.ibm.test_submission import queue
from tests.problems import H2, spec_of
from vqe_cli import run
from vqe_cli.backends.ibm import device_preparation, parts, runtime
from vqe_cli.backends.ibm.cost import Caps, Charge, prices
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.submitter import Submitter
from vqe_cli.context import Context
from vqe_cli.errors import InputError, ResourceLimitError


@pytest.fixture
def in_thirds(monkeypatch):
    """Requests of twelve rows of ten shots are three jobs."""
    monkeypatch.setattr(parts, "MOST_EXECUTIONS", 40)
    monkeypatch.setattr(runtime, "LOOKS", (0.0,))


def test_jobs_under_way_together_share_what_is_left(in_thirds):
    service = ScriptedService(billed=2.0)
    queue(service, caps=Caps(max_qpu_seconds=10_000.0)).results(request(rows=12, shots=10))
    limits = [limit for _, _, limit in service.submitted]
    # of equal jobs each a third, in whole seconds
    assert limits == [3333, 3333, 3333]


def test_a_larger_job_gets_a_larger_share():
    wanted = [Charge(10.0, 0.0), Charge(30.0, 0.0)]
    found = Caps(max_qpu_seconds=100.0).shared(Charge(20.0, 0.0), wanted, "payg", prices())
    assert found == [20, 60]
    assert Caps().shared(Charge(0.0, 0.0), wanted, "payg", prices()) == [None, None]
    with pytest.raises(ResourceLimitError, match="the next 2 jobs would need 40"):
        Caps(max_qpu_seconds=39.0).shared(Charge(0.0, 0.0), wanted, "payg", prices())


def test_what_a_job_under_way_may_take_is_not_given_out_again(in_thirds):
    waiting = ScriptedService(before={"status": Raising(KeyboardInterrupt())})
    caps = Caps(max_qpu_seconds=9.0)
    with pytest.raises(KeyboardInterrupt):
        queue(waiting, caps=caps).results(request(rows=12, shots=10))
    assert [limit for _, _, limit in waiting.submitted] == [3, 3, 3]
    other = ScriptedService(statuses=["running"] * 3)
    with pytest.raises(ResourceLimitError, match=r"spent so far 9\.0 s"):
        queue(other, caps=caps, resume=True).results(request(question="another"))
    assert other.submitted == []
    # once it is known what they took, the rest is free again
    queue(waiting, caps=caps, resume=True).results(request(rows=12, shots=10))
    assert ledger().of_run("f1")[0].seconds == 3.5


def test_what_ended_without_a_bill_keeps_its_limit(in_thirds):
    service, caps = ScriptedService(billed=None), Caps(max_qpu_seconds=6.0)
    queue(service, caps=caps).results(request(question="a"))
    with pytest.raises(ResourceLimitError, match=r"spent so far 6\.0 s"):
        queue(service, caps=caps, resume=True).results(request(question="b"))


def test_processes_at_once_do_not_pass_the_limit_together():
    """Each process claims for itself; the file admits one after the other."""
    caps = Caps(max_qpu_seconds=20.0)
    services = [ScriptedService(name="cloud", billed=None) for _ in range(8)]
    runtime_looks, runtime.LOOKS = runtime.LOOKS, ()

    def one(number):
        try:
            here = queue(services[number], caps=caps, resume=True)
            here.results(request(question=f"q{number}"))
        except ResourceLimitError:
            return 0
        return 1

    try:
        with ThreadPoolExecutor(8) as pool:
            sent = sum(pool.map(one, range(8)))
    finally:
        runtime.LOOKS = runtime_looks
    limits = [limit for service in services for _, _, limit in service.submitted]
    assert sent == len(limits) >= 1
    assert sum(limits) <= 20


def test_a_run_started_anew_elsewhere_does_not_make_this_one_forget():
    caps, service = Caps(max_qpu_seconds=6.0), ScriptedService()
    here = queue(service, caps=caps)
    here.results(request(question="a"))
    queue(ScriptedService(), caps=caps).results(request(question="a"))  # the same run, anew
    assert here.spent().seconds == pytest.approx(7.0)
    with pytest.raises(ResourceLimitError, match="max_qpu_seconds is 6"):
        here.results(request(question="b"))


def test_a_list_of_an_earlier_version_is_completed(tmp_path):
    import sqlite3

    from vqe_cli.backends.ibm.ledger import Ledger

    path = tmp_path / "jobs.sqlite3"
    with sqlite3.connect(path) as file:
        file.execute(
            "CREATE TABLE jobs (number INTEGER PRIMARY KEY, key TEXT, fingerprint TEXT, title TEXT,"
            " service TEXT, device TEXT, plan TEXT, executions INTEGER, estimated_seconds REAL,"
            " created TEXT, status TEXT DEFAULT 'sending', job_id TEXT, billed_seconds REAL,"
            " superseded INTEGER DEFAULT 0)"
        )
        file.execute(
            "INSERT INTO jobs (key, fingerprint, title, service, device, plan, executions,"
            " estimated_seconds, created) VALUES ('k', 'f', 't', 's', 'd', 'open', 1, 2.0, 'now')"
        )
    (entry,) = Ledger(path).all()
    assert (entry.limit_seconds, entry.energy, entry.seconds) == (None, None, 2.0)


@pytest.fixture
def manila(monkeypatch):
    device = runtime.fake_device("fake_manila")
    monkeypatch.setattr(device, "name", "ibm_manila")
    monkeypatch.setattr(runtime, "connect", lambda *_: None)
    monkeypatch.setattr(device_preparation, "find_device", lambda *_: device)
    monkeypatch.setattr(device_preparation, "_cloud", lambda *_: ScriptedService())


def search(**options):
    backend = {"name": "ibm_manila", "plan": "payg", "shots": 1000, "optimize_on_device": True}
    optimizer = {"name": "spsa", "maxiter": 5}
    return spec_of(H2, backend={**backend, **options}, optimizer=optimizer)


def test_a_search_that_is_paid_for_needs_a_limit(manila):
    with pytest.raises(InputError) as caught:
        run(search(), context=Context(Submitter("f", "H2", approve=bool)))
    assert "no limit is set" in caught.value.message
    assert "max_cost" in caught.value.hint
    assert caught.value.exit_code == 2
    assert ledger().all() == []


def test_who_agrees_to_a_search_hears_what_all_of_it_costs(manila):
    heard = []
    submitter = Submitter("f", "H2", approve=lambda text: bool(heard.append(text)))
    with pytest.raises(ResourceLimitError, match="not approved"):
        run(search(max_cost=1000.0), context=Context(submitter))
    (text,) = heard
    assert "the next job runs" in text
    assert "the whole search, up to" in text
    jobs = int(text.split("up to ")[1].split(" jobs")[0])
    seconds = float(text.split("jobs, about ")[1].split(" s of")[0])
    assert jobs >= 6  # five steps, and the energy at the end
    assert seconds > 2.0 * jobs + jobs * 4000 * 250e-6


def test_a_search_on_the_open_plan_or_with_no_steps_needs_none(manila):
    for options in ({"plan": "open"}, {"max_qpu_seconds": 100.0}):
        with pytest.raises(ResourceLimitError, match="confirmation needed"):
            run(search(**options), context=Context(Submitter("f", "H2")))
    spec = search().model_copy(update={"optimizer": spec_of(H2, optimizer="none").optimizer})
    with pytest.raises(ResourceLimitError, match="confirmation needed"):
        run(spec, context=Context(Submitter("f", "H2")))
