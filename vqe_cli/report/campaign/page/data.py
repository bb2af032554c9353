"""The data of a campaign's page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from vqe_cli.properties import Column, Value

Row = Mapping[str, Value | Sequence[str]]
"""One case. Besides the columns: ``failure_hint`` and ``notes``, a sequence of sentences."""


@dataclass(frozen=True)
class Detail:
    """Data that only the panel of a molecule shows.

    Args:
        facts: Pairs of name and value, such as formula or origin of the geometry.
        checks: Checks as in a run's record: ``name``, ``status``, ``hard``, ``value``,
            ``expected``, ``tolerance``, ``detail``.
        costs: Pairs of name and value with unit.
    """

    facts: Sequence[tuple[str, str]] = ()
    checks: Sequence[Mapping[str, Any]] = ()
    costs: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Choice:
    """A selected entry of a registry.

    Args:
        name: Name of the entry.
        options: The given options in words: ``"electrons 4, orbitals 4"``.
    """

    name: str
    options: str = ""


@dataclass(frozen=True)
class Methods:
    """The data of the methods paragraph.

    Args:
        structures: Sentences on how structures were read, standardised and embedded.
        basis: Names of the basis sets.
        selected: Selected entries by registry: ``{"ansatz": (Choice("uccsd"),)}``.
        remarks: Further sentences, such as on seeds and error bars.
        unused: Installed packages that were not used.
    """

    structures: Sequence[str] = ()
    basis: Sequence[str] = ()
    selected: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    unused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Totals:
    """The costs of the whole campaign.

    Args:
        wall_seconds: Time from the first task's start to the last one's end, without pauses.
        task_seconds: Total time of all tasks; None if it is not known.
        shots: Number of shots on simulators and devices.
        money: Cost of devices by the price list, in `currency`.
        currency: Currency of `money`.
        peak_bytes: Memory of the largest task.
    """

    wall_seconds: float
    task_seconds: float | None = None
    shots: int = 0
    money: float = 0.0
    currency: str = "USD"
    peak_bytes: int | None = None


@dataclass(frozen=True)
class CampaignReport:
    """The data of a campaign's page.

    Args:
        title: Title of the campaign.
        columns: Columns of the table in order; `rows` may lack any of them.
        rows: One row per case, failures and duplicates included.
        details: One detail per row, or none at all.
        methods: Data of the methods paragraph.
        totals: Costs of the campaign.
        settings: Pairs of name and value.
        versions: Versions of the packages; None for a package that is not installed.
        started: First day, ISO 8601.
        finished: Last day, ISO 8601.
        commands: Command lines that repeat the campaign.
        settings_file: The settings as the YAML file that the commands read.
        caveats: Sentences on the limits of the results.
        warnings: Sentences to read before results are compared.
        main: Numeric columns of the campaign's properties; shown by default.
        rank_by: Column that sorts the table by default.
        descending: Whether the highest value comes first.
        rank_by_size: Column that is ranked by absolute value, as errors are.
        has_energies: Whether the campaign computes energies.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    details: Sequence[Detail] = ()
    methods: Methods = Methods()
    totals: Totals = Totals(0.0)
    settings: Sequence[tuple[str, str]] = ()
    versions: Mapping[str, str | None] = field(default_factory=dict)
    started: str = ""
    finished: str = ""
    commands: Sequence[str] = ()
    settings_file: str = ""
    caveats: Sequence[str] = ()
    warnings: Sequence[str] = ()
    main: Sequence[str] = ()
    rank_by: str = "error_mha"
    descending: bool = False
    rank_by_size: str = "error_mha"
    has_energies: bool = True

    def __post_init__(self) -> None:
        """Check that rows and details agree in number."""
        if self.details and len(self.details) != len(self.rows):
            raise ValueError(
                f"details should be one for each of {len(self.rows)} rows. Got {len(self.details)}"
            )

    @cached_property
    def own(self) -> tuple[Row, ...]:
        """The rows without duplicates, which would count twice."""
        return tuple(row for row in self.rows if not row.get("duplicate_of"))

    @cached_property
    def candidates(self) -> int:
        """The number of candidates; each has one row per variant."""
        return len({row.get("candidate") for row in self.rows})

    def count(self, column: str) -> Counter[str]:
        """The number of rows with each text of a column, without duplicates.

        Args:
            column: Name of the column.
        """
        return Counter(str(row[column]) for row in self.own if row.get(column))

    @cached_property
    def with_energy(self) -> int:
        """The number of rows with an energy, without duplicates."""
        return sum(row.get("energy_hartree") is not None for row in self.own)

    @cached_property
    def without_result(self) -> tuple[Row, ...]:
        """The failed rows, without partial ones, which lack only a property."""
        failed = (row for row in self.own if row.get("failure_kind"))
        return tuple(row for row in failed if row.get("status") != "partial")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """A unique name for each row: candidate and variant, numbered if repeated."""
        times: defaultdict[str, int] = defaultdict(lambda: 1)
        found: dict[str, None] = {}
        for row in self.rows:
            candidate, variant = row.get("candidate") or "case", row.get("variant")
            identity = name = f"{candidate}, {variant}" if variant else str(candidate)
            while identity in found:
                times[name] += 1
                identity = f"{name}~{times[name]}"
            found[identity] = None
        return tuple(found)

    def numbers(self, column: str) -> list[float | None]:
        """The finite numbers of a column, None elsewhere.

        Args:
            column: Name of the column.
        """
        return [finite(row.get(column)) for row in self.rows]

    def own_numbers(self, column: str) -> list[float | None]:
        """The finite numbers of a column in the rows of `own`, for statistics.

        Args:
            column: Name of the column.
        """
        return [finite(row.get(column)) for row in self.own]


def finite(value: Any) -> float | None:
    """The value as a float if it is a finite number, else None.

    Args:
        value: Any value of a row.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < float("inf") else None
