"""What a campaign's page is made of: plain data."""

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
    """What only the panel of a molecule shows.

    Args:
        facts: Name and value, such as the formula or how the geometry came about.
        checks: As in a run's record: ``name``, ``status``, ``hard``, ``value``, ``expected``,
            ``tolerance``, ``detail``.
        costs: Name and value with its unit, for people.
    """

    facts: Sequence[tuple[str, str]] = ()
    checks: Sequence[Mapping[str, Any]] = ()
    costs: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Choice:
    """An entry of a registry, as it was chosen.

    Args:
        name: Of the entry.
        options: Those that were given, for people: ``"electrons 4, orbitals 4"``.
    """

    name: str
    options: str = ""


@dataclass(frozen=True)
class Methods:
    """What the methods paragraph is written from.

    Args:
        structures: Sentences on how structures were read, standardised and put into space.
        basis: Basis sets.
        selected: Registry entries by registry: ``{"ansatz": (Choice("uccsd"),)}``.
        remarks: Further sentences, such as on seeds and error bars.
        unused: Packages that are installed and had no part in it.
    """

    structures: Sequence[str] = ()
    basis: Sequence[str] = ()
    selected: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    unused: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Totals:
    """What the whole campaign took.

    Args:
        wall_seconds: From the first task's start to the last one's end, without pauses.
        task_seconds: Of all tasks together; None where it is not known.
        shots: On simulators and devices.
        money: Spent on devices, by the price list.
        currency: Of the money.
        peak_bytes: Of the largest task.
    """

    wall_seconds: float
    task_seconds: float | None = None
    shots: int = 0
    money: float = 0.0
    currency: str = "USD"
    peak_bytes: int | None = None


@dataclass(frozen=True)
class CampaignReport:
    """A campaign as its page shows it.

    Args:
        title: Of the campaign.
        columns: Of the table, in order; `rows` may lack any of them.
        rows: One for each case, failures and duplicates included.
        details: One for each row, or none at all.
        methods: What was done.
        totals: What it took.
        settings: Name and value of what was asked for.
        versions: Of the packages; None for what is not installed.
        started: First day, ISO 8601.
        finished: Last day, ISO 8601.
        commands: Lines that repeat the campaign.
        settings_file: The settings as the YAML file that the commands read.
        caveats: Sentences on what these numbers are not.
        warnings: Sentences on what should be known before anything is compared.
        main: Columns of numbers that the campaign is about; they are shown to begin with.
        rank_by: The column that the table is sorted by to begin with.
        descending: Whether its highest value stands first.
        rank_by_size: A column whose values are ranked without their sign, as errors are.
        has_energies: Whether energies were asked for.
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
        """Hold rows and details together."""
        if self.details and len(self.details) != len(self.rows):
            raise ValueError(
                f"details should be one for each of {len(self.rows)} rows. Got {len(self.details)}"
            )

    @cached_property
    def own(self) -> tuple[Row, ...]:
        """Rows with results of their own: a duplicate shows another's, and would count twice."""
        return tuple(row for row in self.rows if not row.get("duplicate_of"))

    @cached_property
    def candidates(self) -> int:
        """How many there are; each has a row for every variant."""
        return len({row.get("candidate") for row in self.rows})

    def count(self, column: str) -> Counter[str]:
        """How often each text stands in a column, duplicates left out.

        Args:
            column: Its name.
        """
        return Counter(str(row[column]) for row in self.own if row.get(column))

    @cached_property
    def with_energy(self) -> int:
        """Rows that got an energy of their own."""
        return sum(row.get("energy_hartree") is not None for row in self.own)

    @cached_property
    def without_result(self) -> tuple[Row, ...]:
        """Failed rows; of a partial row only a property failed: its energy is there."""
        failed = (row for row in self.own if row.get("failure_kind"))
        return tuple(row for row in failed if row.get("status") != "partial")

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """A name of its own for each row: candidate and variant, numbered where it comes again."""
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
        """A column's finite numbers, None elsewhere.

        Args:
            column: Its name.
        """
        return [finite(row.get(column)) for row in self.rows]

    def own_numbers(self, column: str) -> list[float | None]:
        """The same for the rows of `own`: what statistics are made of.

        Args:
            column: Its name.
        """
        return [finite(row.get(column)) for row in self.own]


def finite(value: Any) -> float | None:
    """A number that can be drawn, or None.

    Args:
        value: Anything that stands in a row.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < float("inf") else None
