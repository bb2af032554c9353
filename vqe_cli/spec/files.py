"""From a file and flags to a `RunSpec`: YAML, .xyz, .sdf, or FCIDUMP; a flag wins over the file."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vqe_cli.errors import InputError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.spec.basis import element_key, with_texts
from vqe_cli.spec.model import InitialSpec, RunSpec, locate
from vqe_cli.spec.source import Origin, Source
from vqe_cli.spec.yaml_source import MAX_BYTES, YamlError, parse_yaml
from vqe_cli.validation import input_error

MAX_FCIDUMP_BYTES = 2_000_000_000
FCIDUMP_START = 4096
"""Bytes within which the header begins."""

MOLFILE_SUFFIXES = (".mol", ".sdf")
MOLFILE_END = "M  END"
"""Begins the last line of every molfile."""

SDF_SEPARATOR = "$$$$"

_STATED = re.compile(
    r"(?<![\w.])(charge|multiplicity)\s*=\s*\"?([-+]?[0-9]{1,3})(?:\.0*)?\"?(?![\w.])",
    re.IGNORECASE,
)
"""In the comment of an .xyz file: ``charge=1 multiplicity=2``, as extended XYZ writes it."""

_GEOMETRY: KeyPath = ("molecule", "geometry")
_CARTESIAN: KeyPath = (*_GEOMETRY, "cartesian")
_MOLFILE: KeyPath = (*_GEOMETRY, "molfile")
_BASES: tuple[KeyPath, ...] = (("molecule", "basis"), ("molecule", "ecp"))


def load(file: str | Path | None, overrides: Sequence[tuple[KeyPath, Any, str]] = ()) -> RunSpec:
    """Read an input file and lay overrides over it.

    Args:
        file: A YAML input file, an .xyz, .mol or .sdf geometry or an FCIDUMP file; None where
            the overrides say everything.
        overrides: Path in the input, value, and what to call it in errors (``"--basis"``).

    Raises:
        InputError: With file and line, whatever is wrong with the input.
    """
    return spec_from_data(*load_data(file, overrides))


def load_data(
    file: str | Path | None, overrides: Sequence[tuple[KeyPath, Any, str]] = ()
) -> tuple[dict[str, Any], Source]:
    """Read an input file without checking what it says, and lay overrides over it.

    Args:
        file: As for `load`; None for an empty one.
        overrides: As for `load`.

    Returns:
        The data and where they came from.

    Raises:
        InputError: The file cannot be read, or an override does not fit it.
    """
    data, source = _read(Path(file)) if file is not None else ({}, Source())
    for key_path, value, origin in overrides:
        _refuse_molecule_flag(data, key_path, origin)
        _override(data, source, key_path, value, origin)
    return data, source


def read_input(file: str | Path) -> dict[str, Any]:
    """What stands in an input file, with the geometry that it names read in.

    Args:
        file: As for `load`.

    Raises:
        InputError: It cannot be read; whether its values make sense is not looked at.
    """
    data, source = _read(Path(file))
    try:
        _inline_geometry(data, source)
        inline_bases(data, source)
    except InputError as error:
        raise locate(error, source) from None
    return data


def spec_from_data(data: Mapping[str, Any], source: Source | None = None) -> RunSpec:
    """Build a `RunSpec` from plain data, with the files that it names read in.

    Args:
        data: What a YAML input file would hold.
        source: Where the data came from.

    Raises:
        InputError: The data do not fit the input's schema.
    """
    source = source or Source()
    data = dict(data)
    try:
        _inline_geometry(data, source)
        inline_bases(data, source)
        spec = RunSpec.model_validate(data)
        spec = _read_named_files(spec, source)
    except ValidationError as error:
        raise locate(input_error(error, RunSpec), source) from None
    except InputError as error:
        raise locate(error, source) from None
    spec._source = source
    return spec


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """Read a text file of at most `limit` bytes.

    Raises:
        InputError: It is missing, a directory, empty, binary or too large.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except FileNotFoundError:
        raise _about(path, "there is no such file") from None
    except IsADirectoryError:
        raise _about(path, "is a directory, not a file", "name the files in it") from None
    except OSError as error:
        raise _about(path, f"cannot be read: {error.strerror}") from None
    if len(raw) > limit:
        raise _about(path, f"is larger than {limit // 1000} kB")
    if not raw.strip():
        raise _about(path, "is empty", "`vqe init NAME` writes a file to start from")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _about(path, f"is not a text file (byte {error.start} is not UTF-8)") from None
    if "\0" in text:
        raise _about(path, f"is not a text file (byte {text.index(chr(0))} is NUL)")
    return text


def _about(
    path: Path, message: str, hint: str | None = None, line: int | None = None
) -> InputError:
    error = InputError(message, hint=hint)
    error.where = str(path) if line is None else f"{path}:{line}"
    return error


