"""Replays: what drifts, by how much, and from where."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto, scf

from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe, WriteFile
from tests.replay.bundles import Change, edited, forged
from vqe_cli._core.bundles import Bundle
from vqe_cli.analysis.bundles.integrals import INTEGRALS, Integrals
from vqe_cli.errors import InputError
from vqe_cli.replay import replaying
from vqe_cli.replay.differences import CODE
from vqe_cli.replay.records import ReplayedValue, ReplayRecord
from vqe_cli.schema.stored_records import read_stored_run

TWO_ORBITALS = "{name: frontier, electrons: 2, orbitals: 2}"
H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"


def replayed(path: Path) -> ReplayRecord:
    return replaying.replay(read_stored_run(path))


def value_of(found: ReplayRecord, name: str) -> ReplayedValue:
    """The value of that name beside the energy."""
    (one,) = [value for value in found.values if value.name == name]
    return one


def full_ci(distance: float) -> float:
    """Full CI of hydrogen in STO-3G by PySCF, Hartree."""
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {distance}", basis="sto-3g", verbose=0)
    return float(fci.FCI(scf.RHF(mole).run()).kernel()[0])


def integrals(element: float, norb: int) -> bytes:
    """A file of integrals with one value in h1 (2, 2) and zeros in h2."""
    h1, h2 = np.full((2, 2), element), np.zeros((norb,) * 4)
    return Integrals(h1, h2, 0.0, (1, 1), np.empty(0), ()).to_bytes()


@pytest.fixture
def bundle(run_vqe: RunVqe, write_file: WriteFile) -> Path:
    assert run_vqe("run", "-q", write_file("h2.yaml", H2), "-o", "h2.zip").code == 0
    return Path("h2.zip")


@pytest.fixture
def record(run_vqe: RunVqe, write_file: WriteFile) -> Path:
    assert run_vqe("run", "-q", write_file("h2.yaml", H2), "-o", "h2.json").code == 0
    return Path("h2.json")


def test_a_bundle_gives_the_same_energy_again(bundle: Path) -> None:
    found = replayed(bundle)
    assert found.same
    assert found.drift_mha == pytest.approx(0, abs=1e-6)
    assert found.energy == pytest.approx(EXACT, abs=1e-8)
    assert found.energy_at_parameters == pytest.approx(EXACT, abs=1e-8)
    assert found.integrals == "recorded"
    assert (found.changes, found.contradictions, found.not_recomputed) == ((), (), ())
    assert found.explanation == "The energy is the same to round-off."


def test_a_record_alone_does_too(record: Path) -> None:
    found = replayed(record)
    assert found.same
    assert found.energy_at_parameters == pytest.approx(EXACT, abs=1e-8)
    assert (found.integrals, found.contributions) == ("present", None)


def test_drift_of_the_mean_field_is_told_from_that_of_the_search(bundle: Path) -> None:
    def stretch(data: dict[str, Any]) -> None:
        data["spec"]["molecule"]["geometry"]["cartesian"] = "H 0 0 0; H 0 0 0.745"

    found = replayed(forged(bundle, stretch))
    expected = 1000 * (full_ci(0.745) - full_ci(0.735))
    assert not found.same
    assert found.drift_mha == pytest.approx(expected, abs=1e-4)
    assert found.contributions is not None
    assert found.contributions.mean_field_mha == pytest.approx(expected, abs=1e-4)
    assert found.contributions.search_mha == pytest.approx(0, abs=1e-4)
    assert found.contributions.evaluation_mha == pytest.approx(0, abs=1e-4)
    kinds = [change.kind for change in found.changes]
    assert kinds[0] == "mean-field"
    assert {"orbitals", "integrals"} <= set(kinds)
    exact = value_of(found, "exact energy")
    assert exact.drift == pytest.approx(expected / 1000, abs=1e-7)
    assert exact.drifted
    assert "come from the mean field" in found.explanation


def test_drift_of_the_search_is_told_from_that_of_the_mean_field(bundle: Path) -> None:
    def stop_early(data: dict[str, Any]) -> None:
        data["spec"]["optimizer"] = {"name": "none"}
        data["spec"]["initial"] = {"name": "zeros"}

    found = replayed(forged(bundle, stop_early))
    mole = gto.M(atom="H 0 0 0; H 0 0 0.735", basis="sto-3g", verbose=0)
    expected = 1000 * (float(scf.RHF(mole).run().e_tot) - EXACT)  # zeros are Hartree-Fock
    assert found.drift_mha == pytest.approx(expected, abs=1e-4)
    assert found.contributions is not None
    assert found.contributions.search_mha == pytest.approx(expected, abs=1e-4)
    assert found.contributions.mean_field_mha == pytest.approx(0, abs=1e-4)
    assert "the optimiser, which ends elsewhere" in found.explanation


def test_an_energy_that_is_not_that_of_the_parameters_is_noticed(bundle: Path) -> None:
    def better(data: dict[str, Any]) -> None:
        data["result"]["parameters"][0] += 0.05

    found = replayed(forged(bundle, better))
    assert not found.same
    assert found.drift_mha == pytest.approx(0, abs=1e-6)
    (told,) = found.contradictions
    assert told.startswith("the recorded parameters give -1.13")


def without_check(name: str) -> Change:
    def remove(data: dict[str, Any]) -> None:
        data["checks"] = [one for one in data["checks"] if one["name"] != name]

    return remove


def without_reference(data: dict[str, Any]) -> None:
    """Remove the exact energy with all that is compared with it."""
    data |= {"reference": None, "error_mha": None}
    without_check("not-below-exact")(data)
    for check in data["checks"]:
        if check["name"] == "chemical-accuracy":
            check |= {"status": "skip", "value": None}


def without_reference_because(reason: str, failed: bool = False) -> Change:
    def remove(data: dict[str, Any]) -> None:
        without_reference(data)
        data["reference_missing"] = {"reason": reason, "failed": failed}

    return remove


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data["result"].update(energy=-1.2), "result.energy is -1.2"),
        (lambda data: data.update(error_mha=0.5), "error_mha is 0.5"),
        (lambda data: data.update(verdict="warn"), "the verdict is warn"),
        (lambda data: data["spec"].update(seed=8), "the input (spec) is not the one"),
        (lambda data: data["problem"].update(core_energy=0.7), "electronic_energy + core_energy"),
        (lambda data: data["problem"].update(sector_dimension=6), "sector_dimension is 6, not 4"),
        (lambda data: data["reference"].update(energy=-1.2), "energy - reference energy"),
        (lambda data: data["result"].update(gradient_norm=0.1), "the check gradient-norm"),
        (lambda data: data["result"].update(converged=False), "the check optimizer-converged"),
        (lambda data: data["result"].update(parameters=[0.1]), "the recorded parameters give"),
        (lambda data: data["result"].update(parameters=[]), "the record has 0 parameters"),
        (lambda data: data.update(reference=None, error_mha=None), "there is no reference"),
        (without_reference, "the input asks for the reference auto"),
        (
            without_reference_because("the problem is too large for one"),
            "too large for one', but it has 4 determinants",
        ),
        (without_reference_because("none was asked for"), "but none was asked for"),
        (without_reference_because("FCI failed", True), "the check exact-reference is missing"),
        (lambda data: data["result"].update(properties=None), "result.properties is missing"),
        (lambda data: data["spec"].update(forces=True), "the input asks for forces"),
        (without_check("energy-variance"), "the check energy-variance is missing"),
        (without_check("sz"), "the check sz is missing"),
        (without_check("not-below-exact"), "the check not-below-exact is missing"),
        (without_check("scf-stable"), "the check scf-stable is missing"),
        (lambda data: data.update(checks=[]), "the check finite is missing"),
        (
            lambda data: next(
                check for check in data["checks"] if check["name"] == "particle-number"
            ).update(value=3.0),
            "the check particle-number passed with 3",
        ),
    ],
)
def test_a_record_that_was_edited_by_hand_is_noticed(
    record: Path, change: Change, told: str
) -> None:
    found = replayed(edited(record, change))
    assert not found.same
    assert any(told in one for one in found.contradictions), found.contradictions
    assert found.explanation.startswith("The file was changed after it was written")


def test_a_consistent_forgery_of_the_energy_is_noticed_by_its_parameters(record: Path) -> None:
    def shift(data: dict[str, Any]) -> None:
        for keys in (
            ("result", "energy"),
            ("result", "electronic_energy"),
            ("reference", "energy"),
        ):
            data[keys[0]][keys[1]] -= 0.01

    found = replayed(edited(record, shift))
    assert found.drift_mha == pytest.approx(10, abs=1e-4)
    assert any("the recorded parameters give" in one for one in found.contradictions)


def test_other_versions_are_named(record: Path) -> None:
    def older(data: dict[str, Any]) -> None:
        data["provenance"]["packages"]["pyscf"] = "2.11.0"
        data["provenance"] |= {"threads": 64, "python": "3.12.1", "version": "0.0.1"}

    found = replayed(edited(record, older))
    assert found.same
    assert {(one.kind, one.name, one.recorded) for one in found.changes} == {
        ("version", "vqe", "0.0.1"),
        ("package", "pyscf", "2.11.0"),
        ("platform", "python", "3.12.1"),
        ("threads", "threads", 64),
    }


def test_other_code_of_the_same_version_is_named(record: Path) -> None:
    def other(data: dict[str, Any]) -> None:
        data["provenance"] |= {"source_sha256": "0123456789abcdef", "commit": None}

    (change,) = replayed(edited(record, other)).changes
    assert (change.kind, change.name, change.recorded) == ("version", CODE, "0123456789abcdef")
    assert len(str(change.now)) == 64


def test_records_that_do_not_tell_their_code_are_read(record: Path) -> None:
    def old(data: dict[str, Any]) -> None:
        del data["provenance"]["source_sha256"], data["provenance"]["commit"]
        data["result"]["evaluations"]["energy"] += 1

    found = replayed(edited(record, old))
    assert found.same
    assert "does not tell which code of this version wrote it" in found.explanation


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["result"]["evaluations"].update(energy=1),
        lambda data: data["result"]["history"][-1].update(energy=-1.0),
        lambda data: data["result"].update(starts=[-1.0]),
        lambda data: data["result"].update(initial_energy=-0.5),
    ],
)
def test_differences_without_a_cause_are_told_as_doubtful(record: Path, change: Change) -> None:
    found = replayed(edited(record, change))
    assert [one.kind for one in found.changes] == ["optimiser-path"]
    assert "may have been changed by hand" in found.explanation


def test_a_forgery_of_every_figure_differs_from_what_comes_out_now(bundle: Path) -> None:
    def shift(data: dict[str, Any]) -> None:
        result, lower = data["result"], 0.01
        for one in (result, data["reference"], *result["history"]):
            one["energy"] -= lower
        result["electronic_energy"] -= lower
        result["starts"] = [energy - lower for energy in result["starts"]]

    content = Integrals.from_bytes(Bundle(bundle).read(INTEGRALS))
    lower = replace(content, core_energy=content.core_energy - 0.01).to_bytes()
    found = replayed(forged(bundle, shift, files={INTEGRALS: lower}))
    assert found.contradictions == ()
    assert not found.same
    assert found.drift_mha == pytest.approx(10, abs=1e-4)
    assert "come from the mean field" in found.explanation


def test_sampled_energies_are_the_same_shot_by_shot(run_vqe: RunVqe, write_file: WriteFile) -> None:
    shots = ("--shots", 200, "--optimizer", "{name: spsa, maxiter: 3}", "-o", "h2.zip")
    run_vqe("run", "-q", write_file("h2.yaml", H2), *shots)
    found = replayed(Path("h2.zip"))
    assert found.same
    assert found.drift_mha == 0
    assert found.standard_error is not None
    assert found.explanation == "The sampled energy is the same, shot by shot."


def test_a_recorded_error_bar_does_not_excuse_a_drift(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    shots = ("--shots", 200, "--optimizer", "{name: spsa, maxiter: 3}", "-o", "h2.json")
    run_vqe("run", "-q", write_file("h2.yaml", H2), *shots)

    def excused(data: dict[str, Any]) -> None:
        data["result"] |= {"standard_error": 5.0, "energy": data["result"]["energy"] - 1.0}

    found = replayed(edited(Path("h2.json"), excused))
    assert not found.same
    assert found.tolerance_mha < 500
    assert value_of(found, "standard error").drifted
    assert found.explanation.count("drifted by +1000 mHa") == 1


def test_an_exact_energy_with_an_error_bar_is_judged_as_exact(record: Path) -> None:
    def excused(data: dict[str, Any]) -> None:
        data["result"] |= {"standard_error": 5.0, "energy": data["result"]["energy"] - 1.0}

    found = replayed(edited(record, excused))
    assert found.tolerance_mha < 1e-4
    assert found.drift_mha == pytest.approx(1000, abs=1e-4)
    assert value_of(found, "standard error").now is None
    assert not found.same


def test_other_shots_drift_within_their_error_bar(run_vqe: RunVqe, write_file: WriteFile) -> None:
    start = ("--optimizer", "none", "--initial", "mp2", "--reference", "none")
    run_vqe("run", "-q", write_file("h2.yaml", H2), "--shots", 200, *start, "-o", "h2.zip")

    def reseed(data: dict[str, Any]) -> None:
        data["spec"]["seed"] = 8

    found = replayed(forged(Path("h2.zip"), reseed))
    assert found.same
    assert found.drift_mha is not None
    assert 0 < abs(found.drift_mha) <= found.tolerance_mha
    assert "within its error bar" in found.explanation


@pytest.mark.parametrize(
    "flags",
    [
        ("--ansatz", "adapt"),
        ("--ansatz", "two-local", "--set", "ansatz.reps=1", "--set", "restarts=0"),
        ("--solver", "sqd", "--ansatz", "lucj"),
        ("--correction", "nevpt2", "--basis", "6-31g", "--active-space", TWO_ORBITALS),
    ],
)
def test_all_kinds_of_runs_are_replayed(
    run_vqe: RunVqe, write_file: WriteFile, flags: tuple[str, ...]
) -> None:
    run_vqe("run", "-q", write_file("h2.yaml", H2), *flags, "-o", "h2.zip")
    found = replayed(Path("h2.zip"))
    assert found.same, found.explanation
    assert abs(found.drift_mha or 0.0) < 1e-6


def test_optimised_orbitals_are_replayed_on_their_integrals(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    path = write_file("h2.yaml", H2)
    space = ("--active-space", TWO_ORBITALS)
    run_vqe("run", "-q", path, "--basis", "6-31g", "--orbitals", "optimised", *space, "-o", "h.zip")
    found = replayed(Path("h.zip"))
    assert found.same, found.explanation
    assert found.energy_at_parameters == pytest.approx(found.recorded_energy, abs=1e-8)


def test_a_qubit_hamiltonian_has_no_integrals(run_vqe: RunVqe, write_file: WriteFile) -> None:
    text = "hamiltonian: {paulis: {ZZ: -1.0, ZI: 0.5, IZ: 0.5, XX: 0.2}}\nrestarts: 0\n"
    run_vqe("run", "-q", write_file("model.yaml", text), "-o", "model.zip")
    found = replayed(Path("model.zip"))
    assert found.same
    assert found.integrals == "present"


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("hamiltonian: {model: ising, sites: 2}\nansatz: hva\n", "gap-accuracy"),
        ("hamiltonian: {model: ising, sites: 2}\nansatz: hva\nreference: none\n", "accuracy"),
        ("hamiltonian: {model: hubbard, sites: 2}\n", "gap-accuracy"),
    ],
    ids=["spins", "without-reference", "electrons"],
)
def test_a_model_is_judged_by_its_gap_again(
    run_vqe: RunVqe, write_file: WriteFile, text: str, check: str
) -> None:
    run_vqe("run", "-q", write_file("model.yaml", text), "-o", "model.json")
    data = json.loads(Path("model.json").read_text(encoding="utf-8"))
    assert check in {one["name"] for one in data["checks"]}
    found = replayed(Path("model.json"))
    assert found.same, found.contradictions
    assert found.unit != "Hartree"
    data["checks"] = [one for one in data["checks"] if one["name"] != check]
    Path("model.json").write_text(json.dumps(data), encoding="utf-8")
    assert f"the check {check} is missing" in replayed(Path("model.json")).contradictions


def test_a_run_that_fails_now_names_what_changed(
    run_vqe: RunVqe, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(data: dict[str, Any]) -> None:
        data["provenance"]["packages"]["scipy"] = "1.16.3"

    def fail(*_: Any) -> None:
        raise AttributeError("no attribute 'x'")

    monkeypatch.setattr(replaying, "run_again", fail)
    found = run_vqe("replay", "-q", edited(record, older))
    assert found.code == 1
    assert "no attribute 'x'" in found.err
    assert "scipy 1.16.3 →" in found.err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no arrays", "no file of integrals"),
        (integrals(np.nan, 2), "the integrals are damaged: integrals should be finite"),
        (integrals(0.0, 3), "the integrals are damaged: h2 should have shape"),
    ],
)
def test_damaged_integrals_are_refused_by_name(bundle: Path, content: bytes, told: str) -> None:
    path = forged(bundle, lambda _: None, files={INTEGRALS: content})
    with pytest.raises(InputError, match=r"forged\.zip.*") as caught:
        replayed(path)
    assert told in str(caught.value)


def test_integrals_of_another_run_contradict_the_record(bundle: Path, run_vqe: RunVqe) -> None:
    far = H2.replace("0.735", "0.8")
    Path("far.yaml").write_text(far)
    run_vqe("run", "-q", "far.yaml", "-o", "far.zip")
    found = replayed(
        forged(bundle, lambda _: None, files={INTEGRALS: Bundle(Path("far.zip")).read(INTEGRALS)})
    )
    assert not found.same
    assert any("the recorded parameters give" in one for one in found.contradictions)


def test_a_model_is_told_in_its_own_unit(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """The energy of two spins is −√5 J by hand; the record is half a J above it."""
    text = "hamiltonian: {model: ising, sites: 2}\nansatz: hva\n"
    run_vqe("run", "-q", write_file("model.yaml", text), "-o", "model.json")
    data = json.loads(Path("model.json").read_text(encoding="utf-8"))
    assert data["result"]["energy"] == pytest.approx(-math.sqrt(5.0), abs=1e-8)
    data["result"]["energy"] += 0.5
    Path("model.json").write_text(json.dumps(data), encoding="utf-8")
    told = run_vqe("replay", "-q", "model.json").out
    assert "energy / J" in told
    assert "drift / J" in told
    assert "-0.5000" in told
    assert "Ha" not in told
