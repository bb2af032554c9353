"""Quantum chemistry with the variational quantum eigensolver, from molecule file to verdict.

>>> import vqe_cli
>>> record = vqe_cli.run("molecules/h2.yaml", ansatz="uccsd")
>>> record.verdict
'pass'

What `dir(vqe_cli)` lists is public, and imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vqe_cli._core.version import __version__

if TYPE_CHECKING:
    from vqe_cli.api.record import RunRecord
    from vqe_cli.api.records import Records
    from vqe_cli.api.runs import load, problem, read, run
    from vqe_cli.api.variational_problem import VariationalProblem
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
    from vqe_cli.schema import RunSpec, spec_from_data

__all__ = [
    "Context",
    "ElectronicProblem",
    "InputError",
    "InterruptedRunError",
    "NotConvergedError",
    "QubitProblem",
    "Records",
    "ResourceLimitError",
    "RunRecord",
    "RunSpec",
    "UnavailableError",
    "VariationalProblem",
    "VqeError",
    "__version__",
    "load",
    "problem",
    "read",
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
    "Records": "api.records",
    "ResourceLimitError": "errors",
    "RunRecord": "api.record",
    "RunSpec": "schema",
    "UnavailableError": "errors",
    "VariationalProblem": "api.variational_problem",
    "VqeError": "errors",
    "load": "api.runs",
    "problem": "api.runs",
    "read": "api.runs",
    "run": "api.runs",
    "spec_from_data": "schema",
}
"""The module of each public name."""

_MODULES = ("ase", "pyscf")
"""Public modules for the packages of these names, of which ASE may not be installed."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    from importlib import import_module

    if name in _MODULES:
        return import_module(f"vqe_cli.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'vqe_cli' has no attribute '{name}'")
    return getattr(import_module(f"vqe_cli.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    from importlib.util import find_spec

    return sorted([*__all__, *(name for name in _MODULES if find_spec(name) is not None)])
