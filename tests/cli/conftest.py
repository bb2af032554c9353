"""Fixtures for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.hydrogen import H2
from tests.conftest import WriteFile


@pytest.fixture
def hydrogen(write_file: WriteFile) -> Path:
    """The file of a hydrogen molecule, in the working directory."""
    return write_file("h2.yaml", H2)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder of checkpoints that every command here has."""
    return tmp_path / "state" / "checkpoints"
