"""Campaigns of quick tasks: `vqe` with two properties that sleep and return a number.

    PYTHONPATH=. python scripts/screening/quick_campaign.py screen run ...

Workers compute no chemistry beforehand, so that a campaign begins within seconds; everything else
is `vqe`. The start of each computation is written to a ledger, which killed processes cannot
change.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

from pydantic import Field

from vqe_cli.properties import Case, Column, Finding, Property

LEDGER = "QUICK_CAMPAIGN_LEDGER"
"""Environment variable with the path of the ledger."""

PRELOAD = ("pyscf", "vqe_cli.screening.workers.task_computation")
"""Modules loaded before forking: those that every task needs."""

ENTRY_POINTS = """\
[vqe_cli.property]
first-nap = quick_campaign:FirstNap
second-nap = quick_campaign:SecondNap
"""


class Nap(Property):
    """A number derived from the geometry, after a delay.

    Reference:
        The digits are those of a SHA-256: equal for equal input, and different for any other.
    """

    seconds: float = Field(0.1, ge=0, description="Duration in seconds.")

    def compute(self, case: Case) -> Finding:
        """Add a line to the ledger, sleep, and compute the number."""
        assert case.spec.molecule is not None
        geometry = (case.spec.molecule.geometry.cartesian or "").strip()
        write_down(geometry, self.name)
        time.sleep(self.seconds)
        question = f"{geometry} {self.name} {self._given(case)}"
        digest = hashlib.sha256(question.encode()).digest()
        number = int.from_bytes(digest[:7], "big") / 2**56
        return Finding({self.columns[0].name: number}, {"number": number})

    def _given(self, case: Case) -> float | None:
        return None


class FirstNap(Nap):
    """A number derived from the geometry.

    Reference:
        See `Nap`.
    """

    columns: ClassVar[tuple[Column, ...]] = (Column("first_number", "number", "Any."),)


class SecondNap(Nap):
    """A number derived from the geometry and the first number.

    Reference:
        See `Nap`.
    """

    needs: ClassVar[tuple[str, ...]] = ("structure", "first-nap")
    columns: ClassVar[tuple[Column, ...]] = (Column("second_number", "number", "Any."),)

    def _given(self, case: Case) -> float | None:
        return float(case.records["first-nap"]["number"])


def write_down(geometry: str, name: str) -> None:
    """Add a line to the ledger by a single, atomic write.

    Args:
        geometry: Geometry of the molecule.
        name: Name of the property.
    """
    line = json.dumps({"geometry": geometry, "property": name, "at": time.time()})
    handle = os.open(os.environ[LEDGER], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def install(folder: Path, name: str = "quick_campaign", entry_points: str = ENTRY_POINTS) -> None:
    """Register entry points for every process with a folder on its path.

    Args:
        folder: Folder for the distribution's metadata.
        name: Name of the distribution.
        entry_points: Content of the distribution's file ``entry_points.txt``.
    """
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points)


@contextmanager
def quick_workers() -> Iterator[None]:
    """Let workers of campaigns within a block load `PRELOAD` alone."""
    from vqe_cli.screening import campaign
    from vqe_cli.screening.workers import places

    quick = partial(places.executor_at, preload=PRELOAD)
    with patch.object(campaign, "executor_at", quick):
        yield


def main() -> None:
    """Run `vqe` with workers that start at once."""
    from vqe_cli.cli import main as vqe

    with quick_workers():
        vqe()


if __name__ == "__main__":
    main()
