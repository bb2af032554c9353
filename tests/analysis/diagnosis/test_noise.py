"""Energies under noise against depolarisation by hand."""

from __future__ import annotations

import pytest
from qiskit.quantum_info import DensityMatrix, Pauli

from tests.problems import EXACT_H2, H2, TWO_QUBIT_MODEL, spec_of
from vqe_cli import spec_from_data
from vqe_cli.analysis.diagnosis import DiagnosisOptions, diagnose
from vqe_cli.analysis.diagnosis.noise import NoisePoint, rise, scaled, with_error
from vqe_cli.analysis.diagnosis.optimum import find_optimum
from vqe_cli.backends.aer import Aer
from vqe_cli.backends.devices.compiling import compile_with_noise
from vqe_cli.backends.devices.noise import Noise
from vqe_cli.backends.exact import Exact
from vqe_cli.context import Context
from vqe_cli.errors import InputError

ONE_CX = {"name": "two-local", "rotation_blocks": ["ry"], "entanglement_blocks": "cx", "reps": 1}
DEPOLARIZING = {"depolarizing": {"two_qubit": 0.02}}


def one_gate(noise=None, backend="exact", **options):
    spec = spec_from_data({"hamiltonian": TWO_QUBIT_MODEL, "ansatz": ONE_CX, "backend": backend})
    noise = None if noise is None else Noise.model_validate(noise)
    return diagnose(spec, DiagnosisOptions(studies=("noise",), noise=noise, **options))


def test_depolarisation_of_one_gate_shrinks_the_energy():
    """``E(s) = (1 − p s) E(0)`` for a Hamiltonian without trace."""
    found = one_gate(DEPOLARIZING)
    study = found.noise
    exact = -1.0 - 1.04**0.5
    assert found.optimum.energy == pytest.approx(exact, abs=1e-6)
    assert {point.two_qubit_gates for point in study.points} == {1}
    for point in study.points:
        expected = (1 - 0.02 * point.scale) * exact
        assert point.energy == pytest.approx(expected, abs=1e-6)
        assert point.standard_error is None
    slope = -0.02 * exact * 1000
    assert study.slope_mha == pytest.approx(slope, rel=1e-5)
    assert study.tolerable_scale == pytest.approx(1.6 / slope, rel=1e-5)
    assert "with 1 two-qubit gate;" in study.conclusion


def depolarised_energy(state, x, p):
    """The energy after every CX has mixed its two qubits with probability p, gate by gate."""
    compiled = compile_with_noise(state.circuit, Noise.model_validate(DEPOLARIZING), 2, 7)
    assert compiled.places == tuple(range(state.encoding.num_qubits))
    rho = DensityMatrix.from_int(0, 2**state.encoding.num_qubits)
    for item in compiled.circuit.assign_parameters(x).data:
        places = [compiled.circuit.find_bit(qubit).index for qubit in item.qubits]
        rho = rho.evolve(item.operation, places)
        if len(places) == 2:
            paulis = [Pauli(a + b) for a in "IXYZ" for b in "IXYZ"]
            mixed = sum(rho.evolve(pauli, places).data for pauli in paulis) / len(paulis)
            rho = DensityMatrix((1 - p) * rho.data + p * mixed)
    return float(rho.expectation_value(state.encoding.hamiltonian).real)


def test_hydrogen_at_the_tolerable_scale_is_off_by_1_6_mha():
    """Against density matrices that are depolarised gate by gate, as the sentence is read.

    Changes to qubit-wise bases have no two-qubit gates, and hence no noise.
    """
    options = DiagnosisOptions(studies=("noise",), scales=(0.001, 0.002, 1.0))
    backend = {"name": "aer", "noise": DEPOLARIZING, "measurement": "qubit-wise"}
    spec = spec_of(H2, backend=backend)
    study, optimum = diagnose(spec, options).noise, find_optimum(spec, Context())
    state, x = optimum.state, optimum.x
    ideal = depolarised_energy(state, x, 0.0)
    assert ideal == pytest.approx(EXACT_H2, abs=1e-6)
    assert study.points[-1].energy == pytest.approx(depolarised_energy(state, x, 0.02), abs=1e-8)
    small = 1e-4
    slope = 1000 * (depolarised_energy(state, x, 0.02 * small) - ideal) / small
    assert study.slope_mha == pytest.approx(slope, rel=1e-3)
    there = depolarised_energy(state, x, 0.02 * study.tolerable_scale)
    assert 1000 * (there - ideal) == pytest.approx(1.6, rel=0.02)


