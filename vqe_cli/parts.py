"""The parts of a run, from the names in its spec, and the spec with all options filled in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vqe_cli._core.kinds import PARTS, Kind, Parts
from vqe_cli._core.provenance import fingerprint
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.scf.solvents import refuse_unknown_solvent
from vqe_cli.classical import ClassicalMethod
from vqe_cli.errors import InputError, Path, VqeError
from vqe_cli.schema import RunSpec, Selection, locate
from vqe_cli.variational.corrections import CORRECTIONS, Correction

__all__ = [
    "Parts",
    "fingerprint_of",
    "located",
    "look_up_parts",
    "plain_spec",
    "resolved_spec",
    "settings_of",
]


def look_up_parts(spec: RunSpec) -> Parts:
    """Look up every name and check every option.

    Args:
        spec: The run's spec.

    Returns:
        The parts of the run.

    Raises:
        InputError: A name or option is unknown, or does not fit the problem.
    """
    found = {key: _looked_up(kind, spec.selection(key)) for key, kind in PARTS.items()}
    parts = Parts(**found, corrections=tuple(_corrections(spec)))
    _refuse_space_without_orbitals(spec, parts.active_space)
    _refuse_inexact(parts.reference)
    if spec.solvent is not None:
        refuse_unknown_solvent(spec.solvent)
    if spec.has_responding_solvent:
        _refuse_untraceable(parts)
    if spec.orbitals.name == "optimised":
        _refuse_fixed_orbitals(spec, parts)
    for correction in parts.corrections:
        _refuse_unsuitable(correction, spec, parts)
    if spec.forces:
        from vqe_cli.variational.forces import refuse_without_forces

        refuse_without_forces(spec, parts)
    return parts


def _looked_up(kind: Kind, selection: Selection) -> Any:
    """The entry with its options; None for an optional part named none."""
    if kind.optional and selection.name == "none":
        return None
    return kind.registry.create(selection.as_dict(), kind.key)


def _corrections(spec: RunSpec) -> Iterator[Correction]:
    """The corrections of the energy, each at most once."""
    chosen = spec.correction or ()
    seen: set[str] = set()
    for place, selection in enumerate(chosen):
        path: Path = ("correction",) if len(chosen) == 1 else ("correction", place)
        if selection.name in seen:
            raise InputError(f"'{selection.name}' is listed twice", path=path)
        seen.add(selection.name)
        yield CORRECTIONS.create(selection.as_dict(), path)


def _refuse_unsuitable(correction: Correction, spec: RunSpec, parts: Parts) -> None:
    """Refuse a correction that does not apply to the problem, the orbitals or the state."""
    path, name = ("correction",), correction.name
    if spec.hamiltonian is not None:
        message = f"{name} needs the orbitals outside an active space; a qubit Hamiltonian has none"
        raise InputError(message, path=path)
    if correction.needs_hartree_fock and spec.orbitals.name == "optimised":
        raise InputError(
            f"{name} builds on Hartree-Fock, and optimised orbitals are not those of Hartree-Fock",
            path=path,
            hint="correction: nevpt2, or leave out 'orbitals'",
        )
    if not correction.needs_state:
        return
    if not parts.ansatz.is_product:
        raise InputError(
            f"{name} needs the state of the electrons; ansatz '{parts.ansatz.name}' is a circuit",
            path=path,
            hint="use an ansatz of excitations, such as uccsd or adapt, or correction: mp2-outside",
        )
    if parts.solver.draws:
        raise InputError(
            f"{name} needs the state of the ansatz, which solver '{parts.solver.name}' replaces",
            path=path,
            hint="use solver vqe, or correction: mp2-outside",
        )


def _refuse_space_without_orbitals(spec: RunSpec, space: ActiveSpace) -> None:
    """Refuse active spaces without orbitals, or without their positions."""
    if spec.hamiltonian is not None and space.name != "full":
        message = (
            "an active space is chosen from a molecule's orbitals; a qubit Hamiltonian has none"
        )
        raise InputError(message, path=("active_space",))
    if spec.fcidump is not None and space.needs_atoms:
        raise InputError(
            f"{space.name} needs the positions of orbitals, which an FCIDUMP file does not have",
            path=("active_space",),
            hint="frontier, explicit, or frozen-core with the number of frozen orbitals",
        )


def _refuse_fixed_orbitals(spec: RunSpec, parts: Parts) -> None:
    """Refuse to optimise orbitals where there are none, or no parameters with them."""
    path = ("orbitals",)
    if spec.hamiltonian is not None:
        raise InputError("a qubit Hamiltonian has no orbitals to optimise", path=path)
    if not parts.ansatz.is_product:
        raise InputError(
            f"orbitals are optimised with excitations; ansatz '{parts.ansatz.name}' is a circuit",
            path=path,
            hint="use uccsd, puccd, tups, k-upccgsd or adapt, or leave out 'orbitals'",
        )
    if parts.optimizer.name == "none":
        raise InputError(
            "orbitals are optimised together with the parameters, and optimizer is 'none'",
            path=path,
            hint="choose another optimizer, or leave out 'orbitals'",
        )


def _refuse_untraceable(parts: Parts) -> None:
    """Refuse a solvent in equilibrium with a state that has no density on the simulator."""
    path = ("solvent", "self_consistent")
    if not parts.ansatz.is_product:
        raise InputError(
            f"a solvent is polarised by states of excitations; ansatz '{parts.ansatz.name}' is a"
            " circuit",
            path=path,
            hint="use uccsd, puccd, tups, k-upccgsd or adapt, or leave out 'self_consistent'",
        )
    if parts.optimizer.name == "none":
        raise InputError(
            "the solvent follows the optimised parameters, and optimizer is 'none'",
            path=path,
            hint="choose another optimizer, or leave out 'self_consistent'",
        )


def _refuse_inexact(method: ClassicalMethod | None) -> None:
    """Refuse reference methods that are not exact."""
    if method is not None and not method.exact:
        raise InputError(
            f"{method.label} is not exact: results are compared with exact energies only",
            path=("reference",),
            hint="use auto, fci, numpy or none; `vqe reference` computes the others",
        )


def resolved_spec(spec: RunSpec, parts: Parts | None = None) -> dict[str, Any]:
    """The spec as plain data with every default filled in, and core potentials by element.

    Args:
        spec: The run's spec.
        parts: The parts of the run, if they have been looked up already.

    Raises:
        InputError: A core potential does not exist, or is not the one that a basis is made for.
    """
    from vqe_cli.chemistry.basis.core_potentials import as_choices, potentials_of

    plain = plain_spec(spec, parts)
    if spec.molecule is None:
        return plain
    ecp = as_choices(spec.molecule, potentials_of(spec.molecule))
    return {**plain, "molecule": {**plain["molecule"], "ecp": ecp}}


def plain_spec(spec: RunSpec, parts: Parts | None = None) -> dict[str, Any]:
    """The spec as plain data with every default filled in, without core potentials by element.

    Properties are left out: they are computed beside the run, and change nothing of it.

    Args:
        spec: The run's spec.
        parts: The parts of the run, if they have been looked up already.
    """
    plain = spec.model_dump(mode="json", exclude_none=True, exclude={"max_memory", "properties"})
    if "initial" in plain:
        plain["initial"].pop("file", None)
    return {**plain, **(parts or look_up_parts(spec)).selections()}


def settings_of(spec: RunSpec, parts: Parts | None = None) -> dict[str, Any]:
    """The resolved spec without limits of spending.

    Args:
        spec: The run's spec.
        parts: The parts of the run, if they have been looked up already.
    """
    with located(spec):
        parts = parts or look_up_parts(spec)
        return parts.without_limits(resolved_spec(spec, parts))


def fingerprint_of(spec: RunSpec, parts: Parts | None = None) -> str:
    """SHA-256 of the settings.

    Args:
        spec: The run's spec.
        parts: The parts of the run, if they have been looked up already.
    """
    return fingerprint(settings_of(spec, parts))


@contextmanager
def located(spec: RunSpec) -> Iterator[None]:
    """Add the file and line to errors that name only a key of the input.

    Args:
        spec: The run's spec, with the sources of its values.
    """
    try:
        yield
    except InputError as error:
        raise locate(error, spec.source) from None
    except VqeError as error:
        error.known.setdefault("name", spec.title)
        raise
