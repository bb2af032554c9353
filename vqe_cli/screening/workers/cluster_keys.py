"""Protection of a cluster against other users: TLS keys, and no web pages without authentication.

Only holders of the keys can run programs as this user.
"""

from __future__ import annotations

from typing import Any

from vqe_cli.errors import UnavailableError

SCHEDULER_PAGES = "distributed.scheduler.http.routes"


def without_pages(dashboard: bool = False) -> Any:
    """A context manager with Dask's settings for a scheduler without web pages.

    The pages need no key, so that every user of the machine could see what runs.

    Args:
        dashboard: Whether the user asked for the pages.
    """
    from dask import config

    return config.set({} if dashboard else {SCHEDULER_PAGES: []})


def temporary_keys() -> Any:
    """A certificate and a key for one cluster, in memory, as Dask's ``Security``.

    Raises:
        UnavailableError: The package cryptography is missing.
    """
    from distributed.security import Security

    try:
        return Security.temporary()
    except ImportError:
        raise UnavailableError(
            "keys for a cluster need the package cryptography", hint="pip install cryptography"
        ) from None