def test_noise_of_the_input_is_taken_and_its_scale_is_one():
    backend = {"name": "aer", "noise": {**DEPOLARIZING, "scale": 2.0}, "shots": 10}
    study = one_gate(backend=backend, scales=(1.0,)).noise
    assert [point.scale for point in study.points] == [0.0, 1.0]
    assert study.slope_mha == pytest.approx(40 * (1.0 + 1.04**0.5), rel=1e-5)
    assert study.slope_error_mha is None


def test_a_product_of_noise_that_is_more_than_certain_is_refused():
    with pytest.raises(InputError, match="more than 1"):
        one_gate({"depolarizing": {"two_qubit": 0.9}})
    with pytest.raises(InputError, match="no noise at scale 0"):
        one_gate(DEPOLARIZING, scales=(0.0,))


def test_a_study_of_noise_needs_noise():
    with pytest.raises(InputError, match="no noise is given"):
        one_gate()
    found = diagnose(spec_of({**H2}), DiagnosisOptions(shots=(4,), repetitions=30))
    assert found.noise is None
    assert "--noise" in found.left_out["noise"]


def points(*pairs):
    return [NoisePoint(s, 0.0, None, error, 1, "density_matrix") for s, error in pairs]


def test_the_tolerable_scale_lies_where_the_error_is_1_6_mha():
    """By a parabola at the smallest scales, by interpolation between larger ones, or None."""
    curved = points((0, 0), (1, 1.1), (2, 2.4), (3, 3.9))
    assert rise(curved)[2] == pytest.approx(-5 + 41**0.5)  # s + s²/10 = 1.6
    assert rise(curved)[0] == pytest.approx(1.0)
    falling = points((0, 0), (1, -1.0), (2, -2.0), (3, -3.0))
    assert rise(falling)[2] == pytest.approx(1.6)
    beyond = points((0, 0), (1, -3.2), (2, -6.4), (3, -9.6))
    assert rise(beyond)[2] == pytest.approx(0.5)  # between the scales 0 and 1
    far = points((0, 0), (0.1, 0.1), (0.2, 0.2), (0.3, 0.3), (1, 1.0), (3, 3.0))
    assert rise(far)[2] == pytest.approx(1.6)
    weak = points((0, 0), (0.5, 0.05), (1, 0.1), (2, 0.2))
    assert rise(weak)[2] is None


def test_the_slope_of_sampled_energies_has_their_error():
    """For a line through the origin and one point at s, its slope has the point's error over s."""
    sampled = [
        NoisePoint(0.0, -1.0, None, 0.0, 1, "statevector"),
        NoisePoint(0.5, -0.99, 0.002, 10.0, 1, "statevector"),
    ]
    slope, bar, _ = rise(sampled)
    assert (slope, bar) == (pytest.approx(20.0), pytest.approx(4.0))


def test_more_qubits_than_a_density_matrix_takes_are_measured_with_shots():
    model = {"paulis": {"Z" * 11: 1.0}}
    ansatz = {"name": "two-local", "rotation_blocks": ["ry"], "entanglement_blocks": [], "reps": 0}
    data = {"hamiltonian": model, "ansatz": ansatz, "optimizer": "none", "initial": "zeros"}
    spec = spec_from_data(data)
    optimum = find_optimum(spec, Context())
    assert not optimum.optimised
    noise = Noise.model_validate({"readout": 0.01})
    options = DiagnosisOptions(noise_shots=50)
    noisy = scaled(Exact(), noise, 0.5, optimum, options)
    assert (noisy.method, noisy.shots) == ("statevector", 50)
    assert noisy.noise.scale == 0.5
    assert scaled(Aer(shots=9), noise, 0.0, optimum, options).shots is None


def test_operators_that_an_adaptive_ansatz_has_chosen_are_kept():
    spec = spec_of(H2, ansatz="adapt")
    optimum = find_optimum(spec, Context())
    assert optimum.x.size == optimum.state.num_parameters == 1
    aer = Aer().prepare(optimum.state, 0)
    assert aer.energy(optimum.x, 0).value == pytest.approx(-1.137306, abs=1e-6)  # FCI by PySCF


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (710.94, 177.2, "711 ± 177"),
        (532.398, 0.1013, "532.40 ± 0.10"),
        (7.86549, 3e-9, "7.865"),
        (-40.0, None, "-40"),
    ],
)
def test_a_slope_is_written_with_as_many_digits_as_are_known(value, error, text):
    assert with_error(value, error) == text
