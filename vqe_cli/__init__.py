"""Quantum chemistry with the variational quantum eigensolver, from molecule file to verdict.

>>> import vqe_cli
>>> record = vqe_cli.run(vqe_cli.load("molecules/h2.yaml"))
>>> record.verdict
'pass'

What `dir(vqe_cli)` lists is public, and imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vqe_cli._core.version import __version__

if TYPE_CHECKING:
    from vqe_cli.analysis.properties_of_run import run
    from vqe_cli.context import Context
    from vqe_cli.errors import (
        InputError,
        InterruptedRunError,
        NotConvergedError,
        ResourceLimitError,
        UnavailableError,
        VqeError,
    )
    from vqe_cli.fermions.problem import ElectronicProblem, QubitProblem
    from vqe_cli.schema import RunSpec, load, spec_from_data
    from vqe_cli.schema.records import RunRecord

__all__ = [
    "Context",
    "ElectronicProblem",
    "InputError",
    "InterruptedRunError",
    "NotConvergedError",
    "QubitProblem",
    "ResourceLimitError",
    "RunRecord",
    "RunSpec",
    "UnavailableError",
    "VqeError",
    "__version__",
    "load",
    "run",
    "spec_from_data",
]

_HOMES = {
    "Context": "context",
    "ElectronicProblem": "fermions.problem",
    "InputError": "errors",
    "InterruptedRunError": "errors",
    "NotConvergedError": "errors",
    "QubitProblem": "fermions.problem",
    "ResourceLimitError": "errors",
    "RunRecord": "schema.records",
    "RunSpec": "schema",
    "UnavailableError": "errors",
    "VqeError": "errors",
    "load": "schema",
    "run": "analysis.properties_of_run",
    "spec_from_data": "schema",
}
"""The module of each public name."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vqe_cli' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"vqe_cli.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
