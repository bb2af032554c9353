"""Variances of gradients against calculations by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.problems import (
    H2,
    LIH,
    N2,
    encoding_of,
    frontier,
    problem_of,
    pyscf_mean_field,
    qubit_encoding,
    spec_of,
)
from vqe_cli import spec_from_data
from vqe_cli.analysis.diagnosis import DiagnosisOptions, diagnose
from vqe_cli.analysis.diagnosis.gradients import (
    Decay,
    GradientStudy,
    Variance,
    decay_of,
    gradient_variance,
    variance_of_slopes,
)
from vqe_cli.analysis.diagnosis.sizes import chain_spacing, electrons_in, systems
from vqe_cli.ansatz import ANSATZE
from vqe_cli.backends.exact import Exact
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.parts import look_up_parts

ONLY_GRADIENTS = DiagnosisOptions(studies=("gradients",))


def product_variance(pauli: str, samples: int = 1000) -> Variance:
    """An objective of RY on each qubit and one Pauli string."""
    options = {"rotation_blocks": ["ry"], "entanglement_blocks": [], "reps": 0}
    ansatz = ANSATZE.create({"name": "two-local", **options, "initial_state": "zero"})
    state = ansatz.state(qubit_encoding({pauli: 1.0}))
    return gradient_variance(Exact().prepare(state, 0), samples, seed=5)


def test_a_global_cost_of_rotations_falls_by_two_per_qubit():
    """``E = Π cos θ``: the variance of every derivative is ``(1/2)^n``."""
    points = []
    for qubits in range(1, 7):
        found = product_variance("Z" * qubits)
        assert abs(found.mean - 0.5**qubits) < 4.5 * found.standard_error
        points.append((qubits, found.mean, found.standard_error))
    decay = decay_of(points)
    assert decay is not None
    assert decay.sizes == 6
    assert decay.falls
    assert abs(decay.rate + 1.0) < 4.5 * decay.standard_error
    assert decay.standard_error < 0.05


def test_a_local_cost_does_not_fall_and_idle_parameters_are_left_out():
    """``E = cos θ_0``: the variance is 1/2, on any number of qubits."""
    points = []
    for qubits in (2, 4, 6):
        found = product_variance("I" * (qubits - 1) + "Z")
        assert (found.parameters, found.active) == (qubits, 1)
        assert abs(found.mean - 0.5) < 4.5 * found.standard_error
        points.append((qubits, found.mean, found.standard_error))
    decay = decay_of(points)
    assert decay is not None
    assert not decay.falls


def test_a_double_excitation_of_h2_is_known_from_three_energies():
    """``E(θ) = a + b cos 2θ + c sin 2θ``: the variance is ``2 (b² + c²)``."""
    objective = Exact().prepare(ANSATZE.create("uccsd").state(encoding_of("h2")), 0)
    energies = [objective.energy(np.array([angle]), 0).value for angle in (0, math.pi / 2)]
    middle = objective.energy(np.array([math.pi / 4]), 0).value
    mean, b = sum(energies) / 2, (energies[0] - energies[1]) / 2
    found = gradient_variance(objective, 4000, seed=3)
    assert abs(found.mean - 2 * (b**2 + (middle - mean) ** 2)) < 4.5 * found.standard_error


def test_the_error_of_a_variance_is_that_of_normal_numbers():
    """For N normal numbers it is ``σ² sqrt(2/N)``, for P independent parameters 1/√P of it."""
    slopes = np.random.default_rng(2).normal(scale=3.0, size=(5000, 4))
    found = variance_of_slopes(slopes)
    assert found.mean == pytest.approx(np.var(slopes, axis=0, ddof=1).mean())
    assert found.largest == pytest.approx(np.var(slopes, axis=0, ddof=1).max())
    assert found.standard_error == pytest.approx(9.0 * math.sqrt(2 / 20_000), rel=0.1)
    assert found.largest_error == pytest.approx(9.0 * math.sqrt(2 / 5000), rel=0.15)


def test_an_energy_that_does_not_change_has_no_variance():
    found = variance_of_slopes(np.zeros((100, 3)))
    assert (found.mean, found.active, found.parameters) == (0.0, 0, 3)
    assert decay_of([(2, 0.0, 0.0), (4, 0.0, 0.0)]) is None


@pytest.mark.parametrize(
    ("mean", "largest", "said"),
    [
        (None, None, "one size only"),
        (Decay(0.1, 0.1, 3), Decay(0.1, 0.1, 3), "no sign of a barren plateau: the variance"),
        (Decay(-0.5, 0.1, 3), Decay(0.1, 0.1, 3), "that of the steepest parameter does not"),
        (Decay(-0.5, 0.1, 3), Decay(-0.4, 0.1, 3), "3 sizes do not tell"),
        (Decay(-0.5, 0.1, 4), Decay(-0.4, 0.1, 4), r"steepest parameter by 2^(-0.40 ± 0.10) per"),
    ],
)
def test_the_conclusion_says_what_was_found(mean, largest, said):
    assert said in GradientStudy(100, None, (), (), mean, largest).conclusion


def test_hydrogen_becomes_chains_with_its_own_distance():
    spec = spec_of(H2)
    parts = look_up_parts(spec)
    own = build_problem(spec, parts.active_space)
    found = list(systems(spec, parts, own, (2, 4), MeanFields()))
    assert [system.label for system in found] == ["H2", "H4"]
    lines = "\n".join(f"H 0 0 {0.735 * index}" for index in range(4))
    expected = pyscf_mean_field({"geometry": lines}).e_tot
    assert found[1].problem.hartree_fock_energy == pytest.approx(expected, abs=1e-8)


def test_only_neutral_singlets_of_hydrogen_are_chains():
    bohr = {"geometry": "H 0 0 0\nH 0 0 2\nH 0 0 4\nH 0 0 7", "units": "bohr"}
    assert chain_spacing(problem_of(bohr)) == pytest.approx(1.058354421806)
    for other in (LIH, {**H2, "charge": 1, "multiplicity": 2}, {**H2, "multiplicity": 3}):
        assert chain_spacing(problem_of(other)) is None


def test_other_molecules_get_larger_active_spaces():
    spec = spec_of(LIH, active_space="frozen-core")
    parts = look_up_parts(spec)
    own = build_problem(spec, parts.active_space)
    found = systems(spec, parts, own, None, MeanFields())
    assert [(s.label, s.problem.nelec, s.problem.norb) for s in found] == [
        ("2e in 2", (1, 1), 2),
        ("2e in 4", (1, 1), 4),
    ]


def test_electrons_go_with_orbitals_as_near_to_half_filling_as_may_be():
    """N2 has 14 electrons in 10 orbitals: 8 orbitals leave out two, so that two are frozen."""
    spec = spec_of(N2)
    own = build_problem(spec, look_up_parts(spec).active_space)
    count = electrons_in(own, 10, 14)
    assert [count(size) for size in (2, 3, 6, 8, 9, 10)] == [2, 2, 6, 10, 12, 14]


def test_depth_and_size_are_studied_for_an_ansatz_with_layers():
    spec = spec_of(LIH, active_space=frontier(2, 3), ansatz={"name": "k-upccgsd", "k": 2})
    options = DiagnosisOptions(studies=("gradients",), depths=(1, 3), sizes=(2, 3))
    found = diagnose(spec, options).gradients
    assert found is not None
    assert found.depth_option == "k"
    assert [(point.qubits, point.depth) for point in found.by_depth] == [(6, 1), (6, 3)]
    assert [(point.qubits, point.depth) for point in found.by_size] == [(4, 2), (6, 2)]
    counts = [point.variance.parameters for point in found.by_depth]
    assert counts[1] == 3 * counts[0]


def test_equal_seeds_give_equal_numbers():
    spec = spec_of(H2, ansatz={"name": "real-amplitudes", "reps": 1})
    options = DiagnosisOptions(studies=("gradients",), depths=(1,), sizes=(2,))
    first, again = (diagnose(spec, options).gradients for _ in range(2))
    other = diagnose(spec.model_copy(update={"seed": 8}), options).gradients
    assert first == again
    assert first != other


MODEL = {"hamiltonian": {"paulis": {"ZZ": 1.0, "XI": 0.5}}}


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (MODEL, {"sizes": (2, 4)}, "only molecules"),
        ({"molecule": H2}, {"depths": (1, 2)}, "has no layers"),
        ({"molecule": H2}, {"sizes": (3,)}, "not a closed shell"),
        ({"molecule": LIH}, {"sizes": (7,)}, "must have 2 to 6"),
        ({"molecule": H2, "ansatz": "adapt"}, {}, "adaptive ansatz"),
        ({"molecule": {**H2, "multiplicity": 3}}, {}, "no parameters"),
    ],
)
def test_what_makes_no_sense_is_refused(data, options, message):
    spec = spec_from_data(data)
    with pytest.raises(InputError, match=message):
        diagnose(spec, ONLY_GRADIENTS.model_copy(update=options))
