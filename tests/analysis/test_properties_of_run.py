"""Properties of one molecule: those of campaigns, beside the run and with its calculations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import vqe_cli
from tests.families import slow
from tests.problems import H2O, frontier, pyscf_mean_field, spec_of
from tests.screening.cases import case_of, compute
from vqe_cli import pipeline
from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.analysis.properties_of_run import with_properties
from vqe_cli.chemistry.scf import mean_fields
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import (
    InputError,
    InterruptedRunError,
    NotConvergedError,
    ResourceLimitError,
)
from vqe_cli.parts import fingerprint_of
from vqe_cli.properties import PROPERTIES, Case, Finding
from vqe_cli.schema.records import PropertyRecord, RunRecord

SPACE = frontier(4, 4)


def run_with(*properties: Any, molecule: Mapping[str, Any] = H2O, **parts: Any) -> RunRecord:
    return vqe_cli.run(
        spec_of(molecule, **{"active_space": SPACE, **parts}, properties=list(properties))
    )


def values(found: PropertyRecord) -> dict[str, Any]:
    return {name: one.value for name, one in found.values.items()}


@pytest.mark.parametrize(
    "name", ["ionization-energy", "gap", "dipole", slow("triage"), slow("solvation")]
)
def test_values_and_notes_are_those_of_a_campaign(name: str) -> None:
    (found,) = run_with(name).properties
    expected = compute(name, case_of(H2O, active_space=SPACE))
    assert set(found.values) == set(expected.values)
    for column, value in values(found).items():
        wanted = expected.values[column]
        assert value == (pytest.approx(wanted, abs=1e-7) if type(wanted) is float else wanted)
    assert found.notes == expected.notes
    assert found.error is None
    assert found.name == name


def test_the_ionisation_energy_is_that_of_pyscfs_casci_with_its_unit() -> None:
    from pyscf import mcscf

    energies = []
    for charge, electrons in ((0, 2), (1, 1)):
        molecule = {**H2O, "charge": charge, "multiplicity": 1 + charge}
        exact = mcscf.CASCI(pyscf_mean_field(molecule), 2, electrons)
        exact.verbose = 0
        energies.append(exact.kernel()[0])
    (found,) = run_with("ionization-energy", active_space=frontier(2, 2)).properties
    measured = found.values["ionization_energy_ev"]
    assert measured.unit == "eV"
    assert measured.value == pytest.approx(HARTREE_IN_EV * (energies[1] - energies[0]), abs=1e-4)


def test_options_are_those_that_were_asked_for() -> None:
    (found,) = run_with({"name": "ionization-energy", "multiplicity": 4}).properties
    assert found.options["multiplicity"] == 4
    assert values(found)["ionization_energy_ion_multiplicity"] == 4


def test_nothing_is_solved_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The energy is the run itself, and a SMILES has one mean field, whoever asks for it."""
    solved, runs = [], []
    solve, run = mean_fields.solve_mean_field, pipeline.run

    def counted_solve(mole: Any, *options: Any) -> Any:
        solved.append(mole.nelectron)
        return solve(mole, *options)

    def counted_run(spec: Any, **options: Any) -> RunRecord:
        runs.append(spec.title)
        return run(spec, **options)

    monkeypatch.setattr(mean_fields, "solve_mean_field", counted_solve)
    monkeypatch.setattr(pipeline, "run", counted_run)
    ammonia = {"geometry": {"smiles": "N"}, "name": "ammonia"}
    asked = ("energy", "dipole", "gap", "ionization-energy", "structure")
    record = run_with(*asked, molecule=ammonia, active_space=frontier(2, 2))
    assert solved == [10, 9]
    assert runs == ["ammonia", "ammonia, cation"]
    found = {one.name: values(one) for one in record.properties}
    assert set(found) == set(asked)
    assert found["energy"]["energy_hartree"] == record.result.energy
    assert "ETKDG" in found["structure"]["geometry_method"]


def test_an_ion_given_by_its_structure_keeps_its_charge() -> None:
    """The charge of a SMILES is derived: that of the molecule to be oxidised is -1, not 0."""
    hydroxide = {"geometry": {"smiles": "[OH-]"}}
    (found,) = run_with(
        "ionization-energy", molecule=hydroxide, active_space=frontier(2, 2)
    ).properties
    charges = {one["species"]: one["charge"] for one in found.record["species"]}
    assert charges == {"cation": 0, "candidate": -1}


def test_a_property_that_fails_leaves_the_run_and_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> Finding:
        raise NotConvergedError("the cation does not converge")

    monkeypatch.setattr(PROPERTIES.get("ionization-energy"), "compute", fail)
    record = run_with("ionization-energy", "gap")
    failed, gap = record.properties
    assert failed.error is not None
    assert failed.error["kind"] == "not-converged"
    assert "does not converge" in failed.error["message"]
    assert failed.values == {}
    assert failed.verdict is None
    assert values(gap)["homo_lumo_gap_ev"] > 0
    assert record.result.converged
    assert record.check("ionization-energy").status == "warn"
    assert record.verdict == "warn"


