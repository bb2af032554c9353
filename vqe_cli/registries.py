"""The selectable parts of a run, and the spec with all of them filled in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.provenance import fingerprint
from vqe_cli.ansatz import ANSATZE, Ansatz
from vqe_cli.backends import BACKENDS, Backend
from vqe_cli.chemistry.active_spaces import ACTIVE_SPACES, ActiveSpace
from vqe_cli.classical import REFERENCES, Reference
from vqe_cli.errors import InputError, VqeError
from vqe_cli.qubits.mappers import MAPPERS, Mapper
from vqe_cli.schema import RunSpec, Selection, locate
from vqe_cli.variational.optimizers import OPTIMIZERS, Optimizer
from vqe_cli.variational.solvers import SOLVERS, Solver


@dataclass(frozen=True)
class Parts:
    """The selectable parts of a run, looked up and checked before any chemistry begins."""

    active_space: ActiveSpace
    mapper: Mapper
    ansatz: Ansatz
    optimizer: Optimizer
    solver: Solver
    backend: Backend
    reference: Reference | None

    def selections(self) -> dict[str, Any]:
        """Every part with all its options filled in."""
        return {
            "active_space": self.active_space.selection(),
            "mapper": self.mapper.selection(),
            "ansatz": self.ansatz.selection(),
            "optimizer": self.optimizer.selection(),
            "solver": self.solver.selection(),
            "backend": self.backend.selection(),
            "reference": self.reference.selection() if self.reference else {"name": "none"},
        }

    def without_limits(self, resolved: dict[str, Any]) -> dict[str, Any]:
        """The resolved spec without options that a resumed run may change."""
        backend = resolved["backend"].items()
        kept = {key: value for key, value in backend if key not in self.backend.limits}
        return {**resolved, "backend": kept}


def resolve(spec: RunSpec) -> Parts:
    """Look up every name and check every option.

    Args:
        spec: The run.

    Raises:
        InputError: An unknown name or option, or one that does not fit the problem.
    """
    default = "two-local" if spec.hamiltonian else "uccsd"
    ansatz = spec.ansatz or Selection(name=default)
    space = ACTIVE_SPACES.create(spec.active_space.as_dict(), ("active_space",))
    _refuse_space_without_orbitals(spec, space)
    return Parts(
        active_space=space,
        mapper=MAPPERS.create(spec.mapper.as_dict(), ("mapper",)),
        ansatz=ANSATZE.create(ansatz.as_dict(), ("ansatz",)),
        optimizer=OPTIMIZERS.create(spec.optimizer.as_dict(), ("optimizer",)),
        solver=SOLVERS.create(spec.solver.as_dict(), ("solver",)),
        backend=BACKENDS.create(spec.backend.as_dict(), ("backend",)),
        reference=_exact_reference(spec.reference),
    )


def _refuse_space_without_orbitals(spec: RunSpec, space: ActiveSpace) -> None:
    """Qubits have no orbitals, and those of a file are not known in space."""
    if spec.hamiltonian is not None and space.name != "full":
        message = (
            "an active space is chosen from a molecule's orbitals; a qubit Hamiltonian has none"
        )
        raise InputError(message, path=("active_space",))
    if spec.fcidump is not None and space.needs_atoms:
        raise InputError(
            f"{space.name} must know where orbitals are, which an FCIDUMP file does not tell",
            path=("active_space",),
            hint="frontier, explicit, or frozen-core with the number of frozen orbitals",
        )


def _exact_reference(selection: Selection) -> Reference | None:
    """The method that a result is judged by, or None for ``none``."""
    if selection.name == "none":
        return None
    method = REFERENCES.create(selection.as_dict(), ("reference",))
    if not method.exact:
        raise InputError(
            f"{method.label} is not exact: a result cannot be judged by it",
            path=("reference",),
            hint="use auto, fci, numpy or none; `vqe reference` computes the others",
        )
    return method


def resolved_spec(spec: RunSpec, parts: Parts | None = None) -> dict[str, Any]:
    """The spec as plain data with every default filled in, and core potentials by element.

    Args:
        spec: The run.
        parts: Its parts, if they have been looked up already.

    Raises:
        InputError: There is no such potential, or not the one that a basis is made for.
    """
    from vqe_cli.chemistry.basis.core_potentials import as_choices, potentials_of

    plain = plain_spec(spec, parts)
    if spec.molecule is None:
        return plain
    ecp = as_choices(spec.molecule, potentials_of(spec.molecule))
    return {**plain, "molecule": {**plain["molecule"], "ecp": ecp}}


def plain_spec(spec: RunSpec, parts: Parts | None = None) -> dict[str, Any]:
    """The spec as plain data with every default filled in, whatever the molecule's elements.

    Args:
        spec: The run.
        parts: Its parts, if they have been looked up already.
    """
    plain = spec.model_dump(mode="json", exclude_none=True, exclude={"max_memory"})
    if "initial" in plain:
        plain["initial"].pop("file", None)
    return {**plain, **(parts or resolve(spec)).selections()}


def settings_of(spec: RunSpec) -> dict[str, Any]:
    """The resolved spec, but for what only limits spending."""
    with located(spec):
        parts = resolve(spec)
        return parts.without_limits(resolved_spec(spec, parts))


def fingerprint_of(spec: RunSpec) -> str:
    """SHA-256 of the settings."""
    return fingerprint(settings_of(spec))


@contextmanager
def located(spec: RunSpec) -> Iterator[None]:
    """Give errors that name only a key in the input their file and line.

    Args:
        spec: Knows where its values came from.
    """
    try:
        yield
    except InputError as error:
        raise locate(error, spec.source) from None
    except VqeError as error:
        error.known.setdefault("name", spec.title)
        raise
