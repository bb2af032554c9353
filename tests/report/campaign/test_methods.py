"""What a campaign is said to have done: by its settings, and by what really ran."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.campaign.test_source import CONFIG
from tests.screening.campaigns import PROPERTIES, revision
from vqe_cli.properties import Column
from vqe_cli.report.campaign.methods import Seen, caveats_of, in_words, methods_of
from vqe_cli.report.campaign.page import CampaignReport, Choice, Totals
from vqe_cli.report.campaign.page.methods import methods_text
from vqe_cli.report.campaign.source import settings_file
from vqe_cli.screening.settings import load_config
from vqe_cli.screening.store import PlannedProperty

pytestmark = pytest.mark.quick

MMFF94 = {"candidate": "a", "geometry_method": "ETKDGv3, MMFF94"}
STATED = {"candidate": "b", "geometry_method": "coordinates of the input"}


def _record(optimizer: str = "diis", **backend: Any) -> dict[str, Any]:
    return {
        "result": {"optimizer": optimizer, "backend": {"name": "exact", **backend}},
        "reference": {"method": "numpy"},
    }


def _seen(*pairs: tuple[dict[str, Any], dict[str, Any] | None]) -> Seen:
    seen = Seen()
    for row, record in pairs:
        seen.add(row, record)
    return seen


def test_an_automatic_choice_is_told_by_what_ran() -> None:
    seen = _seen((MMFF94, _record()), (MMFF94, _record("l-bfgs-b")))
    chosen = methods_of(revision(PROPERTIES), seen).selected
    assert chosen["optimizer"] == (Choice("diis"), Choice("l-bfgs-b"))
    assert chosen["reference"] == (Choice("numpy"),)
    spsa = revision(PROPERTIES, optimizer={"name": "spsa", "maxiter": 20})
    assert methods_of(spsa, seen).selected["optimizer"] == (Choice("spsa", "maxiter 20"),)


def test_no_reference_is_no_reference_by_the_name_of_none() -> None:
    methods = methods_of(revision(PROPERTIES, reference="none"), Seen())
    assert "reference" not in methods.selected
    assert "Energies were not compared with an exact one." in methods.remarks


def test_geometries_of_the_input_are_not_said_to_be_embedded() -> None:
    said = " ".join(methods_of(revision(PROPERTIES), _seen((STATED, _record()))).structures)
    assert "ETKDG" not in said
    assert "Coordinates are from the input (1 molecule)." in said
    both = _seen((STATED, _record()), (MMFF94, _record()))
    said = " ".join(methods_of(revision(PROPERTIES), both).structures)
    assert "SMILES were embedded by ETKDGv3 (seed 7)" in said


def test_caveats_follow_what_was_done() -> None:
    embedded = " ".join(caveats_of(revision(PROPERTIES), _seen((MMFF94, None))))
    assert "force field" in embedded
    assert "force field" not in " ".join(caveats_of(revision(PROPERTIES), _seen((STATED, None))))


GAP = PlannedProperty("gap", ("structure",), (Column("homo_ev", "number", "HOMO"),))
TRIAGE = PlannedProperty("triage", ("structure",), (Column("t1", "number", "T1"),))


@pytest.mark.parametrize("planned", [(GAP,), (GAP, TRIAGE)], ids=["gap", "triage"])
def test_a_campaign_of_hartree_fock_does_not_claim_to_have_run_vqe(
    planned: tuple[PlannedProperty, ...],
) -> None:
    names = [entry.name for entry in planned]
    config = {"properties": [{"name": name} for name in names]}
    given = replace(revision(planned), config=config)
    seen = _seen((MMFF94, None))
    versions = {"pyscf": "2.14.0", "qiskit": "2.6.2", "ffsim": "0.0.85"}
    methods = methods_of(given, seen)
    text, _ = methods_text(CampaignReport("t", (), (), methods=methods, versions=versions))
    for word in ("eigensolver", "uccsd", "optimised", "qubits", "backend", "Results", "qiskit"):
        assert word not in text
    assert ("Active spaces were chosen by" in text) == (TRIAGE in planned)
    assert "The campaign computed gap (" in text
    assert "pyscf 2.14.0" in text
    assert not any("VQE" in caveat or "total" in caveat for caveat in caveats_of(given, seen))


def test_packages_that_had_no_part_in_it_are_not_cited() -> None:
    seen = _seen((MMFF94, _record()))
    exact = methods_of(revision(PROPERTIES), seen)
    assert exact.unused == {"tblite", "qiskit-aer", "qiskit-ibm-runtime", "qiskit-addon-sqd"}
    noisy = {"name": "aer", "shots": 100, "noise": "fake_manila"}
    assert methods_of(revision(PROPERTIES, backend=noisy), seen).unused == {
        "tblite",
        "qiskit-addon-sqd",
    }
    versions = {"pyscf": "2.14.0", "tblite": "0.8.0"}
    text, references = methods_text(CampaignReport("t", (), (), methods=exact, versions=versions))
    assert "pyscf 2.14.0" in text
    assert "tblite" not in text
    assert not any("Bannwarth" in reference for reference in references)


@pytest.mark.parametrize(("device", "money"), [("ibm_fez", 3.2), ("fake_fez", 0.0)])
def test_only_real_devices_cost_money(device: str, money: float) -> None:
    paid = _record(representation=device, estimated_cost=1.6, currency="EUR")
    seen = _seen((MMFF94, paid), (MMFF94, paid), (STATED, None))
    assert seen.money == pytest.approx(money)


def test_steps_and_properties_are_cited_and_costs_are_told() -> None:
    config = {"properties": [{"name": "energy"}, {"name": "solvation", "solvent": "water"}]}
    methods = methods_of(replace(revision(), config=config), _seen((MMFF94, _record())))
    totals = Totals(60.0, 90.0, shots=2_000, money=3.2, currency="EUR")
    text, references = methods_text(CampaignReport("t", (), (), methods=methods, totals=totals))
    assert "solvent water)" in text
    assert "90 s of computing time; 2,000 shots and 3.20 EUR of device time" in text
    for source in ("J. Comput. Chem. 17, 490", "J. Chem. Phys. 139, 054111"):
        assert sum(source in reference for reference in references) == 1


def test_the_settings_of_the_page_are_the_settings(tmp_path: Path) -> None:
    written, again = tmp_path / "written.yaml", tmp_path / "again.yaml"
    config = {**CONFIG, "seed": 0, "limits": {"time": 60.0}, "cluster": None}
    given = revision(PROPERTIES, **config)
    written.write_text(settings_file(given))
    first = load_config(str(written), [])
    again.write_text(settings_file(replace(given, config=first.as_dict())))
    assert load_config(str(again), []).as_dict() == first.as_dict()
    assert first.as_dict()["grid"] == CONFIG["grid"]
    assert first.as_dict()["seed"] == 0


def test_options_are_words() -> None:
    value = {"name": "frontier", "electrons": 4, "at_most": True, "labels": None}
    assert in_words(value) == "frontier (electrons 4, at most)"
