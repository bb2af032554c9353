"""The preview of a campaign: the plan, without computing anything."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from vqe_cli.screening.model import Failure
from vqe_cli.screening.planning import CampaignPlan
from vqe_cli.screening.request import CampaignRequest, Say
from vqe_cli.screening.workers.clusters import job_script


@dataclass(frozen=True)
class Preview:
    """The preview of a campaign.

    Args:
        candidates: Number of candidates in the file.
        cases: Number of cases to compute.
        duplicates: Number of candidates that equal an earlier one.
        refused: Number of candidates and variants that will not be run, by reason; reasons that
            differ only in their numbers count under the most frequent one.
        first_refused: File and line of the first refused candidate, by reason.
        charges: Number of molecules by charge, without duplicates and unreadable candidates.
        multiplicities: Number of molecules by 2S+1, counted in the same way.
        metals_left: Number of candidates from which a metal was removed as a counter-ion, by
            symbol; duplicates count, since the removal may have made them duplicates.
        properties: Names of the properties of each case.
        basis_functions: Smallest, median and largest number; None where nothing is computed.
        job_script: Script of a batch system's job; None without a batch system.
    """

    candidates: int
    cases: int
    duplicates: int
    refused: dict[str, int]
    first_refused: dict[str, str]
    charges: dict[int, int]
    multiplicities: dict[int, int]
    metals_left: dict[str, int]
    properties: tuple[str, ...]
    basis_functions: tuple[int, int, int] | None
    job_script: str | None

    def as_dict(self) -> dict[str, Any]:
        """The preview as plain data for JSON."""
        return {"schema": "vqe-screen-plan/1", **asdict(self)}


def preview(request: CampaignRequest, say: Say) -> Preview:
    """Validate and plan all candidates, and compute nothing.

    Args:
        request: The request for the campaign.
        say: Callback, called with messages for the user.

    Returns:
        The preview.
    """
    reasons = _Reasons()
    with TemporaryDirectory() as scratch:
        plan = CampaignPlan(request, Path(scratch) / "validation.jsonl", say)
        plan.validate()
        places: list[str] = []
        charges, multiplicities = Counter[int](), Counter[int]()
        metals = Counter[str]()
        for position, validated in enumerate(plan.validated):
            places.append(validated.candidate.source)
            reasons.add(validated.failure, validated.candidate.source)
            if validated.failure is not None:
                continue
            metals.update(set(validated.metals_left))
            if position not in plan.originals:
                charges[validated.charge or 0] += 1
                multiplicities[validated.multiplicity or 1] += 1
        cases = list(plan.cases())
    for case in cases:
        reasons.add(case.failure, places[case.candidate])
    refused = reasons.grouped()
    sizes = sorted(case.basis_functions for case in cases if case.failure is None)
    system = request.config.sections.cluster
    return Preview(
        candidates=plan.count,
        cases=len(sizes),
        duplicates=len(plan.originals),
        refused={reason: count for reason, (count, _) in refused.items()},
        first_refused={reason: place for reason, (_, place) in refused.items()},
        charges=dict(charges.most_common()),
        multiplicities=dict(multiplicities.most_common()),
        metals_left=dict(metals.most_common()),
        properties=tuple(entry.name for entry in plan.planner.properties),
        basis_functions=(sizes[0], sizes[len(sizes) // 2], sizes[-1]) if sizes else None,
        job_script=None if system is None else job_script(system, request.folder.path),
    )


class _Reasons:
    """Reasons why candidates are not run, with their counts and first places."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._places: dict[str, str] = {}

    def add(self, failure: Failure | None, place: str) -> None:
        """Count a reason.

        Args:
            failure: Failure with the reason; None counts nothing.
            place: File and line of the candidate.
        """
        if failure is not None:
            self._counts[failure.message] += 1
            self._places.setdefault(failure.message, place)

    def grouped(self) -> dict[str, tuple[int, str]]:
        """Counts and first places; reasons that differ only in their numbers are merged."""
        found: dict[str, tuple[str, int]] = {}
        for reason, count in self._counts.most_common():
            pattern = re.sub(r"\d+", "#", reason)
            example, before = found.get(pattern, (reason, 0))
            found[pattern] = (example, before + count)
        ordered = sorted(found.values(), key=lambda item: -item[1])
        return {reason: (count, self._places[reason]) for reason, count in ordered}
