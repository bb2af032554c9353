"""Ions, counter-ions and lost metals of a campaign are told before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import RunVqe, WriteFile
from tests.screening.campaigns import candidate, case, good, key, revision
from vqe_cli.properties import Column
from vqe_cli.report.campaign.page import campaign_page
from vqe_cli.report.campaign.source import campaign_report
from vqe_cli.screening.store import PlannedCandidate, PlannedProperty, Store

pytestmark = pytest.mark.quick

SALTS = """CC(=O)[O-].[Na+] sodium acetate
C[NH3+].[Cl-] methylammonium chloride
CCO ethanol
Nc1ccc(cc1)S(=O)(=O)[N-]c1ncccn1.[Ag+] silver sulfadiazine
"""


def test_a_dry_run_counts_charges_and_lost_metals(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("salts.smi", SALTS)
    outcome = run_vqe("screen", "run", path, "--dry-run", "--out", "c")
    assert "charges: -1 (2), +1 (1), 0 (1)" in outcome.out
    assert "molecules of different charges are mixed" in outcome.out
    assert "metals left off as counter-ions: Na (1), Ag (1)" in outcome.out
    plan = run_vqe("screen", "run", path, "--dry-run", "--out", "c", "--json").record
    assert plan["metals_left"] == {"Na": 1, "Ag": 1}


def test_metals_of_duplicates_count(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """Zinc acetate is no other acetate than sodium's only because its metal is left off."""
    lines = "CC(=O)[O-].[Na+] one\nCC(=O)[O-].CC(=O)[O-].[Zn+2] other\n"
    path = write_file("acetates.smi", lines)
    plan = run_vqe("screen", "run", path, "--dry-run", "--out", "c", "--json").record
    assert plan["duplicates"] == 1
    assert plan["metals_left"] == {"Na": 1, "Zn": 1}


def test_neutralised_candidates_are_of_one_charge(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("salts.smi", SALTS)
    neutral = ("--set", "candidates.neutralise=true")
    outcome = run_vqe("screen", "run", path, "--dry-run", "--out", "c", *neutral)
    assert outcome.code == 0
    assert "charges: 0 (4)" in outcome.out
    assert "mixed" not in outcome.out


def _of_charges(folder: Path, *charges: int) -> Store:
    found = []
    for charge in charges:
        planned = candidate(f"charge {charge}")
        validated = planned.validated.model_copy(update={"charge": charge})
        found.append(PlannedCandidate(validated, None))
    store = Store.create(folder)
    asked = (PlannedProperty("gap", (), (Column("homo_lumo_gap_ev", "number", "."),)),)
    cases = [case(number, properties=asked) for number in range(len(charges))]
    store.replace_plan(revision(asked), found, cases)
    for number in range(len(charges)):
        store.ingest([good(key(number, "", "gap"), "gap", homo_lumo_gap_ev=0.1)])
    return store


def test_report_and_export_say_that_charges_are_mixed(run_vqe: RunVqe, tmp_path: Path) -> None:
    with _of_charges(tmp_path / "mixed", 0, 1, 0) as store:
        assert store.charges() == {0: 2, 1: 1}
        report = campaign_report(store, "mixed")
    assert "different charges are mixed: 0 (2), +1 (1)" in campaign_page(report)
    outcome = run_vqe("screen", "export", tmp_path / "mixed")
    assert "different charges are mixed" in outcome.err
    assert "mixed" not in outcome.out


def test_one_charge_is_nothing_to_tell(run_vqe: RunVqe, tmp_path: Path) -> None:
    with _of_charges(tmp_path / "equal", 0, 0) as store:
        assert not campaign_report(store, "equal").warnings
    assert not run_vqe("screen", "export", tmp_path / "equal").err
