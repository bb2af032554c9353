"""Mean fields are what is tested here."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def each_open_shell_once() -> None:
    """No module has those of another."""
