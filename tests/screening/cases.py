"""Cases for tests of properties, made as by a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.problems import spec_of
from vqe_cli import run
from vqe_cli.properties import PROPERTIES, Case, Finding


def case_of(molecule: Mapping[str, Any], **parts: Any) -> Case:
    """A case without records."""
    return Case(spec=spec_of(molecule, **parts), records={}, run=run)


def compute(selection: Any, case: Case) -> Finding:
    """Compute a property after all properties that it needs."""
    entry = PROPERTIES.create(selection)
    for need in entry.needs:
        case = Case(case.spec, {**case.records, need: compute(need, case).record}, case.run)
    return entry.compute(case)
