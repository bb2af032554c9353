"""Keywords that change an input, as flags and ``--set`` do on the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict

from vqe_cli._core.kinds import KINDS
from vqe_cli.api.plain_values import as_geometry, formula_of, plain
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema import MoleculeSpec, RunSpec
from vqe_cli.schema.readers.grown import grown_options
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.yaml_source import YamlError, parse_value

Override = tuple[KeyPath, Any, str]
"""The keys of an input field, its value, and the name of its origin in errors."""


class Changes(TypedDict, total=False):
    """The keywords by which an input is made or changed; each is optional.

    They are the flags of `vqe run` with underscores, the keys at the top of an input file, and
    `set`, as ``--set``, for any field: ``set={"optimizer.maxiter": 200}``. A part is chosen by
    its name, or by a mapping with its options.
    """

    smiles: str
    geometry: Any
    basis: Any
    charge: int
    multiplicity: int
    active_space: Any
    mapper: Any
    ansatz: Any
    optimizer: Any
    maxiter: int
    solver: Any
    backend: Any
    shots: int
    precision: Any
    measurement: Any
    optimize_on_device: bool
    noise: Any
    method: str
    reference: Any
    correction: Any
    initial: Any
    solvent: Any
    charges: Any
    orbitals: Any
    forces: bool
    states: Any
    restarts: int
    seed: int
    max_evaluations: int
    max_shots: int
    max_memory: str
    molecule: Mapping[str, Any]
    hamiltonian: Mapping[str, Any]
    fcidump: Mapping[str, Any]
    environment: Any
    properties: Any
    set: Mapping[str, Any]


PLACES: dict[str, KeyPath] = {
    "smiles": ("molecule", "geometry"),
    "geometry": ("molecule", "geometry"),
    "basis": ("molecule", "basis"),
    "charge": ("molecule", "charge"),
    "multiplicity": ("molecule", "multiplicity"),
    "maxiter": ("optimizer", "maxiter"),
    "charges": ("environment", "charges"),
    **{
        name: ("backend", name)
        for name in ("shots", "precision", "optimize_on_device", "noise", "method")
    },
    **{
        kind.name.replace("-", "_"): kind.key
        for kind in KINDS.values()
        if kind.flag_help is not None
    },
}
"""The field of each keyword that is not itself a key at the top of the input."""

NONE_IS_AN_ENTRY = ("reference", "correction", "optimizer", "solvent", "environment")
"""Keywords that can be ``"none"``, so that None would be ambiguous."""

SET = "set"


def overrides_of(changes: Mapping[str, Any]) -> list[Override]:
    """The overrides of some keywords, in the order of application.

    Args:
        changes: The keywords; a value of None is that of a keyword left out.

    Returns:
        Keys, value and keyword of each, as `vqe_cli.schema.load` takes them.

    Raises:
        InputError: A keyword is unknown, or its value cannot be read.
    """
    if "smiles" in changes and "geometry" in changes:
        raise _wrong("smiles", "smiles and geometry are both given", "leave one of them out")
    found: list[Override] = []
    for keyword, value in changes.items():
        if keyword == SET:
            continue
        if keyword not in PLACES and keyword not in RunSpec.model_fields:
            raise _unknown(keyword)
        if value is None:
            _refuse_ambiguous(keyword)
            continue
        found += _of_keyword(keyword, value)
    found.sort(key=lambda one: len(one[0]))  # options after the entry that they belong to
    return [*found, *_of_set(changes.get(SET))]


def _of_keyword(keyword: str, value: Any) -> list[Override]:
    """The overrides of one keyword."""
    if keyword == "smiles":
        return _of_smiles(value)
    if keyword == "geometry":
        geometry = as_geometry(value)
        return _of_atoms(keyword, geometry, formula_of(geometry))
    if isinstance(value, RunRecord):
        return [_of_record(keyword, value)]
    if keyword == "properties" and isinstance(value, (str, Mapping)):
        value = [_read(keyword, value)]
    if keyword == "initial" and isinstance(value, os.PathLike):
        value = {"file": value}
    _refuse_objects(keyword, value)
    whole = isinstance(value, Mapping) and keyword in RunSpec.model_fields
    path: KeyPath = ("states", "number") if keyword == "states" else (keyword,)
    place = (keyword,) if whole else PLACES.get(keyword, path)
    return [(place, _read(keyword, value), f"keyword {keyword}")]


def _refuse_objects(keyword: str, value: Any) -> None:
    """Refuse objects of other packages, and what is no entry or start."""
    if keyword == "initial" and isinstance(value, str) and value.endswith(".json"):
        hint = f"initial=pathlib.Path({value!r}) reads a file"
        raise _wrong(keyword, f"{value!r} is no kind of start", hint)
    if keyword == "initial" and isinstance(value, (int, float)):
        raise _wrong(keyword, f"{value!r} is no list of parameters", f"initial=[{value!r}]")
    kind = KINDS.get(keyword.replace("_", "-"))
    if kind is None or isinstance(value, (str, Mapping)) or keyword == "correction":
        return
    example = {"name": kind.default} if kind.default else {"name": "..."}
    hint = f"a name, or a mapping such as {example} with options; `vqe list {kind.name}` has them"
    if keyword == "active_space":
        hint = "{'name': 'frontier', 'electrons': 4, 'orbitals': 4} counts; `vqe list active-space`"
    if keyword == "ansatz" and hasattr(value, "num_qubits"):
        hint = "an ansatz of one's own is a plug-in: docs/add-an-ansatz.md"
    raise _wrong(keyword, f"{type(value).__name__} is no {kind.name}", hint)


def _of_smiles(value: Any) -> list[Override]:
    if not isinstance(value, str):
        hint = 'for example smiles="CCO"'
        raise _wrong("smiles", f"a SMILES is text, not {type(value).__name__}", hint)
    named = value[:60] if value.isprintable() and value.strip() else "molecule"
    return _of_atoms("smiles", {"smiles": value}, named)


def _of_atoms(keyword: str, geometry: Any, name: str) -> list[Override]:
    origin = f"keyword {keyword}"
    return [(("molecule", "name"), name, origin), (PLACES[keyword], geometry, origin)]


def _of_record(keyword: str, record: RunRecord) -> Override:
    """The parameters of another run as the start, or the operators that its ansatz has grown."""
    origin = f"keyword {keyword}"
    if keyword == "ansatz":
        options, _ = grown_options(record.model_dump(mode="json"), Path("the record"))
        return ("ansatz",), options, origin
    if keyword != "initial":
        hint = "run(record, ...) repeats a run, initial=record starts from its parameters"
        raise _wrong(keyword, "a record cannot stand here", hint)
    if record.result.operators is not None:
        raise _wrong(
            keyword,
            f"the parameters of '{record.name}' belong to the operators that its ansatz has grown",
            "ansatz=record starts from both",
        )
    return ("initial",), {"values": list(record.result.parameters)}, origin


def _of_set(assignments: Any) -> list[Override]:
    if assignments is None:
        return []
    if not isinstance(assignments, Mapping):
        hint = 'for example set={"optimizer.maxiter": 200}'
        raise _wrong(SET, f"is a mapping from keys to values, not {assignments!r}", hint)
    found: list[Override] = []
    for key, value in assignments.items():
        if not isinstance(key, str) or not all(key.split(".")):
            hint = "keys are joined by dots, as in 'optimizer.maxiter'"
            raise _wrong(SET, f"{key!r} is not the key of a field", hint)
        found.append((tuple(key.split(".")), _read(f"set {key}", value), f"set {key}"))
    return found


def _read(keyword: str, value: Any) -> Any:
    """The plain value; a text in brackets is read as on the command line."""
    if not (isinstance(value, str) and value.lstrip()[:1] in ("{", "[")):
        return plain(value)
    try:
        return parse_value(value)
    except YamlError as error:
        raise _wrong(keyword, f"'{value}': {error.message}", error.hint) from None


def _refuse_ambiguous(keyword: str) -> None:
    if keyword in NONE_IS_AN_ENTRY:
        hint = f'write {keyword}="none", or leave it out for the default'
        raise _wrong(keyword, "None may mean the default or none", hint)


def _unknown(keyword: str) -> InputError:
    known = sorted({*PLACES, *RunSpec.model_fields, SET})
    field = _field_below(keyword)
    hint = f'set={{"{field}": ...}} sets it' if field else _nearest(keyword, known)
    return InputError(f"there is no keyword '{keyword}'", hint=hint)


def _nearest(keyword: str, known: Sequence[str]) -> str:
    hint = did_you_mean(keyword, known)
    return hint.replace("known:", "the keywords are")


def _field_below(keyword: str) -> str | None:
    """The keys of a field of the molecule, or with dots or two underscores in their place."""
    if keyword in MoleculeSpec.model_fields:
        return f"molecule.{keyword}"
    path = keyword.replace("__", ".")
    top = path.partition(".")[0]
    return path if "." in path and top in RunSpec.model_fields else None


def _wrong(keyword: str, message: str, hint: str | None) -> InputError:
    error = InputError(message, hint=hint)
    error.where = keyword if keyword.startswith(SET) else f"keyword {keyword}"
    return error