def test_a_property_that_the_molecule_cannot_have_is_refused_before_the_run() -> None:
    with pytest.raises(InputError, match="not a complex"):
        run_with("binding", "gap")


def test_a_doubtful_property_lowers_the_verdict() -> None:
    """Five electrons in three orbitals leave the anion no correlation."""
    record = run_with("electron-affinity", active_space=frontier(4, 3))
    (affinity,) = record.properties
    assert affinity.verdict == "warn"
    assert record.check("electron-affinity").status == "warn"
    assert "correlation-possible" in record.check("electron-affinity").detail
    assert record.verdict == "warn"
    assert vqe_cli.run(spec_of(H2O, active_space=frontier(4, 3))).verdict == "pass"


def test_errors_of_the_program_are_told_and_an_interrupt_is_passed_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gap = PROPERTIES.get("gap")

    def breaks(_: Any, case: Case) -> Finding:
        raise ZeroDivisionError("by nothing")

    def stops(_: Any, case: Case) -> Finding:
        raise InterruptedRunError("interrupted")

    monkeypatch.setattr(gap, "compute", breaks)
    (found,) = run_with("gap").properties
    assert found.error is not None
    assert found.error["kind"] == "internal"
    monkeypatch.setattr(gap, "compute", lambda *_: Finding({"gap_ev": float("nan")}))
    (found,) = run_with("gap").properties
    assert found.error is not None
    assert "gap_ev came out as nan" in found.error["message"]
    monkeypatch.setattr(gap, "compute", stops)
    with pytest.raises(InterruptedRunError):
        run_with("gap")


def test_what_needs_a_failed_property_fails_with_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: Any, case: Case) -> Finding:
        raise ResourceLimitError("too large", hint="a smaller one")

    monkeypatch.setattr(PROPERTIES.get("gap"), "compute", refuses)
    monkeypatch.setattr(PROPERTIES.get("solvation"), "needs", ("gap",))
    (found,) = run_with("solvation").properties
    assert found.error == {
        "kind": "refused",
        "message": "needs gap, which failed: too large",
        "hint": "a smaller one",
    }


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("ionisation-energy", "no property called"),
        ({"name": "gap", "unit": "eV"}, "no option 'unit'"),
        ({"name": "bond-cleavage", "bond": [1, 4]}, "atom 4; they run from 1 to 3"),
        ({"name": "protonation", "atom": 9}, "atom 9; they run from 1 to 3"),
        ({"name": "deprotonation", "atom": 4}, "atom 4; they run from 1 to 3"),
        ({"name": "binding", "fragments": [[1, 2], [4]]}, "atom 4; they run from 1 to 3"),
    ],
)
@pytest.mark.parametrize("molecule", [H2O, {"geometry": {"smiles": "O"}}], ids=["xyz", "SMILES"])
def test_impossible_requests_are_refused_before_anything_is_computed(
    asked: Any, message: str, molecule: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "run", lambda *_, **__: pytest.fail("the run began"))
    with pytest.raises(InputError, match=message) as caught:
        run_with(asked, molecule=molecule)
    assert caught.value.path[:2] == ("properties", 0)


def test_a_property_is_named_once_and_needs_a_molecule() -> None:
    with pytest.raises(InputError, match="requested twice"):
        run_with("gap", "gap")
    operator = {"hamiltonian": {"paulis": {"Z": 1.0}}, "properties": ["gap"]}
    with pytest.raises(InputError, match="integrals or an operator"):
        vqe_cli.run(vqe_cli.spec_from_data(operator))


def test_requests_change_nothing_of_the_run() -> None:
    plain, asked = spec_of(H2O), spec_of(H2O, properties=["gap", "energy"])
    assert fingerprint_of(plain) == fingerprint_of(asked)
    without, with_them = run_with(), run_with("gap")
    assert without.properties == ()
    assert without.spec == with_them.spec
    assert without.result.energy == with_them.result.energy


def test_a_finished_run_can_get_them_later() -> None:
    spec = spec_of(H2O, active_space=SPACE, properties=["dipole"])
    fields = MeanFields()
    record = pipeline.run(spec, context=vqe_cli.Context(mean_fields=fields))
    asked = (PROPERTIES.create("dipole"),)
    later = with_properties(record, spec, asked, pipeline.run, fields)
    assert later.properties[0].verdict == record.verdict
    assert RunRecord.model_validate(later.model_dump(mode="json", by_alias=True)) == later
