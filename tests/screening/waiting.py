"""Waiting for other processes."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], within: float = 20) -> None:
    """Check a condition ten times a second, and fail if it is not true in time.

    Args:
        condition: Function that returns the condition.
        within: Time limit in seconds.
    """
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
