"""What a worker of a local cluster does first; Dask calls it by name."""

from __future__ import annotations

import signal
from typing import Any


def dask_setup(worker: Any) -> None:
    """Leave Ctrl-C, which a terminal sends to all of its processes, to the driver.

    Args:
        worker: The worker; nothing is asked of it.
    """
    del worker
    signal.signal(signal.SIGINT, signal.SIG_IGN)
