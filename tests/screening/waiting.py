"""Waiting for what other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], bool], within: float = 20) -> None:
    """Look ten times a second; fail if it does not come true in time.

    Args:
        condition: What has to come true.
        within: Seconds.
    """
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
