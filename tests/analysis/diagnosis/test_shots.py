"""Error bars against published costs of measurement and statistics by hand."""

from __future__ import annotations

import math

import pytest

from tests.problems import H2, TWO_QUBIT_MODEL, spec_of
from vqe_cli import spec_from_data
from vqe_cli.analysis.diagnosis import DiagnosisOptions, diagnose
from vqe_cli.analysis.diagnosis.shots import MethodStudy, ShotsStudy, shots_point
from vqe_cli.measurement.estimates import Estimate

PILOT = 0.1


def test_h2_takes_as_many_shots_as_its_exact_variances_say():
    """``M ε²`` is 0.1245 Ha² with optimal allocation; a tenth of the shots are pilot shots."""
    options = DiagnosisOptions(studies=("shots",), shots=(4000, 8000), repetitions=200)
    study = diagnose(spec_of(H2), options).shots
    assert [method.measurement for method in study.methods] == ["qubit-wise", "fluid"]
    assert study.energy == pytest.approx(-1.137306, abs=1e-6)  # FCI by PySCF
    for method in study.methods:
        assert method.predicted == pytest.approx(0.1245, rel=0.015)
        assert abs(method.fitted - 0.1245 / (1 - PILOT)) < 4.5 * method.fitted_error
        assert method.shots_to_accuracy == pytest.approx(method.fitted / 1.6e-3**2)
        for point in method.points:
            assert point.shots == point.shots_per_setting * method.settings
            assert abs(point.spread - point.standard_error) < 4.5 * point.spread_error
            assert 0.89 <= point.covered <= 0.995
    assert "with fluid" in study.conclusion


def test_statistics_of_three_measurements():
    found = [Estimate(1.0, 0.5, 100), Estimate(0.0, 0.6, 102), Estimate(-1.0, 0.7, 104)]
    point = shots_point(found, 51, exact=0.0)
    assert point.spread == pytest.approx(1.0)
    assert point.spread_error == pytest.approx(0.5)
    assert point.standard_error == pytest.approx(0.6)
    assert point.covered == pytest.approx(2 / 3)  # 1 is more than 1.96 · 0.5 from 0
    assert point.shots == 102


def test_a_qubit_hamiltonian_is_measured_qubit_wise():
    spec = spec_from_data({"hamiltonian": TWO_QUBIT_MODEL})
    options = DiagnosisOptions(studies=("shots",), shots=(200,), repetitions=30)
    (method,) = diagnose(spec, options).shots.methods
    assert method.measurement == "qubit-wise"
    assert method.settings == 2  # ZZ, ZI and IZ; XX
    assert method.fitted_error == pytest.approx(method.fitted * math.sqrt(2 / 29))


def test_an_energy_without_variance_takes_a_shot_of_each_basis():
    study = MethodStudy("qubit-wise", 3, (), 0.0, 0.0, 0.0, 10)
    assert study.shots_to_accuracy == 3
    assert ShotsStudy(-1.0, (study,)).conclusion == (
        "shots to a standard error of 1.6 mHa: 3 with qubit-wise"
    )