def _read(path: Path) -> tuple[dict[str, Any], Source]:
    if path.suffix.lower() not in (".yaml", ".yml", ".xyz", *MOLFILE_SUFFIXES) and _is_fcidump(
        path
    ):
        origins: dict[KeyPath, Origin] = {(): Origin(str(path))}
        return {"fcidump": {"file": path.name}}, Source(path, origins)
    text = read_text(path)
    if path.suffix.lower() in MOLFILE_SUFFIXES:
        return _read_molfile_input(path, text)
    if path.suffix.lower() == ".xyz" or _is_xyz(text):
        return _read_xyz_input(path, text)
    try:
        document = parse_yaml(text)
    except YamlError as error:
        raise _about(path, error.message, error.hint, error.line) from None
    if not isinstance(document.data, dict):
        hint = "it should hold keys such as 'molecule:'; `vqe init NAME` writes one"
        raise _about(path, "is not an input file", hint)
    origins = {key: Origin(str(path), line) for key, line in document.lines.items()}
    for key, line in document.blocks.items():
        if key in (_GEOMETRY, _CARTESIAN):
            origins[_CARTESIAN] = Origin(str(path), line)
        if key[:2] in _BASES:
            origins[_text_path(key)] = Origin(str(path), line)
    return document.data, Source(path, origins)


def _is_fcidump(path: Path) -> bool:
    """Whether the first line that is no comment begins the header, perhaps within gzip."""
    try:
        with path.open("rb") as stream:
            start = stream.read(FCIDUMP_START)
    except OSError:
        return False
    if start.startswith(b"\x1f\x8b"):
        unfolded = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            start = unfolded.decompress(start, FCIDUMP_START)
        except zlib.error:
            return False
    return re.match(rb"(?:\s*[!#][^\n]*\n)*\s*[&$]FCI", start, re.IGNORECASE) is not None


def _is_xyz(text: str) -> bool:
    return re.fullmatch(r"\s*[0-9]{1,9}\s*", text.split("\n", 1)[0]) is not None


def _read_xyz_input(path: Path, text: str) -> tuple[dict[str, Any], Source]:
    atoms = atoms_of_xyz(path, text)
    origins: dict[KeyPath, Origin] = {(): Origin(str(path)), _CARTESIAN: Origin(str(path), 3)}
    stated = stated_in_xyz(text)
    origins |= {("molecule", key): Origin(str(path), 2) for key in stated}
    return {"molecule": {"geometry": atoms, **stated}}, Source(path, origins)


def _read_molfile_input(path: Path, text: str) -> tuple[dict[str, Any], Source]:
    molfile = one_molfile(path, text)
    origins: dict[KeyPath, Origin] = {(): Origin(str(path)), _MOLFILE: Origin(str(path))}
    return {"molecule": {"geometry": {"molfile": molfile}}}, Source(path, origins)


def one_molfile(path: Path, text: str) -> str:
    """The only molecule of a .mol or .sdf file.

    Raises:
        InputError: There are several.
    """
    first, *others = re.split(rf"^{re.escape(SDF_SEPARATOR)}.*$", text, flags=re.MULTILINE)
    ends = re.findall(rf"^{MOLFILE_END}", text, flags=re.MULTILINE)
    count = max(1 + sum(bool(other.strip()) for other in others), len(ends))
    if count > 1:
        hint = "`vqe screen run` takes all of them; or save one as a file of its own"
        raise _about(path, f"holds {count} molecules, one is needed", hint)
    return first


def atoms_of_xyz(path: Path, text: str) -> str:
    """The atom lines of an .xyz file: a count, a comment, then one line for each atom.

    Raises:
        InputError: The count and the lines do not agree.
    """
    lines = text.splitlines()
    if not _is_xyz(text):
        hint = "line 1: how many atoms; line 2: a comment; then 'symbol x y z'"
        raise _about(path, "does not begin with the number of atoms", hint, 1)
    count = int(lines[0])
    atoms = [line for line in lines[2:] if line.strip()]
    if len(atoms) != count or count == 0:
        message = f"line 1 announces {count} atoms, {len(atoms)} follow"
        several = "one geometry per file" if count and len(atoms) > count else None
        raise _about(path, message, several, 1)
    return "\n".join(atoms)


def stated_in_xyz(text: str) -> dict[str, int]:
    """Charge and multiplicity, where the comment of an .xyz file states them."""
    comment = text.splitlines()[1:2]
    return {
        key.lower(): int(value) for key, value in _STATED.findall(comment[0] if comment else "")
    }


