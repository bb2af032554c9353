"""From a campaign's store to what its page shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from vqe_cli.machine import show_bytes
from vqe_cli.report.campaign_page import CampaignReport, Detail, Methods, Totals
from vqe_cli.report.terminal import seconds
from vqe_cli.screening.properties import Column, Value
from vqe_cli.screening.store import PlannedProperty, Revision, Store
from vqe_cli.spec import RunSpec, StructureSpec

Row = dict[str, Value]
Record = Mapping[str, Any]

SELECTABLE = ("active_space", "mapper", "ansatz", "optimizer", "backend", "solver", "reference")

COUNTS = ("atoms", "heavy_atoms", "electrons", "charge", "multiplicity")
"""Columns that say how large a molecule is."""

TIMINGS = ("wall_s", "peak_memory_mb", "attempts")
"""Columns that stand in the panel of a molecule, not in the table."""

CAVEATS = (
    "Errors are against the exact energy of the same active space and basis: they tell how well "
    "VQE did, not how well the active space describes the molecule.",
    "Geometries come from a force field unless stated otherwise; each molecule is in one "
    "conformer, in the gas phase, without vibrations.",
    "Rankings of total energies compare only isomers.",
)


def campaign_report(store: Store, title: str) -> CampaignReport:
    """Read all that the page shows.

    Args:
        store: A campaign.
        title: Of the page.
    """
    revision, summary = store.revision(), store.summary()
    rows: list[dict[str, Any]] = []
    details = []
    for row, record in zip(store.rows(timings=True), store.records("energy"), strict=True):
        details.append(_detail(row, record))
        kept = {name: value for name, value in row.items() if name not in TIMINGS}
        rows.append({**kept, "notes": str(row.get("notes") or "").splitlines()})
    return CampaignReport(
        title=title,
        columns=_in_order(store.columns(), () if revision is None else revision.properties),
        rows=rows,
        details=details,
        methods=_methods(revision),
        totals=Totals(
            wall_seconds=summary.active_s,
            cpu_seconds=summary.wall_s,
            shots=sum(int(row.get("shots") or 0) for row in rows if not row.get("duplicate_of")),
            peak_bytes=summary.peak_bytes,
        ),
        settings=tuple(_settings(revision)),
        versions={} if revision is None else revision.versions,
        started=_day(summary.started),
        finished=_day(summary.ended),
        commands=tuple(_commands(revision, title)),
        caveats=CAVEATS,
    )


def _in_order(columns: Sequence[Column], properties: Sequence[PlannedProperty]) -> list[Column]:
    """The first column of every property, then their others, then what belongs to the energy."""
    ranks: dict[str, int] = dict.fromkeys(COUNTS, 2)
    for entry in properties:
        rank = 2 if entry.name == "energy" else 1
        ranks |= {column.name: rank for column in entry.columns}
        if entry.name != "energy":
            ranks[entry.columns[0].name] = 0
    return sorted(columns, key=lambda column: ranks.get(column.name, 0))


def _detail(row: Row, record: Record | None) -> Detail:
    """What only the panel of one molecule shows."""
    facts: list[tuple[str, str]] = []
    costs: list[tuple[str, str]] = []
    if row.get("wall_s"):
        costs.append(("wall time", seconds(float(row["wall_s"] or 0))))
    if row.get("peak_memory_mb"):
        costs.append(("peak memory", show_bytes(int(1e6 * float(row["peak_memory_mb"] or 0)))))
    if record is None:
        return Detail(facts=facts, costs=costs)
    space = record["problem"].get("active_space")
    if space is not None:
        facts.append(("active space", f"{space['method']}: {space['reason']}"))
    return Detail(facts=facts, checks=record["checks"], costs=costs)


def _methods(revision: Revision | None) -> Methods:
    """From the settings: every variant's selections, each named once."""
    if revision is None:
        return Methods()
    config = revision.config
    grid: Record = config.get("grid", {})
    molecule = config.get("molecule", {})
    structure = StructureSpec.model_validate(molecule.get("structure") or {})
    selected = {
        name: _names(grid.get(name) or [config.get(name, _default(name))]) for name in SELECTABLE
    }
    names = ", ".join(entry.name for entry in revision.properties)
    return Methods(
        structures=(
            "Structures were read and standardised with RDKit (largest fragment; charges and "
            "unpaired electrons as written); SMILES were embedded by ETKDGv3 "
            f"(seed {structure.seed}) and the lowest of {structure.conformers} conformers by "
            f"{structure.rank_by} was kept.",
        ),
        basis=_names(grid.get("molecule.basis") or [molecule.get("basis", "sto-3g")]),
        selected={kind: found for kind, found in selected.items() if found},
        remarks=(f"Computed for each candidate: {names}.", f"Seed {config.get('seed', 7)}."),
    )


def _default(name: str) -> Any:
    default = RunSpec.model_fields[name].default
    return "uccsd" if default is None else default.name


def _names(choices: Sequence[Any]) -> tuple[str, ...]:
    """The names of selections that may be names or mappings."""
    found = [choice.get("name") if isinstance(choice, dict) else choice for choice in choices]
    return tuple(dict.fromkeys(str(name) for name in found if name))


def _settings(revision: Revision | None) -> Iterator[tuple[str, str]]:
    if revision is None:
        return
    yield "candidates", revision.candidates_file.rsplit("/", 1)[-1]
    for name, value in revision.config.items():
        if value:
            yield name.replace("_", " "), _in_words(value)


def _pair(key: str, value: Any) -> str:
    words = key.replace("_", " ")
    return words if value is True else f"{words} {_in_words(value)}"


def _in_words(value: Any) -> str:
    """``frontier (electrons 4, orbitals 4)``: what stands in the settings and is not empty."""
    if isinstance(value, list):
        return ", ".join(_in_words(item) for item in value)
    if not isinstance(value, dict):
        return f"{value:g}" if isinstance(value, float) else str(value)
    rest = {key: item for key, item in value.items() if key != "name"}
    said = ", ".join(_pair(key, item) for key, item in rest.items() if item not in (None, False))
    name = value.get("name")
    if name is None:
        return said
    return f"{name} ({said})" if said else str(name)


def _commands(revision: Revision | None, title: str) -> Iterator[str]:
    if revision is not None:
        file = revision.candidates_file.rsplit("/", 1)[-1]
        yield f"vqe screen run {file} --config screen.yaml --out {title}"
        yield f"vqe screen export {title} --format csv"


def _day(moment: float | None) -> str:
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).isoformat()
