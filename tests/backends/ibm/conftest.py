"""One worker for all local jobs of a module, since it takes seconds to start."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def module_state(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def shared_state(module_state, monkeypatch):
    """The state folder of this module's local jobs, which one worker runs."""
    monkeypatch.setenv("VQE_STATE_DIR", str(module_state))
    return module_state
