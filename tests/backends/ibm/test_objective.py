"""Energies from a fake device through IBM's own sampler, against Aer's density matrix."""

import numpy as np
import pytest

from tests.problems import EXACT_H2, encoding_of, objective_of, qubit_encoding
from vqe_cli.backends.ibm.job_files import ledger
from vqe_cli.backends.ibm.objective import _row_shots, _rows, merged
from vqe_cli.measurement.estimates import Counts

X = np.array([-0.11])
"""Near the minimum of hydrogen."""


@pytest.fixture(scope="module")
def encoding():
    return encoding_of("h2")


@pytest.fixture(scope="module")
def device(device_state, devices_here):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VQE_STATE_DIR", str(device_state))
        backend = {"name": "fake_manila", "shots": 4000, "measurement": "qubit-wise"}
        return objective_of(encoding_of("h2"), "uccsd", backend)


@pytest.fixture(scope="module")
def limit():
    """The same transpiled circuits at infinitely many shots, from Aer's density matrix."""
    backend = {"name": "aer", "noise": "fake_manila", "measurement": "qubit-wise"}
    return objective_of(encoding_of("h2"), "uccsd", backend)


@pytest.mark.usefixtures("devices_here", "shared_state")
class TestOnManila:
    def test_energies_scatter_around_those_of_the_density_matrix(self, device, limit):
        points = [X, X + 0.5]
        found = device.energies(points, [1, 2])
        for point, estimate in zip(points, found, strict=True):
            expected = limit.energy(point, 0).value
            assert estimate.value == pytest.approx(expected, abs=4.5 * estimate.standard_error)
            assert estimate.standard_error < 0.02
        assert found[0].value > EXACT_H2 + 0.05  # noise is not invented away

    def test_all_points_and_settings_are_one_job(self, device):
        before = len(ledger().all())
        found = device.energies([X, X + 0.1, X + 0.2], [3, 4, 5], shot_multiplier=0.1)
        assert len(ledger().all()) == before + 1
        bases = device.record.groups
        assert sum(one.shots for one in found) == ledger().all()[-1].executions
        assert sum(one.shots for one in found) == pytest.approx(3 * 400 * bases, rel=0.25)

    def test_electrons_are_counted_in_the_shots_of_the_energy(self, device, limit):
        device.energy(X, 7)
        before = len(ledger().all())
        found = device.observables(X, 8)
        assert len(ledger().all()) == before
        assert set(found) == {"particle-number", "sz"}
        assert {one.shots for one in found.values()} == {0}
        for name, expected in limit.observables(X, 0).items():
            if name in found:
                error = found[name].standard_error
                assert found[name].value == pytest.approx(expected.value, abs=4.5 * error)

    def test_where_there_are_no_shots_of_that_point_electrons_cost_a_job(self, device):
        before = len(ledger().all())
        found = device.observables(X + 1.0, 9)
        assert len(ledger().all()) == before + 1
        # a tenth of an energy's shots
        assert found["particle-number"].shots == pytest.approx(400 * device.record.groups, abs=1)

    def test_a_noisy_simulation_is_the_noise_model_and_sends_nothing(self, device, limit):
        before = len(ledger().all())
        found = device.noisy_simulation().energy(X, 5)
        assert len(ledger().all()) == before
        expected = limit.energy(X, 0).value
        assert found.value == pytest.approx(expected, abs=4.5 * found.standard_error)

    def test_samples_of_the_reference_are_mostly_the_reference(self, device, encoding):
        counts = device.samples(np.zeros(1), 1000, 1)
        reference = sum(bit << place for place, bit in enumerate(encoding.reference_bits))
        assert counts.outcomes[np.argmax(counts.repetitions)] == reference
        assert counts.shots == 1000

    def test_fidelity_is_that_of_the_noise_model(self, device):
        shots = 20_000
        backend = {"name": "aer", "noise": "fake_manila", "shots": shots}
        simulated = objective_of(encoding_of("h2"), "uccsd", backend)
        for y in (X, X + 1.0):
            found, expected = device.fidelity(X, y, 3), simulated.fidelity(X, y, 3)
            scatter = np.hypot(found.standard_error, expected.standard_error)
            assert found.value == pytest.approx(expected.value, abs=4.5 * scatter)

    def test_equal_seeds_are_answered_alike_by_a_fresh_job(self, encoding, device):
        backend = {"name": "fake_manila", "shots": 4000, "measurement": "qubit-wise"}
        again = objective_of(encoding, "uccsd", backend)
        assert again.energy(X, 11) == device.energy(X, 11)

    def test_twirled_and_decoupled_circuits_run(self):
        backend = {
            "name": "fake_manila",
            "shots": 320,
            "twirling": True,
            "dynamical_decoupling": "XY4",
        }
        objective = objective_of(qubit_encoding({"ZZ": 1.0, "XI": 0.5}), "two-local", backend)
        found = objective.energy(np.zeros(objective.traits.num_parameters), 1)
        # the state is |00⟩: ZZ is 1, XI is 0, and Manila's errors are a few percent
        assert found.value == pytest.approx(1.0, abs=0.3)
        assert found.shots % 32 == 0

    def test_the_record_says_what_ran_where(self, device):
        device.energy(X, 21)
        record = device.record
        assert record.representation == "fake_manila"
        assert len(record.device_qubits) == record.qubits == 4
        assert record.two_qubit_gates == record.gates["cx"]
        assert record.jobs[-1] == ledger().all()[-1].job_id
        assert record.billed_qpu_seconds == 0.0
        assert record.estimated_qpu_seconds > 2.0 * len(record.jobs)


def test_a_measurement_on_a_hamiltonian_of_qubits_counts_no_electrons(devices_here):
    encoding = qubit_encoding({"ZZ": 1.0})
    objective = objective_of(encoding, "two-local", {"name": "fake_manila", "shots": 10})
    assert objective.observables(np.zeros(objective.traits.num_parameters), 0) == {}


@pytest.mark.parametrize(
    ("wanted", "twirled", "expected"),
    [([500, 500], False, 500), ([500, 500], True, 512), ([4, 8000], False, 500), ([4], False, 4)],
)
def test_shots_of_a_row(wanted, twirled, expected):
    assert _row_shots(np.array(wanted), twirled) == expected


@pytest.mark.parametrize(
    ("wanted", "per_row", "expected"),
    [([500, 500], 500, [1, 1]), ([10, 0, 3990], 250, [1, 0, 15]), ([3], 64, [1])],
)
def test_no_more_shots_are_taken_than_were_asked_for(wanted, per_row, expected):
    assert _rows(np.array(wanted), per_row).tolist() == expected


def test_rows_are_merged_into_one_reading():
    one = Counts(np.array([0, 3]), np.array([5, 7]))
    two = Counts(np.array([3, 9]), np.array([1, 2]))
    found = merged([one, two])
    assert dict(zip(found.outcomes, found.repetitions, strict=True)) == {0: 5, 3: 8, 9: 2}
