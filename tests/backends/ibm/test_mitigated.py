"""Mitigation on a fake device through IBM's own sampler, against mitigation on Aer."""

import numpy as np
import pytest

from tests.problems import EXACT_H2, H2, encoding_of, objective_of, qubit_encoding, spec_of
from vqe_cli import run
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.submitter import Submitter
from vqe_cli.context import Context
from vqe_cli.errors import InputError, ResourceLimitError

pytestmark = pytest.mark.usefixtures("devices_here", "shared_state")

X = np.array([-0.1125])
"""Near the minimum of hydrogen."""

METHODS = ["readout", "symmetry", "zne", "reference_state"]
SHOTS, SETTINGS = 4000, 4
"""Hydrogen's one-body part and three squares."""

PARTS = {"shots": SHOTS, "measurement": "low-rank"}


def on_device(mapper="parity", **options):
    backend = {"name": "fake_manila", **PARTS, **options}
    return objective_of(encoding_of("h2", mapper), "uccsd", backend)


@pytest.fixture(scope="module")
def ladders(device_state, devices_here):
    """Energies of the device and of its noisy simulation, and the number of jobs they sent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VQE_STATE_DIR", str(device_state))
        before = len(ledger().all())
        device = on_device(mitigation=METHODS)
        measured = device.mitigated(X, 5)
        noisy = device.noisy_simulation().mitigated(X, 6)
        return measured, noisy, len(ledger().all()) - before


def test_every_rung_is_that_of_aer_within_its_error_bar(ladders):
    measured, noisy, _ = ladders
    assert [rung.method for rung in measured] == [rung.method for rung in noisy]
    for ours, theirs in zip(measured, noisy, strict=True):
        scatter = np.hypot(ours.estimate.standard_error, theirs.estimate.standard_error)
        assert ours.estimate.value == pytest.approx(theirs.estimate.value, abs=4 * scatter)


def test_mitigation_comes_nearer_to_the_exact_energy(ladders):
    measured = ladders[0]
    errors = [abs(rung.estimate.value - EXACT_H2) for rung in measured]
    assert errors[0] > 6 * measured[0].estimate.standard_error
    assert errors[-1] < 0.5 * errors[0]


def test_calibration_folded_circuits_and_reference_go_out_in_one_job(ladders):
    measured, _, jobs = ladders
    assert jobs == 1
    assert ledger().all()[-1].executions == measured[-1].estimate.shots
    states = 6  # trial and reference at three strengths of noise
    wanted = states * SETTINGS * SHOTS + 2 * 20_000
    assert measured[-1].estimate.shots == pytest.approx(wanted, rel=0.1)
    assert measured[-1].estimate.shots <= wanted


def test_a_reference_of_x_gates_is_read_as_aer_reads_it():
    backend = {"name": "fake_manila", "shots": 4000, "mitigation": ["zne", "reference_state"]}
    encoding = encoding_of("h2", "parity")
    objective = objective_of(encoding, {"name": "real-amplitudes", "reps": 1}, backend)
    x = np.array([0.1, 0.2, 0.3, 0.4])
    ours, theirs = objective.mitigated(x, 3)[-1], objective.noisy_simulation().mitigated(x, 4)[-1]
    assert ours.notes == {"reference": "X gates"}
    scatter = np.hypot(ours.estimate.standard_error, theirs.estimate.standard_error)
    assert ours.estimate.value == pytest.approx(theirs.estimate.value, abs=4 * scatter)


def test_electrons_are_counted_in_the_raw_shots_where_none_are_left_out():
    objective = on_device("jordan-wigner", shots=1000, mitigation={"readout": {"shots": 1000}})
    objective.mitigated(X, 9)
    before = len(ledger().all())
    found = objective.observables(X, 10)
    assert len(ledger().all()) == before
    assert found["particle-number"].standard_error > 0


FEW = {"factors": [1, 3]}


def spec(**limits):
    """Four qubits, on which bits can have wrong electron numbers."""
    mitigation = {"readout": {"shots": 1000}, "symmetry": True, "zne": FEW}
    backend = {"name": "fake_manila", "shots": 1000, "mitigation": mitigation, **limits}
    return spec_of(H2, backend=backend, optimizer="none", initial=[-0.1125])


def test_a_resumed_run_sends_nothing_twice_and_all_stages_are_mitigated():
    first = run(spec(), context=Context(Submitter("mitigated", "Hydrogen")))
    sent = len(ledger().all())
    again = run(spec(), context=Context(Submitter("mitigated", "Hydrogen", resume=True)))
    assert len(ledger().all()) == sent
    assert again.result.mitigation == first.result.mitigation
    assert len(first.result.backend.jobs) == 1
    assert first.result.stages is not None
    _, noisy, measured = first.result.stages
    scatter = np.hypot(noisy.standard_error, measured.standard_error)
    assert noisy.energy == pytest.approx(measured.energy, abs=4 * scatter)
    for name in ("particle-number", "sz"):
        assert first.check(name).status == "pass"
        assert "kept" in first.check(name).detail
    assert first.result.discarded_share is not None
    assert 0 < first.result.discarded_share < 0.5


def test_a_limit_counts_what_mitigation_takes():
    # 4 settings of 1000 shots at 2 strengths of noise, 2 x 1000 of calibration: 10,000 executions
    # of 250 µs and some 20 to 50 µs of circuit and readout: 2 s + 2.8 s
    before = len(ledger().all())
    context = Context(Submitter("limited", "Hydrogen"))
    with pytest.raises(ResourceLimitError, match=r"the next job would need 4\.[6-9] s"):
        run(spec(max_qpu_seconds=4.0), context=context)
    assert len(ledger().all()) == before


def test_post_select_is_a_method_of_mitigation():
    with pytest.raises(InputError, match="post_select"):
        BACKENDS.create({"name": "fake_fez", "mitigation": "readout", "post_select": True})


def test_methods_for_electrons_are_refused_for_qubits_before_anything_is_sent():
    before = len(ledger().all())
    with pytest.raises(InputError, match="qubit Hamiltonian"):
        objective_of(
            qubit_encoding({"ZZ": 1.0}),
            "two-local",
            {"name": "fake_manila", "shots": 10, "mitigation": "symmetry"},
        )
    assert len(ledger().all()) == before


def test_electrons_of_selected_shots_are_known_and_cost_no_job():
    objective = on_device("jordan-wigner", post_select=True)
    before = len(ledger().all())
    found = objective.observables(X, 1)
    assert {name: one.value for name, one in found.items()} == {"particle-number": 2.0, "sz": 0.0}
    assert len(ledger().all()) == before
