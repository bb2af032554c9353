"""A preview of a campaign, for which nothing is computed."""

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
    """What a campaign would compute.

    Args:
        candidates: In the file.
        cases: To be computed.
        duplicates: Candidates that stand for an earlier one.
        refused: Candidates and variants that will not be run, by reason; of reasons that differ
            in their numbers only the most frequent one.
        first_refused: File and line of the first for each of these reasons.
        charges: Molecules by their charge, duplicates and what cannot be read left out.
        multiplicities: The same by 2S+1.
        metals_left: Candidates from which a metal was left off as a counter-ion, by its symbol;
            duplicates among them, which may be such only for that.
        properties: What is computed for each case.
        basis_functions: Smallest, median and largest number; None where nothing is computed.
        job_script: Of a batch system's job, if one is asked for.
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
        """Plain data for JSON."""
        return {"schema": "vqe-screen-plan/1", **asdict(self)}


def preview(request: CampaignRequest, say: Say) -> Preview:
    """Validate and plan all candidates, and compute nothing.

    Args:
        request: What is to be computed.
        say: Called with messages for the user.
    """
    reasons = _Reasons()
    with TemporaryDirectory() as scratch:
        plan = CampaignPlan(request, Path(scratch) / "audits.jsonl", say)
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
    """Why candidates are not run, how often, and where first."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._places: dict[str, str] = {}

    def add(self, failure: Failure | None, place: str) -> None:
        """Count one.

        Args:
            failure: None counts nothing.
            place: Its file and line.
        """
        if failure is not None:
            self._counts[failure.message] += 1
            self._places.setdefault(failure.message, place)

    def grouped(self) -> dict[str, tuple[int, str]]:
        """Reasons that differ only in their numbers as one, under the most frequent of them."""
        found: dict[str, tuple[str, int]] = {}
        for reason, count in self._counts.most_common():
            pattern = re.sub(r"\d+", "#", reason)
            example, before = found.get(pattern, (reason, 0))
            found[pattern] = (example, before + count)
        ordered = sorted(found.values(), key=lambda item: -item[1])
        return {reason: (count, self._places[reason]) for reason, count in ordered}
