"""Keys of a cluster: who has them may run programs as this user, and nobody else."""

from __future__ import annotations

from typing import Any

from vqe_cli.errors import UnavailableError


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
