"""Quantum chemistry with the variational quantum eigensolver, from molecule file to verdict.

>>> import vqe_cli
>>> record = vqe_cli.run(vqe_cli.load("molecules/h2.yaml"))
>>> record.verdict
'pass'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vqe_cli.pipeline import run
    from vqe_cli.schema import load, spec_from_data

__version__ = "0.1.0"
__all__ = ["__version__", "load", "run", "spec_from_data"]

_HOMES = {"run": "vqe_cli.pipeline", "load": "vqe_cli.schema", "spec_from_data": "vqe_cli.schema"}


def __getattr__(name: str) -> Any:
    """Import a public function at its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vqe_cli' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
