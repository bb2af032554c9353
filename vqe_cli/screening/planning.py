"""The plan of a campaign: validated candidates, duplicates, and cases to compute."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from vqe_cli._core.provenance import versions
from vqe_cli._core.resources import available_threads
from vqe_cli._core.version import __version__
from vqe_cli.errors import InputError
from vqe_cli.screening.candidates import Candidates, read_candidates
from vqe_cli.screening.candidates.validation import Caps
from vqe_cli.screening.candidates.validation_file import ValidationFile, checksum
from vqe_cli.screening.candidates.variants import variants_of
from vqe_cli.screening.cases import Planner
from vqe_cli.screening.model import Variant
from vqe_cli.screening.request import CampaignRequest, Say
from vqe_cli.screening.settings import ScreenConfig
from vqe_cli.screening.store import PlannedCandidate, PlannedProperty, Revision
from vqe_cli.screening.store.model import PlannedCase

SHOWN_NAMES = 5
"""Number of ignored folder entries to name."""


class CampaignPlan:
    """Validated candidates, their duplicates, and the cases to compute.

    Args:
        request: The request for the campaign.
        validation_path: Path of the file of validated candidates.
        say: Callback, called with messages for the user.
    """

    def __init__(self, request: CampaignRequest, validation_path: Path, say: Say) -> None:
        self._request, self._path, self._say = request, validation_path, say
        options = request.config.sections.candidates
        self._file = read_candidates(request.candidates, options.smiles_column, options.name_column)
        if self._file.ignored:
            say(f"ignored in {request.candidates}: {_listed(self._file.ignored)}")
        next(iter(self._file))  # refuses an empty file
        self._variants = _variants(self._file, request.config)
        self.planner = Planner(request.config, self._variants)
        self.originals: dict[int, int] = {}
        self.count = 0

    @cached_property
    def validated(self) -> ValidationFile:
        """The candidates after validation; the checksum of all candidates is computed here."""
        options = self._request.config.sections.candidates
        caps = Caps(**{key: getattr(options, key) for key in Caps.model_fields})
        return ValidationFile(self._path, checksum(self._file), caps)

    @cached_property
    def revision(self) -> Revision:
        """The identity of the plan: everything the results depend on."""
        return Revision(
            config={**self._request.config.as_dict(), "grid": _grid_of(self._variants)},
            candidates_file=str(self._request.candidates.resolve()),
            candidates_sha256=self.validated.sha256,
            versions={"vqe-cli": __version__, **versions(), **versions(("tblite",))},
            properties=tuple(PlannedProperty.of(entry) for entry in self.planner.properties),
            started=time.time(),
            settings_hash=self.planner.settings_hash,
        )

    def validate(self) -> None:
        """Validate every candidate, and find the duplicates."""
        self.validated.complete(self._file, available_threads(), self._count_validated)
        first: dict[str, int] = {}
        for case in self.planner.cases(self.validated):
            if case.failure is None:
                earlier = first.setdefault(case.content_key, case.candidate)
                if earlier != case.candidate:
                    self.originals[case.candidate] = earlier

    def candidates(self) -> Iterator[PlannedCandidate]:
        """All candidates, with duplicates marked."""
        for position, validated in enumerate(self.validated):
            yield PlannedCandidate(validated, self.originals.get(position))

    def cases(self) -> Iterator[PlannedCase]:
        """Cases of all candidates that are neither duplicates nor refused."""
        for position, validated in enumerate(self.validated):
            if validated.failure is None and position not in self.originals:
                yield from self.planner.of_candidate(position, validated)

    def _count_validated(self, count: int) -> None:
        self.count = count
        self._say(f"candidates validated: {count:,}")


def _listed(names: Sequence[str]) -> str:
    """The first few names, and the number of further ones."""
    shown = ", ".join(names[:SHOWN_NAMES])
    more = len(names) - SHOWN_NAMES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _variants(candidates: Candidates, config: ScreenConfig) -> tuple[Variant, ...]:
    """The variants of the grid, which is given either with the candidates or in the settings."""
    if not config.sections.grid:
        return candidates.variants
    if len(candidates.variants) > 1 or candidates.variants[0].overrides:
        raise InputError(
            "both the candidates and the settings have a grid",
            path=("grid",),
            hint="remove one of them",
        )
    return variants_of(config.sections.grid)


def _grid_of(variants: tuple[Variant, ...]) -> dict[str, list[Any]]:
    """The grid of the variants: the values of each key."""
    found: dict[str, list[Any]] = {}
    for variant in variants:
        for key, value in variant.overrides.items():
            values = found.setdefault(key, [])
            if value not in values:
                values.append(value)
    return found
