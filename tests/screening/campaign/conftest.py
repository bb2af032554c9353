"""Fixtures: a campaign for each test."""

from pathlib import Path

import pytest

from tests.screening.campaign.commands import Commands


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    """`vqe screen` with the plug-ins of these tests."""
    return Commands(tmp_path)
