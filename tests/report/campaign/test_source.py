"""From a campaign's store to its page."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.screening.campaigns import (
    DIPOLE,
    ENERGY,
    GAP,
    PROPERTIES,
    bad,
    candidate,
    case,
    good,
    key,
    outcome,
    results,
    revision,
)
from vqe_cli.errors import InputError
from vqe_cli.properties import Column
from vqe_cli.report.campaign.page import CampaignReport, Choice, campaign_page
from vqe_cli.report.campaign.page.columns import table_columns
from vqe_cli.report.campaign.source import campaign_report
from vqe_cli.screening.model import Failure
from vqe_cli.screening.store import Attempt, PlannedProperty, Store

pytestmark = pytest.mark.quick

CONFIG = {
    "molecule": {"basis": "6-31g", "structure": {"conformers": 3}},
    "active_space": {"name": "frontier", "electrons": 4, "orbitals": 4, "at_most": True},
    "grid": {"ansatz": ["uccsd", {"name": "k-upccgsd", "k": 2}]},
}


@pytest.fixture
def report(tmp_path: Path) -> Iterator[CampaignReport]:
    """One good molecule, one that fails, its duplicate, and one that was refused."""
    refused = Failure(kind="refused", message="400 atoms are too many")
    with Store.create(tmp_path) as store:
        store.replace_plan(
            revision(PROPERTIES, **CONFIG),
            [
                candidate("good"),
                candidate("bad"),
                candidate("again", duplicate_of=0),
                candidate("large", failure=refused),
            ],
            [case(0), case(1)],
        )
        good = [
            part.model_copy(update={"record": {"problem": {}, "checks": []}}) for part in results(0)
        ]
        late = bad(key(1, "", "energy"), "energy", "timeout", "600 s were up")
        store.ingest([*good, late, results(1)[2]])
        ended = outcome(key(0, "", "energy"), started=1e9, wall_s=90.0)
        store.record_outcomes([Attempt(ended, charged=True)])
        yield campaign_report(store, "four molecules")


def test_commands_of_names_with_blanks_can_be_pasted(tmp_path: Path) -> None:
    given = replace(revision(PROPERTIES, **CONFIG), candidates_file="/data/my list; ls.smi")
    with Store.create(tmp_path) as store:
        store.replace_plan(given, [candidate("good")], [case(0)])
        commands = campaign_report(store, "it's mine").commands
    assert [shlex.split(line)[2:] for line in commands] == [
        ["run", "my list; ls.smi", "--config", "screen.yaml", "--out", "it's mine"],
        ["export", "it's mine", "--format", "csv"],
    ]


def test_every_candidate_is_there_with_its_fate(report: CampaignReport) -> None:
    fates = {row["candidate"]: (row["status"], row.get("failure_kind")) for row in report.rows}
    assert fates == {
        "good": ("done", None),
        "bad": ("failed", "timeout"),
        "again": ("duplicate", None),
        "large": ("refused", "refused"),
    }
    assert report.rows[0]["notes"] == ["charge from the structure"]


def test_what_was_asked_for_stands_before_what_is_known_of_every_energy(
    report: CampaignReport,
) -> None:
    names = [column.name for column in report.columns]
    places = [names.index(entry.columns[0].name) for entry in (DIPOLE, GAP)]
    assert max(places) < names.index("shots")
    assert report.main == ["dipole_debye"]
    assert {column.name for column in ENERGY.columns} <= set(names)


def test_the_methods_are_those_of_the_settings(report: CampaignReport) -> None:
    assert report.methods.basis == ("6-31G",)
    assert report.methods.selected["ansatz"] == (Choice("uccsd"), Choice("k-upccgsd", "k 2"))
    assert report.methods.selected["mapper"] == (Choice("jordan-wigner"),)
    assert "the lowest of 3 conformers" in report.methods.structures[1]
    settings = dict(report.settings)
    assert settings["active space"] == "frontier (electrons 4, orbitals 4, at most)"
    assert settings["candidates"] == "list.smi"


def test_costs_are_those_of_the_attempts(report: CampaignReport) -> None:
    assert report.totals.wall_seconds == report.totals.task_seconds == 90.0
    assert report.totals.shots == 0
    assert report.started.startswith("2001-09-09")


def test_shots_of_a_duplicate_were_taken_once(tmp_path: Path) -> None:
    with Store.create(tmp_path) as store:
        rows = [candidate("good"), candidate("again", duplicate_of=0)]
        store.replace_plan(revision(PROPERTIES, **CONFIG), rows, [case(0)])
        energy, *others = results(0)
        values = {**energy.values, "shots": 700}
        record: dict[str, Any] = {"problem": {}, "checks": []}
        measured = energy.model_copy(update={"values": values, "record": record})
        store.ingest([measured, *others])
        found = campaign_report(store, "two rows")
    assert [row["shots"] for row in found.rows] == [700, 700]
    assert found.totals.shots == 700


def test_the_page_is_made_of_it(report: CampaignReport) -> None:
    page = campaign_page(report)
    for words in ("four molecules", "600 s were up", "400 atoms are too many", "k-upccgsd"):
        assert words in page


def test_any_column_can_rank_and_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    with Store.create(tmp_path) as store:
        store.replace_plan(revision(PROPERTIES), [candidate("good")], [case(0)])
        ranked = campaign_report(store, "t", rank_by="dipole_debye", descending=True)
        assert (ranked.rank_by, ranked.descending) == ("dipole_debye", True)
        with pytest.raises(InputError, match="no column 'dipol_debye'") as caught:
            campaign_report(store, "t", rank_by="dipol_debye")
        assert "dipole_debye" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("name", "columns", "ranked"),
    [
        ("triage", (Column("classical_methods", "text", "."), Column("t1", "number", ".")),
         ("t1", True)),
        ("gap", (Column("homo_lumo_gap_ev", "number", "."),), ("homo_lumo_gap_ev", False)),
    ],
    ids=["triage", "gap"],
)  # fmt: skip
def test_a_campaign_without_energies_is_ranked_by_what_it_has(
    tmp_path: Path, name: str, columns: tuple[Column, ...], ranked: tuple[str, bool]
) -> None:
    asked = (PlannedProperty(name, (), columns),)
    with Store.create(tmp_path) as store:
        store.replace_plan(
            revision(asked), [candidate("a"), candidate("b")], [case(0, properties=asked)]
        )
        values = {column.name: 0.01 if column.kind == "number" else "." for column in columns}
        store.ingest([good(key(0, "", name), name, **values)])
        found = campaign_report(store, "no energies")
    assert (found.rank_by, found.descending) == ranked
    shown = {column.name for column in table_columns(found)}
    assert ranked[0] in shown
    assert not shown & {"energy_hartree", "reference_hartree", "error_mha", "verdict"}
    page = campaign_page(found)
    assert "Of 2 candidates, 1 has all requested properties" in page
    assert "This campaign computes no energies" in page


def test_the_best_estimate_leads_with_its_method_and_what_is_doubtful_about_it(
    tmp_path: Path,
) -> None:
    name = "ionization_energy"
    columns = (
        Column(f"{name}_best_ev", "number", "Best estimate."),
        Column(f"{name}_best_method", "text", "Its method."),
        Column(f"{name}_ev", "number", "By VQE."),
        Column(f"{name}_caveats", "text", "Doubts."),
    )
    asked = (ENERGY, PlannedProperty("ionization-energy", ("energy",), columns))
    values = dict(
        zip((column.name for column in columns), (12.5, "CCSD(T)", 11.9, "far"), strict=True)
    )
    with Store.create(tmp_path) as store:
        store.replace_plan(revision(asked), [candidate("a")], [case(0, properties=asked)])
        store.ingest([good(key(0, "", "ionization-energy"), "ionization-energy", **values)])
        found = campaign_report(store, "ions")
    assert found.main == [f"{name}_best_ev"]
    names = [column.name for column in found.columns]
    places = [names.index(f"{name}_{end}") for end in ("best_ev", "best_method", "caveats", "ev")]
    assert places == sorted(places)
    page = campaign_page(found)
    assert "CCSD(T)" in page
    assert ("caveats of ionization energy", "far") in found.details[0].facts
