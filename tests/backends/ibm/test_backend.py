"""The backend's options, its names, and its errors."""

import pytest

from tests.problems import H2, encoding_of, spec_of
from vqe_cli import run
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.ibm import device_preparation, runtime
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.objective import Traits
from vqe_cli.backends.submitter import Submitter
from vqe_cli.errors import InputError, ResourceLimitError, UnavailableError
from vqe_cli.parts import fingerprint_of, look_up_parts, resolved_spec
from vqe_cli.variational.optimizers import OPTIMIZERS


class OnADevice:
    """An objective on a device with the methods that optimisers call."""

    traits = Traits(num_parameters=2, sampled=True, noisy=True, conserving=False, spectra=())

    def foresee(self, energies, jobs):
        """Accept any cost."""

    def fidelity(self, x, y, seed, shot_multiplier=1.0):
        """The fidelity, which is not measured."""


@pytest.mark.parametrize("name", ["ibm_fez", "ibm:least-busy", "fake_fez", "fake_manila"])
def test_the_name_of_a_device_is_short_for_the_backend_with_that_device(name):
    long_form = BACKENDS.create({"name": "ibm", "device": name, "shots": 100})
    assert BACKENDS.create({"name": name, "shots": 100}) == long_form
    assert resolved_spec(spec_of(H2, backend=name))["backend"]["device"] == name
    assert resolved_spec(spec_of(H2, backend=name))["backend"]["name"] == "ibm"


def test_a_device_is_named_once():
    with pytest.raises(InputError, match="device"):
        BACKENDS.create("ibm")


@pytest.mark.parametrize("name", ["ibmfez", "fakefez", "fake", "ibm:fez"])
def test_what_is_no_name_of_a_device_is_no_backend(name):
    with pytest.raises(InputError, match="no backend called"):
        BACKENDS.create(name)


def test_a_misspelt_fake_device_is_an_input_error():
    state = ANSATZE.create("uccsd").state(encoding_of("h2"))
    with pytest.raises(InputError) as caught:
        BACKENDS.create("fake_fes").prepare(state, 7)
    assert caught.value.path == ("backend", "device")


def test_the_open_plan_has_no_sessions():
    with pytest.raises(InputError, match="no sessions"):
        BACKENDS.create({"name": "ibm_fez", "mode": "session"})
    BACKENDS.create({"name": "ibm_fez", "mode": "session", "plan": "payg"})


@pytest.mark.parametrize(
    ("options", "mode"),
    [
        ({}, "job"),
        ({"optimize_on_device": True}, "batch"),
        ({"mode": "batch"}, "batch"),
        ({"mode": "session", "plan": "flex"}, "session"),
    ],
)
def test_the_mode_follows_from_how_many_jobs_there_will_be(options, mode):
    assert BACKENDS.create({"name": "ibm_fez", **options}).sending_mode == mode


def test_limits_are_no_part_of_the_fingerprint():
    plain = spec_of(H2, backend="fake_fez")
    limited = spec_of(H2, backend={"name": "fake_fez", "max_cost": 3.0, "max_qpu_seconds": 60.0})
    other = spec_of(H2, backend={"name": "fake_fez", "shots": 100})
    assert fingerprint_of(plain) == fingerprint_of(limited) != fingerprint_of(other)
    assert look_up_parts(limited).backend.selection()["max_cost"] == 3.0


@pytest.mark.parametrize(
    "name", ["slsqp", "l-bfgs-b", "bfgs", "cobyla", "cobyqa", "nelder-mead", "powell"]
)
def test_optimisers_that_send_a_job_for_each_energy_are_refused(name):
    with pytest.raises(InputError, match="job of its own") as caught:
        OPTIMIZERS.create(name).resolve(OnADevice())
    assert "spsa" in caught.value.hint


@pytest.mark.parametrize("name", ["spsa", "nft", "adam", "none", "auto"])
def test_optimisers_that_ask_for_several_points_are_taken(name):
    OPTIMIZERS.create(name).resolve(OnADevice())


def test_a_circuit_that_is_too_wide_is_refused():
    state = ANSATZE.create("uccsd").state(encoding_of("h4"))
    with pytest.raises(ResourceLimitError, match="needs 8 qubits, fake_manila has 5"):
        BACKENDS.create("fake_manila").prepare(state, 7)


def test_a_limit_refuses_a_fake_device_as_it_would_the_device():
    # 4 settings of 1000 shots: 2 s + 4000 x 325 µs = 3.3 s
    backend = {"name": "fake_manila", "shots": 1000, "max_qpu_seconds": 3.0}
    with pytest.raises(ResourceLimitError, match=r"the next job would need 3\.\d s"):
        run(spec_of(H2, backend=backend, optimizer="none"))
    assert ledger().all() == []


def test_a_resumed_run_stays_on_the_device_that_was_least_busy(monkeypatch):
    asked = []
    monkeypatch.setattr(runtime, "connect", lambda *_: "connection")
    monkeypatch.setattr(device_preparation, "find_device", lambda _, name, *__: asked.append(name))
    about = {"title": "", "service": "cloud", "plan": "open", "executions": 1}
    job = {"key": "k", "fingerprint": "f", "device": "ibm_torino", "estimated_seconds": 1.0}
    ledger().claim_all([{**job, **about}], lambda _: [None])
    for resume in (False, True):
        device_preparation.find("ibm:least-busy", 4, Submitter(fingerprint="f", resume=resume))
    assert asked == ["ibm:least-busy", "ibm_torino"]


def test_without_an_account_a_device_is_unavailable(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("QISKIT_IBM_TOKEN", raising=False)
    accounts = "qiskit_ibm_runtime.accounts.management._DEFAULT_ACCOUNT_CONFIG_JSON_FILE"
    monkeypatch.setattr(accounts, str(tmp_path / "none.json"))
    with pytest.raises(UnavailableError, match="no IBM account"):
        device_preparation.find("ibm_fez", 4, Submitter())