def _inline_geometry(data: dict[str, Any], source: Source) -> None:
    """Replace ``geometry: {file: h2.xyz}`` by what stands in that file."""
    molecule = data.get("molecule")
    geometry = molecule.get("geometry") if isinstance(molecule, dict) else None
    if not isinstance(geometry, dict) or not isinstance(geometry.get("file"), str):
        return
    assert isinstance(molecule, dict)
    if molecule.get("units", "angstrom") != "angstrom":
        message = "the file's coordinates are in Ångström"
        raise InputError(message, path=("molecule", "units"), hint="leave 'units' out")
    path = source.folder / geometry["file"]
    rest = {key: value for key, value in geometry.items() if key != "file"}
    stated: dict[str, int] = {}
    if path.suffix.lower() in MOLFILE_SUFFIXES:
        found = {"molfile": one_molfile(path, read_text(path))}
        source.origins[_MOLFILE] = Origin(str(path))
    else:
        text = read_text(path)
        found, stated = {"cartesian": atoms_of_xyz(path, text)}, stated_in_xyz(text)
        source.origins[_CARTESIAN] = Origin(str(path), 3)
        for key in stated.keys() - molecule.keys():
            source.origins["molecule", key] = Origin(str(path), 2)
    data["molecule"] = {**stated, **molecule, "geometry": {**found, **rest}}


def inline_bases(data: dict[str, Any], source: Source) -> None:
    """Replace every ``basis: {file: my.nw}`` of a molecule by what stands in that file.

    Args:
        data: What an input file holds; its molecule is replaced.
        source: Where the data came from; told where the text begins.

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


def basis_with_texts(value: Any, key_path: KeyPath, source: Source) -> Any:
    """A basis or core potential with the files that it names read in.

    Args:
        value: As it stands in the input.
        key_path: Where it stands.
        source: Where the input came from; told where the text begins.

    Raises:
        InputError: A file cannot be read.
    """

    def read(name: str, keys: tuple[str, ...]) -> str:
        path = source.folder / name
        source.origins[_text_path((*key_path, *keys))] = Origin(str(path), 1)
        return read_text(path)

    return with_texts(value, read)


def _text_path(path: KeyPath) -> KeyPath:
    """Where errors about the lines of a basis that is written out stand."""
    keys = path[:-1] if path[-1] == "text" else path
    return (*keys[:2], *map(element_key, keys[2:]), "text")


def _read_named_files(spec: RunSpec, source: Source) -> RunSpec:
    """Read the starting point, and take the checksum of an FCIDUMP file."""
    if spec.initial.file is not None:
        values = _read_parameters(source.folder / spec.initial.file)
        spec = spec.model_copy(update={"initial": InitialSpec(values=values)})
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


def _sha256(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FCIDUMP_BYTES:
            raise _about(path, f"is larger than {MAX_FCIDUMP_BYTES // 10**9} GB")
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise _about(path, f"cannot be read: {error.strerror}") from None


def _read_parameters(path: Path) -> tuple[float, ...]:
    try:
        content = json.loads(read_text(path, 50_000_000))
        values = content["result"]["parameters"] if isinstance(content, dict) else content
        return tuple(float(value) for value in values)
    except (ValueError, KeyError, TypeError):
        hint = "it should be a record of `vqe run -o`, or a JSON list of numbers"
        raise _about(path, "holds no parameters", hint) from None


def _as_mapping(value: Any, path: KeyPath) -> dict[str, Any] | None:
    """What a key below `path` can be set in; a name becomes a mapping with that name."""
    if isinstance(value, dict):
        return dict(value)
    if path == _GEOMETRY:
        return {}
    if isinstance(value, str) and path[0] in RunSpec.model_fields and len(path) == 1:
        return {"name": value}
    return None


def _refuse_molecule_flag(data: Mapping[str, Any], path: KeyPath, origin: str) -> None:
    """A basis or a charge cannot be given to a file that has fixed them already."""
    kinds = {"fcidump": "an FCIDUMP file", "hamiltonian": "a qubit Hamiltonian"}
    for key, kind in kinds.items():
        if path[0] == "molecule" and key in data and "molecule" not in data:
            error = InputError(f"{kind} leaves nothing for {'.'.join(map(str, path))} to set")
            error.where = origin
            raise error


def _override(data: dict[str, Any], source: Source, path: KeyPath, value: Any, origin: str) -> None:
    """Set one value; a bare name on the way becomes a mapping with that name."""
    for overridden in [known for known in source.origins if known[: len(path)] == path]:
        del source.origins[overridden]
    source.origins[path] = Origin(origin)
    here: dict[str, Any] = data
    for depth, key in enumerate(path[:-1], start=1):
        if key not in here:
            source.origins[path[:depth]] = Origin(origin)
        inner = _as_mapping(here.get(str(key), {}), path[:depth])
        if inner is None:
            raise locate(InputError(f"'{key}' holds no keys", path=path), source)
        here[str(key)] = inner
        here = inner
    last = str(path[-1])
    before = here.get(last)
    same_entry = isinstance(before, dict) and "name" in before and before["name"] == value
    if not same_entry:
        here[last] = value
