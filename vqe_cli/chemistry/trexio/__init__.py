"""TREXIO files in HDF5, read and written by TREXIO's library.

Posenitskiy et al., J. Chem. Phys. 158, 174801 (2023).
"""

from __future__ import annotations

from typing import Any

from vqe_cli.errors import UnavailableError

FROZEN, ACTIVE, EMPTY = "Core", "Active", "Virtual"
"""Classes of orbitals in files that are written."""


def library() -> Any:
    """TREXIO's library.

    Raises:
        UnavailableError: It is not installed.
    """
    try:
        import trexio
    except ImportError:
        hint = "pip install 'vqe-cli[trexio]'"
        raise UnavailableError("TREXIO files need the package trexio", hint=hint) from None
    return trexio
