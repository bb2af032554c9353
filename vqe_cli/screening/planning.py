"""Candidates looked at one by one: what they are, which ask the same, what is to be computed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from vqe_cli import __version__
from vqe_cli._core.provenance import versions
from vqe_cli._core.resources import available_threads
from vqe_cli.errors import InputError
from vqe_cli.screening.candidates import Candidates, read_candidates
from vqe_cli.screening.candidates.audits import AuditFile, checksum
from vqe_cli.screening.candidates.validation import Caps
from vqe_cli.screening.candidates.variants import variants_of
from vqe_cli.screening.cases import PlannedCase, Planner
from vqe_cli.screening.model import Variant
from vqe_cli.screening.request import Order, Say
from vqe_cli.screening.settings import ScreenConfig
from vqe_cli.screening.store import PlannedCandidate, PlannedProperty, Revision

SHOWN_NAMES = 5
"""Of a folder's entries that are left out."""


class Survey:
    """Candidates, what was seen of them, and what is to be computed.

    Args:
        order: What to do.
        audits: The file of what was seen.
        say: Told what the user should know.
    """

    def __init__(self, order: Order, audits: Path, say: Say) -> None:
        self._order, self._path, self._say = order, audits, say
        options = order.config.sections.candidates
        self._file = read_candidates(order.candidates, options.smiles_column, options.name_column)
        if self._file.ignored:
            say(f"left out of {order.candidates}: {_listed(self._file.ignored)}")
        next(iter(self._file))  # refused here if it holds nothing
        self._variants = _variants(self._file, order.config)
        self.planner = Planner(order.config, self._variants)
        self.originals: dict[int, int] = {}
        self.count = 0

    @cached_property
    def audits(self) -> AuditFile:
        """What was seen of every candidate; all of them are read for their checksum."""
        options = self._order.config.sections.candidates
        caps = Caps(**{key: getattr(options, key) for key in Caps.model_fields})
        return AuditFile(self._path, checksum(self._file), caps)

    @cached_property
    def revision(self) -> Revision:
        """The plan's identity."""
        return Revision(
            config={**self._order.config.as_dict(), "grid": _grid_of(self._variants)},
            candidates_file=str(self._order.candidates.resolve()),
            candidates_sha256=self.audits.sha256,
            versions={"vqe-cli": __version__, **versions(), **versions(("tblite",))},
            properties=tuple(PlannedProperty.of(entry) for entry in self.planner.properties),
            started=time.time(),
            meaning=self.planner.meaning,
        )

    def look(self) -> None:
        """Audit every candidate, and find those that ask what an earlier one asks."""
        self.audits.complete(self._file, available_threads(), self._audited)
        first: dict[str, int] = {}
        for case in self.planner.cases(self.audits):
            if case.failure is None:
                earlier = first.setdefault(case.question, case.candidate)
                if earlier != case.candidate:
                    self.originals[case.candidate] = earlier

    def candidates(self) -> Iterator[PlannedCandidate]:
        """All of them, duplicates marked."""
        for position, audited in enumerate(self.audits):
            yield PlannedCandidate(audited, self.originals.get(position))

    def cases(self) -> Iterator[PlannedCase]:
        """The cases of all that are no duplicates and are not refused as a whole."""
        for position, audited in enumerate(self.audits):
            if audited.failure is None and position not in self.originals:
                yield from self.planner.of_candidate(position, audited)

    def _audited(self, count: int) -> None:
        self.count = count
        self._say(f"candidates looked at: {count:,}")


def _listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _variants(candidates: Candidates, config: ScreenConfig) -> tuple[Variant, ...]:
    """Of the grid, which stands with the candidates or in the settings."""
    if not config.sections.grid:
        return candidates.variants
    if len(candidates.variants) > 1 or candidates.variants[0].overrides:
        raise InputError(
            "both the candidates and the settings have a grid",
            path=("grid",),
            hint="leave one of them out",
        )
    return variants_of(config.sections.grid)


def _grid_of(variants: tuple[Variant, ...]) -> dict[str, list[Any]]:
    """The grid that was spread out, wherever it stood."""
    found: dict[str, list[Any]] = {}
    for variant in variants:
        for key, value in variant.overrides.items():
            values = found.setdefault(key, [])
            if value not in values:
                values.append(value)
    return found
