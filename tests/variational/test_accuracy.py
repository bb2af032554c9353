"""Errors of models are judged in units of their gap, and those of molecules by 1.6 mHa."""

import pytest

import vqe_cli
from vqe_cli.schema import spec_from_data

CIRCUIT = {"name": "two-local", "reps": 2}


def run(**data):
    return vqe_cli.run(spec_from_data(data))


def test_the_error_of_a_model_is_compared_with_its_gap():
    # Two spins: singlet -3/4 and triplet 1/4, by hand. At zero angles all spins are up.
    model = {"model": "heisenberg", "sites": 2, "coupling": 4.0, "unit": "meV"}
    record = run(hamiltonian=model, ansatz=CIRCUIT, optimizer="none", initial="zeros")
    check = record.check("gap-accuracy")
    assert (record.problem.unit, record.reference.gap) == ("meV", pytest.approx(4.0))
    assert record.error_in_unit == pytest.approx(4.0)
    assert record.error_mha is None
    assert (check.value, check.status) == (pytest.approx(1.0), "warn")
    assert "chemical-accuracy" not in {one.name for one in record.checks}


def test_a_state_in_the_lowest_level_passes():
    record = run(hamiltonian={"model": "ising", "sites": 3}, ansatz=CIRCUIT)
    assert record.check("gap-accuracy").status == "pass"
    assert record.verdict == "pass"


def test_verdicts_of_a_model_do_not_depend_on_its_unit():
    found = []
    for coupling in (1.0, 1e-4):
        model = {"model": "ising", "sites": 3, "coupling": coupling, "transverse": coupling}
        record = run(hamiltonian=model, ansatz=CIRCUIT, optimizer="none", initial="random")
        found.append([(one.name, one.status) for one in record.checks])
    assert found[0] == found[1]


def test_pauli_strings_without_a_unit_are_in_hartree():
    record = run(hamiltonian={"paulis": {"ZZ": -1.0, "XI": 0.5}}, ansatz=CIRCUIT)
    assert record.problem.unit == "Hartree"
    assert record.reference.gap is None
    assert record.error_in_unit is None
    assert record.check("chemical-accuracy").status == "pass"
