"""The parts of a run, from the names in its spec, and the spec with all options filled in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from vqe_cli._core.kinds import KINDS, PARTS, Kind, Parts
from vqe_cli._core.provenance import fingerprint
from vqe_cli.errors import InputError, Path, VqeError
from vqe_cli.models import model_of
from vqe_cli.schema import RunSpec, Selection, locate
from vqe_cli.variational.combinations import refuse_combinations
from vqe_cli.variational.corrections import CORRECTIONS, Correction
from vqe_cli.variational.state_methods import STATE_METHODS, StateMethod

__all__ = [
    "Parts",
    "fingerprint_of",
    "located",
    "look_up_parts",
    "named_parts",
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
        InputError: A name or option is unknown, or two of them exclude each other.
    """
    parts = named_parts(spec)
    refuse_combinations(spec, parts)
    return parts


def named_parts(spec: RunSpec) -> Parts:
    """Look up every name and check every option, but not whether parts go together.

    Args:
        spec: The run's spec.

    Raises:
        InputError: A name or option is unknown.
    """
    if spec.hamiltonian is not None and spec.hamiltonian.model is not None:
        model_of(spec.hamiltonian)
    found = {key: _looked_up(kind, spec.selection(key)) for key, kind in PARTS.items()}
    return Parts(**found, corrections=tuple(_corrections(spec)), state_method=_state_method(spec))


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


def _state_method(spec: RunSpec) -> StateMethod | None:
    """The method of excited states, if there are any."""
    if spec.states is None:
        return None
    kind = KINDS["state-method"]
    return STATE_METHODS.create(spec.states.method.as_dict(), kind.key)


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
    if spec.hamiltonian is not None and spec.hamiltonian.model is not None:
        model = model_of(spec.hamiltonian)
        options = model.model_dump(mode="json", exclude_none=True)
        plain["hamiltonian"] = {"unit": model.unit, **plain["hamiltonian"], **options}
    parts = parts or look_up_parts(spec)
    if parts.state_method is not None:
        plain["states"]["method"] = parts.state_method.selection()
    return {**plain, **parts.selections()}


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
