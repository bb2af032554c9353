"""What keeps other users out of a cluster: keys, and no pages that are served without one.

Who has the keys may run programs as this user, and nobody else.
"""

from __future__ import annotations

from typing import Any

from vqe_cli.errors import UnavailableError

SCHEDULER_PAGES = "distributed.scheduler.http.routes"


def without_pages(dashboard: bool = False) -> Any:
    """Dask's settings by which a scheduler serves no pages; a context manager.

    They need no key, and tell whoever is on the machine what runs here.

    Args:
        dashboard: Whether pages were asked for.
    """
    from dask import config

    return config.set({} if dashboard else {SCHEDULER_PAGES: []})


def temporary_keys() -> Any:
    """A certificate and a key for one cluster, in memory; Dask's ``Security``.

    Raises:
        UnavailableError: No keys can be made.
    """
    from distributed.security import Security

    try:
        return Security.temporary()
    except ImportError:
        raise UnavailableError(
            "keys for a cluster need the package cryptography", hint="pip install cryptography"
        ) from None
