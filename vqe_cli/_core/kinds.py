"""The table of kinds: one row for each kind of entry that is selected by name.

`vqe list`, the flags and their completion, the input file's keys, its JSON Schema and the parts of
a run follow from the rows. The table is in the lowest package because the input's keys follow from
it; it names packages above, and imports one when its entries are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

from vqe_cli.errors import Path

if TYPE_CHECKING:
    from vqe_cli._core.registry import Registry
    from vqe_cli.ansatz import Ansatz
    from vqe_cli.backends import Backend
    from vqe_cli.chemistry.active_spaces import ActiveSpace
    from vqe_cli.classical import ClassicalMethod
    from vqe_cli.qubits.mappers import Mapper
    from vqe_cli.variational.corrections import Correction
    from vqe_cli.variational.optimizers import Optimizer
    from vqe_cli.variational.solvers import Solver
    from vqe_cli.variational.state_methods import StateMethod


@dataclass(frozen=True)
class Kind:
    """One row of the table.

    Args:
        name: Name in `vqe list` and in the entry-point group ``vqe_cli.<name>``, such as
            ``active-space``.
        home: Package and name of the registry, as ``package:NAME``.
        key: Path of the selection in the input file; empty if there is none.
        default: Name of the default entry.
        default_for_qubits: Name of the default entry for a qubit Hamiltonian, if it differs.
        optional: Whether ``none`` can be selected.
        description: Description of the key in the JSON Schema of the input file.
        flag_help: Help text of the flag ``--<name>``; None without a flag.
    """

    name: str
    home: str
    key: Path = ()
    default: str = ""
    default_for_qubits: str | None = None
    optional: bool = False
    description: str = ""
    flag_help: str | None = None

    @property
    def registry(self) -> Registry[Any]:
        """The registry of the entries, whose package is imported on first use."""
        package, _, name = self.home.partition(":")
        registry: Registry[Any] = getattr(import_module(package), name)
        return registry

    @property
    def defaults(self) -> tuple[str, ...]:
        """Names of the default entries, of electronic and of qubit problems."""
        return tuple(dict.fromkeys((self.default, self.default_for_qubits or self.default)))

    def default_entry(self, *, qubits: bool) -> str:
        """The name of the default entry.

        Args:
            qubits: Whether the problem is given as a qubit Hamiltonian.
        """
        return self.defaults[-1 if qubits else 0]


@dataclass(frozen=True)
class Parts:
    """The parts of a run, created and checked before any calculation.

    Each attribute with metadata is a top-level key of the input file, and a row of the table.
    """

    active_space: ActiveSpace = field(
        metadata={
            "home": "vqe_cli.chemistry.active_spaces:ACTIVE_SPACES",
            "default": "full",
            "description": "The orbitals and electrons that are correlated.",
            "flag_help": "Active space, e.g. frozen-core.",
        }
    )
    mapper: Mapper = field(
        metadata={
            "home": "vqe_cli.qubits.mappers:MAPPERS",
            "default": "jordan-wigner",
            "description": "The mapping from fermions to qubits.",
            "flag_help": "Fermion-to-qubit mapping, e.g. parity.",
        }
    )
    ansatz: Ansatz = field(
        metadata={
            "home": "vqe_cli.ansatz:ANSATZE",
            "default": "uccsd",
            "default_for_qubits": "two-local",
            "description": "The ansatz. Default: uccsd; two-local for a qubit Hamiltonian.",
            "flag_help": "Parameterised state, e.g. uccsd.",
        }
    )
    optimizer: Optimizer = field(
        metadata={
            "home": "vqe_cli.variational.optimizers:OPTIMIZERS",
            "default": "auto",
            "description": "The optimiser of the parameters.",
            "flag_help": "Optimiser, e.g. slsqp.",
        }
    )
    solver: Solver = field(
        metadata={
            "home": "vqe_cli.variational.solvers:SOLVERS",
            "default": "vqe",
            "description": "The method that computes the energy: vqe or sqd.",
            "flag_help": "vqe, or sqd (sample-based diagonalisation).",
        }
    )
    backend: Backend = field(
        metadata={
            "home": "vqe_cli.backends:BACKENDS",
            "default": "exact",
            "description": "The backend that computes energies.",
            "flag_help": "Backend that computes energies, e.g. aer.",
        }
    )
    reference: ClassicalMethod | None = field(
        metadata={
            "home": "vqe_cli.classical:CLASSICAL_METHODS",
            "default": "auto",
            "optional": True,
            "description": "The method of the exact energy for comparison, or none.",
            "flag_help": "Method of the exact energy, or none.",
        }
    )

    corrections: tuple[Correction, ...] = field(default=(), kw_only=True)
    """The corrections of the energy, of which a run can have several."""

    state_method: StateMethod | None = field(default=None, kw_only=True)
    """The method of excited states; None if none are asked for."""

    def selections(self) -> dict[str, Any]:
        """The selection of every part, with all options filled in."""
        parts = {key: getattr(self, key) for key in PARTS}
        found = {key: one.selection() if one else {"name": "none"} for key, one in parts.items()}
        if not self.corrections:
            return found
        return {**found, "correction": [one.selection() for one in self.corrections]}

    def without_limits(self, resolved: dict[str, Any]) -> dict[str, Any]:
        """The resolved specification without options that a resumed run may change."""
        backend = resolved["backend"].items()
        kept = {key: value for key, value in backend if key not in self.backend.limits}
        return {**resolved, "backend": kept}


OTHERS = (
    Kind("pool", "vqe_cli.ansatz.pools:POOLS", key=("ansatz", "pool")),
    Kind(
        "measurement",
        "vqe_cli.measurement:MEASUREMENTS",
        key=("backend", "measurement"),
        flag_help="Measurement method of sampled energies.",
    ),
    Kind(
        "correction",
        "vqe_cli.variational.corrections:CORRECTIONS",
        key=("correction",),
        optional=True,
        description="Correlation outside the active space, added to the energy: one entry or a "
        "list.",
        flag_help="Correlation outside the active space, e.g. nevpt2. Can be repeated.",
    ),
    Kind(
        "state-method",
        "vqe_cli.variational.state_methods:STATE_METHODS",
        key=("states", "method"),
        default="qse",
        description="The method of the excited states.",
    ),
    Kind("model", "vqe_cli.models:MODELS"),
    Kind("export", "vqe_cli.analysis.exports:EXPORTS"),
    Kind("property", "vqe_cli.properties:PROPERTIES"),
)
"""Rows of kinds that are not single parts: options of parts, lists, other commands' entries."""

PARTS: dict[str, Kind] = {
    part.name: Kind(part.name.replace("_", "-"), key=(part.name,), **part.metadata)
    for part in fields(Parts)
    if part.metadata
}
"""The rows of `Parts` by their keys in the input file."""


LISTS = tuple(kind for kind in OTHERS if len(kind.key) == 1 and kind.key[0] not in PARTS)
"""Rows of kinds of which a run can have several entries, at the top of the input file."""


def _rows() -> Iterator[Kind]:
    """The parts, each followed by the kinds of its options, and then all others."""
    for key, part in PARTS.items():
        yield part
        yield from (kind for kind in OTHERS if kind.key[:1] == (key,))
    yield from LISTS
    of_parts = (*PARTS, *(kind.key[0] for kind in LISTS))
    yield from (kind for kind in OTHERS if kind.key and kind.key[0] not in of_parts)
    yield from (kind for kind in OTHERS if not kind.key)


KINDS: dict[str, Kind] = {kind.name: kind for kind in _rows()}
"""All rows by name, in the order of `vqe list` and of the flags."""
