"""Building a `RunSpec` from an input file of any format and flags; flags override the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vqe_cli._core.bundles import RECORD, is_bundle
from vqe_cli._core.log import package_logger
from vqe_cli._core.validation import input_error
from vqe_cli.errors import InputError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema.basis import text_path, with_texts
from vqe_cli.schema.flag_paths import from_working_directory
from vqe_cli.schema.length_units import length_unit
from vqe_cli.schema.readers import Reading, read, read_geometry
from vqe_cli.schema.readers.content import (
    MAX_FCIDUMP_BYTES,
    about,
    is_stream,
    read_bytes,
    read_text,
)
from vqe_cli.schema.readers.graph import read_edges
from vqe_cli.schema.readers.grown import GROWN, read_grown
from vqe_cli.schema.readers.point_charges import with_charges
from vqe_cli.schema.readers.reading import CARTESIAN, GEOMETRY, MOLFILE
from vqe_cli.schema.readers.shown_paths import STANDARD_INPUT, shown
from vqe_cli.schema.readers.typed_geometry import is_typed_geometry, read_typed_geometry
from vqe_cli.schema.run_spec import InitialSpec, RunSpec, locate
from vqe_cli.schema.selection import Selection
from vqe_cli.schema.source import Origin, Remark, Source
from vqe_cli.schema.stored_records import StoredRun, read_stored_run, stored_run

LOG = package_logger(__name__)

MAX_PARAMETERS_BYTES = 50_000_000

MAX_PARAMETER = 1e6
"""Largest angle in radians; beyond, round-off leaves few digits of its sine."""


_OF_ELEMENTS = (("molecule", "basis"), GEOMETRY)
"""Keys on which the core potentials of a molecule depend."""


def load(
    file: str | Path | None,
    overrides: Sequence[tuple[KeyPath, Any, str]] = (),
    run: str | None = None,
) -> RunSpec:
    """The input of a run: an input file with overrides applied.

    Args:
        file: Path of a YAML input file, an .xyz, .mol, .sdf or QCSchema geometry, an FCIDUMP file,
            a qubit Hamiltonian, or the record or bundle of a run, which is to be repeated; ``-`` is
            standard input, and ``H 0 0 0; H 0 0 0.74`` is the geometry itself; None for an empty
            input.
        overrides: Keys, value and name in errors (``"--basis"``) of each override. Paths in them
            belong to the working directory, those in the file to its folder.
        run: Name of the run in a record of several, or its number from 1.

    Raises:
        InputError: The input is wrong; the error names file and line.
    """
    return spec_from_data(*load_data(file, overrides, run))


def load_data(
    file: str | Path | None,
    overrides: Sequence[tuple[KeyPath, Any, str]] = (),
    run: str | None = None,
) -> tuple[dict[str, Any], Source]:
    """The unchecked data of an input file with overrides applied.

    Args:
        file: The file, as for `load`.
        overrides: The overrides, as for `load`.
        run: The choice, as for `load`.

    Returns:
        The data and the origins of their values.

    Raises:
        InputError: The file cannot be read, or an override does not fit.
    """
    data, source = _read(Path(file), run) if file is not None else ({}, Source())
    override(data, source, overrides)
    return data, source


def override(
    data: dict[str, Any], source: Source, overrides: Sequence[tuple[KeyPath, Any, str]]
) -> None:
    """Apply overrides to the data of an input.

    Args:
        data: The unchecked data, which are changed.
        source: The origins of the values, which are changed.
        overrides: The overrides, as for `load`.

    Raises:
        InputError: An override does not fit.
    """
    overrides = [
        (keys, from_working_directory(value, keys, source.folder), origin)
        for keys, value, origin in overrides
    ]
    if source.name is not None:
        _forget_core_potentials(data, {key_path for key_path, *_ in overrides})
    for key_path, value, origin in overrides:
        _refuse_molecule_flag(data, key_path, origin)
        _override(data, source, key_path, value, origin)


def read_input(file: str | Path) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """The unchecked data of an input file, with the geometry that it names.

    Args:
        file: The file, as for `load`.

    Returns:
        The data, and remarks on how they were read.

    Raises:
        InputError: The file cannot be read; values are not checked.
    """
    data, source = _read(Path(file))
    try:
        _inline_geometry(data, source)
        inline_bases(data, source)
        inline_charges(data, source)
        _inline_edges(data, source)
    except InputError as error:
        raise locate(error, source) from None
    return data, tuple(source.remarks)


def spec_from_data(data: Mapping[str, Any], source: Source | None = None) -> RunSpec:
    """The input of a run from plain data; files that it names are read.

    Args:
        data: The content of a YAML input file.
        source: The origins of the values.

    Raises:
        InputError: The data do not fit the input's schema.
    """
    source = source or Source()
    data = dict(data)
    try:
        _inline_geometry(data, source)
        inline_bases(data, source)
        inline_charges(data, source)
        _inline_edges(data, source)
        spec = RunSpec.model_validate(data)
        spec = _read_named_files(spec, source)
    except ValidationError as error:
        raise locate(input_error(error, RunSpec), source) from None
    except InputError as error:
        raise locate(error, source) from None
    spec._source = source
    return spec


def _read(path: Path, run: str | None = None) -> tuple[dict[str, Any], Source]:
    if is_typed_geometry(str(path)):
        found = read_typed_geometry(str(path))
        return found.data, Source(None, dict(found.origins), list(found.remarks))
    if run is not None or is_bundle(path):
        return input_again(read_stored_run(path, run))
    found = read(path)
    LOG.info("read: %s", path)
    if found.record is not None:
        return input_again(stored_run(path, found.record))
    file = Path(STANDARD_INPUT) if is_stream(path) else path
    return found.data, Source(file, dict(found.origins), list(found.remarks))


def input_again(stored: StoredRun) -> tuple[dict[str, Any], Source]:
    """The input of a run that has been recorded; its files are beside the record or in a bundle.

    Args:
        stored: The record of the run.

    Returns:
        The unchecked data and the origins of their values.
    """
    path = stored.path if stored.bundle is None else stored.path / RECORD
    LOG.info("read: the record of %s in %s", stored.name, path)
    origins: dict[KeyPath, Origin] = {(): Origin(shown(stored.path))}
    return stored.input_data(), Source(path, origins, stored.remarks(), stored.name)


def _forget_core_potentials(data: dict[str, Any], changed: Set[KeyPath]) -> None:
    """Drop the recorded core potentials if the basis sets or elements that they fit are changed."""
    molecule = data.get("molecule")
    if isinstance(molecule, dict) and any(path[:2] in _OF_ELEMENTS for path in changed):
        data["molecule"] = {key: value for key, value in molecule.items() if key != "ecp"}


def _inline_geometry(data: dict[str, Any], source: Source) -> None:
    """Replace ``geometry: {file: h2.xyz}`` by the content of the file."""
    molecule = data.get("molecule")
    geometry = molecule.get("geometry") if isinstance(molecule, dict) else None
    if not isinstance(geometry, dict) or not isinstance(geometry.get("file"), str):
        return
    assert isinstance(molecule, dict)
    path = source.folder / geometry["file"]
    found = read_geometry(path)
    stated = dict(found.data["molecule"])
    molecule = {
        key: value for key, value in molecule.items() if value is not None or key not in stated
    }
    _refuse_other_units(molecule, stated, path)
    inner = stated.pop("geometry")
    inner = inner if isinstance(inner, dict) else {"cartesian": inner}
    rest = {key: value for key, value in geometry.items() if key != "file"}
    data["molecule"] = {**stated, **molecule, "geometry": {**inner, **rest}}
    _add_origins(source, found, path, stated.keys() - molecule.keys())
    source.remarks.extend(found.remarks)
    source.settle(molecule.keys())


def _refuse_other_units(molecule: Mapping[str, Any], stated: Mapping[str, Any], path: Path) -> None:
    """Refuse a unit other than that of the file: the unit that it names, or Ångström."""
    units = {"angstrom": "Ångström", "bohr": "bohr"}
    of_file = stated.get("units", "angstrom")
    if length_unit(molecule.get("units", of_file)) != of_file:
        message = f"the coordinates of {shown(path)} are in {units[of_file]}"
        raise InputError(message, path=("molecule", "units"), hint="leave 'units' out")


def _add_origins(source: Source, found: Reading, path: Path, stated: Set[str]) -> None:
    """Record the file as the origin of the geometry and of other values that it states."""
    whole = found.origins.get((), Origin(shown(path)))
    for key in (CARTESIAN, MOLFILE):
        source.origins[key] = found.origins.get(key, whole)
    for name in stated:
        source.origins["molecule", name] = found.origins.get(("molecule", name), whole)


def inline_bases(data: dict[str, Any], source: Source) -> None:
    """Replace every ``basis: {file: my.nw}`` of a molecule by the text of the file.

    Args:
        data: The data of an input file; its molecule is replaced.
        source: The origins of the values; those of the texts are added.

    Raises:
        InputError: A file cannot be read.
    """
    molecule = data.get("molecule")
    if not isinstance(molecule, dict):
        return
    found = {
        key: basis_with_texts(molecule[key], ("molecule", key), source)
        for key in ("basis", "ecp")
        if key in molecule
    }
    data["molecule"] = {**molecule, **found}


def inline_charges(data: dict[str, Any], source: Source) -> None:
    """Replace ``environment: {charges: waters.pqr}`` by the content of the file.

    Args:
        data: The data of an input file; its environment is replaced.
        source: The origins of the values.

    Raises:
        InputError: The file cannot be read, or holds no point charges.
    """
    if data.get("environment") not in (None, "none"):
        data["environment"] = with_charges(data["environment"], source.folder)


def _inline_edges(data: dict[str, Any], source: Source) -> None:
    """Replace ``edges: {file: graph.txt}`` of a model by the edges in the file."""
    found = data.get("hamiltonian")
    edges = found.get("edges") if isinstance(found, dict) else None
    if not isinstance(edges, dict) or not isinstance(edges.get("file"), str) or len(edges) > 1:
        return
    assert isinstance(found, dict)
    path = source.folder / edges["file"]
    data["hamiltonian"] = {**found, "edges": read_edges(path)}
    source.origins["hamiltonian", "edges"] = Origin(shown(path))


def basis_with_texts(value: Any, key_path: KeyPath, source: Source) -> Any:
    """A basis set or core potential with the texts of the files that it names.

    Args:
        value: The value in the input.
        key_path: The keys that lead to the value.
        source: The origins of the values; those of the texts are added.

    Raises:
        InputError: A file cannot be read.
    """

    def read(name: str, keys: tuple[str, ...]) -> str:
        path = source.folder / name
        source.origins[text_path((*key_path, *keys))] = Origin(shown(path), 1)
        return read_text(path)

    return with_texts(value, read)


def _read_named_files(spec: RunSpec, source: Source) -> RunSpec:
    """The spec with the initial parameters read and the checksum of the FCIDUMP file."""
    if spec.initial.file is not None:
        values = read_parameters(source.folder / spec.initial.file)
        spec = spec.model_copy(update={"initial": InitialSpec(values=values)})
    if spec.selection("ansatz").name == GROWN:
        spec = _with_grown_ansatz(spec, spec.selection("ansatz"), source)
    if spec.fcidump is not None:
        path = source.folder / spec.fcidump.file
        digest = _sha256(path)
        if spec.fcidump.sha256 not in (None, digest):
            message = f"{path} has changed: its checksum is {digest}"
            raise InputError(
                message, path=("fcidump", "sha256"), hint="remove 'sha256' to accept it"
            )
        spec = spec.model_copy(
            update={"fcidump": spec.fcidump.model_copy(update={"sha256": digest})}
        )
    return spec


def _with_grown_ansatz(spec: RunSpec, ansatz: Selection, source: Source) -> RunSpec:
    """The spec with the operators of a record, and its parameters where no others are given."""
    name = ansatz.as_dict().get("file")
    if name is None:
        return spec
    path = source.folder / str(name)
    options, parameters = read_grown(path)
    given = {key: value for key, value in ansatz.as_dict().items() if key != "file"}
    update: dict[str, Any] = {"ansatz": Selection.model_validate({**options, **given})}
    if spec.initial == InitialSpec():
        update["initial"] = InitialSpec(values=_parameters(path, parameters))
    return spec.model_copy(update=update)


def _sha256(path: Path) -> str:
    return hashlib.sha256(read_bytes(path, MAX_FCIDUMP_BYTES)).hexdigest()


def read_parameters(path: Path) -> tuple[float, ...]:
    """The parameters in the record of a run, or in a JSON list of numbers."""
    hint = "give a record of `vqe run -o`, or a JSON list of numbers"
    try:
        content = json.loads(read_text(path, MAX_PARAMETERS_BYTES))
        values = content["result"]["parameters"] if isinstance(content, dict) else content
    except (ValueError, KeyError, TypeError, RecursionError):
        raise about(path, "has no parameters", hint) from None
    return _parameters(path, values, hint)


def _parameters(path: Path, values: Any, hint: str | None = None) -> tuple[float, ...]:
    """The values as parameters, if they are a list of them."""
    if not isinstance(values, list) or not all(map(_is_parameter, values)):
        raise about(path, "has no list of finite numbers", hint)
    return tuple(float(value) for value in values)


def _is_parameter(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= MAX_PARAMETER  # also false for NaN


def _as_mapping(value: Any, path: KeyPath) -> dict[str, Any] | None:
    """The mapping in which a key below `path` is set; a name or file becomes a mapping with it."""
    if isinstance(value, dict):
        return dict(value)
    if path == GEOMETRY:
        return {}
    if path == ("states",) and isinstance(value, int):
        return {"number": value}
    if isinstance(value, str) and path[0] in RunSpec.model_fields and len(path) == 1:
        return {"charges" if path == ("environment",) else "name": value}
    return None


def _refuse_molecule_flag(data: Mapping[str, Any], path: KeyPath, origin: str) -> None:
    """Refuse a molecule flag, such as a basis, for a file without a molecule."""
    kinds = {"fcidump": "an FCIDUMP file", "hamiltonian": "a qubit Hamiltonian"}
    for key, kind in kinds.items():
        if path[0] == "molecule" and key in data and "molecule" not in data:
            error = InputError(f"{'.'.join(map(str, path))} cannot be set for {kind}")
            error.where = origin
            raise error


def _settle(source: Source, path: KeyPath) -> None:
    """Drop remarks on keys of the molecule that a flag sets."""
    if path[0] == "molecule" and path[1:2] in ((), ("geometry",)):
        source.remarks.clear()
    elif path[0] == "molecule":
        source.settle({str(path[1])})


def _override(data: dict[str, Any], source: Source, path: KeyPath, value: Any, origin: str) -> None:
    """Set one value; a name on the way becomes a mapping with that name."""
    for overridden in [known for known in source.origins if known[: len(path)] == path]:
        del source.origins[overridden]
    source.origins[path] = Origin(origin)
    _settle(source, path)
    here: dict[str, Any] = data
    for depth, key in enumerate(path[:-1], start=1):
        if key not in here:
            source.origins[path[:depth]] = Origin(origin)
        before = here.get(str(key))
        inner = {} if before is None else _as_mapping(before, path[:depth])
        if inner is None:
            raise locate(InputError(f"'{key}' has no keys", path=path), source)
        here[str(key)] = inner
        here = inner
    last = str(path[-1])
    old = here.get(last)
    same_entry = isinstance(old, dict) and "name" in old and old["name"] == value
    if not same_entry:
        here[last] = value
