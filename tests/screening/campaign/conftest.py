"""Fixtures: a campaign for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screening.campaign.commands import Commands


@pytest.fixture
def commands(tmp_path: Path) -> Iterator[Commands]:
    """`vqe screen` with the plug-ins of these tests."""
    found = Commands(tmp_path)
    yield found
    found.close()
