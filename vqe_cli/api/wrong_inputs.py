"""Answers to what is no input of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from vqe_cli.api.changes import PLACES
from vqe_cli.errors import InputError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.schema import RunSpec, Source, locate

LINE = "\n"

WHAT_FITS = (
    "give the path of a file, a mapping as in an input file, a RunSpec, the record of a run, a"
    ' molecule or mean field of PySCF, or smiles="..." or geometry="..."'
)

_ATOM = re.compile(r"\s*@?[A-Z][A-Za-z0-9]{0,3}((\s+|\s*,\s*)[-+]?(\d+\.?\d*|\.\d+)){3}\s*")
_FORMULA = re.compile(r"(?=.*[0-9])([A-Z][a-z]?[0-9]*)+")
_SMILES = re.compile(
    r"(?=.*[BCNOPSFIbcnopsH])(Cl|Br|\[[^\]]+\]|[BCNOPSFIbcnops0-9=#()@+\-/\\%:*])+"
)
_KEY = re.compile(r"^(molecule|hamiltonian|fcidump|ansatz|reaction)\s*:", re.MULTILINE)


def wrong_input(source: Any) -> InputError:
    """The error for what is no input, with a hint for what it is.

    Args:
        source: The object that was given.
    """
    if source is None:
        return InputError("there is no input", hint=WHAT_FITS)
    kind = f"{type(source).__module__}.{type(source).__qualname__}".removeprefix("builtins.")
    if isinstance(source, type):
        kind = f"the class {source.__qualname__}"
    hint = next((hint for fits, hint in _KNOWN if fits(source)), WHAT_FITS)
    return InputError(f"{kind} is no input of a run", hint=hint)


def refuse_text(text: str) -> None:
    """Refuse a text that is the content of a file, and not its path.

    Args:
        text: The text.

    Raises:
        InputError: It is an input, a geometry or a SMILES, or empty.
    """
    if not text.strip():
        raise InputError("the path is empty", hint=WHAT_FITS)
    if os.path.lexists(text) or text == "-":
        return
    lines = [line for line in re.split(r"[;\n]", text) if line.strip()]
    if all(_ATOM.fullmatch(line) for line in lines):
        raise InputError(
            f"{_shown(text)} is a geometry, not the path of a file",
            hint=f"geometry={_shown(text.strip().replace(LINE, '; '))} as a keyword",
        )
    if "\n" in text and _KEY.search(text):
        raise InputError(
            "the text is the content of an input file, not its path",
            hint="write it to a file, or give a mapping: {'molecule': {'geometry': ...}}",
        )
    if "\n" in text:
        raise InputError(f"{_shown(text)} is not the path of a file", hint=WHAT_FITS)


def missing_file(name: str, error: InputError) -> InputError:
    """The error for a path without a file, with a hint for what it may be.

    Args:
        name: The path.
        error: The error of its reader.
    """
    found = InputError(error.message, hint=_hint_of(name))
    found.where = error.where
    return found


def _hint_of(name: str) -> str:
    path = Path(name)
    folder = path.parent if path.parent.is_dir() else None
    if folder is None:
        return f"there is no folder {path.parent} in {Path.cwd()}"
    near = get_close_matches(path.name, [one.name for one in folder.iterdir()], n=1)
    if near:
        return f"did you mean '{folder / near[0]}'?"
    if _SMILES.fullmatch(name) and not _FORMULA.fullmatch(name):
        return f"a SMILES is given by its keyword: smiles={name!r}"
    if name.isalnum():
        known = f"`vqe init {name}` writes the input file of a molecule that it knows by name"
        return f"{known}; a SMILES is given by its keyword"
    return f"the working directory is {Path.cwd()}"


def refuse_fields_of_parts(data: Mapping[str, Any]) -> None:
    """Refuse keywords in a mapping, which has the keys of an input file.

    Args:
        data: The mapping.

    Raises:
        InputError: A key belongs below another one.
    """
    if isinstance(data.get("molecule"), str):
        raise InputError(
            f"'molecule' must be a mapping of keys to values, not {data['molecule']!r}",
            path=("molecule",),
            hint="for example {'geometry': {'file': 'water.xyz'}}",
        )
    for key in data:
        place = PLACES.get(str(key))
        if place is not None and key not in RunSpec.model_fields:
            raise InputError(
                f"'{key}' is the key '{'.'.join(map(str, place))}' of an input file",
                hint=f"write {_nested(place)}, or use keywords: vqe_cli.run({key}=..., ...)",
            )


def refuse_geometry_by_name(data: Mapping[str, Any], source: Source) -> None:
    """Refuse a file's name or a SMILES in the place of lines of atoms.

    Args:
        data: The data of an input.
        source: The origins of its values.

    Raises:
        InputError: The geometry is one word.
    """
    molecule = data.get("molecule")
    text = molecule.get("geometry") if isinstance(molecule, Mapping) else None
    if not isinstance(text, str) or len(text.split()) != 1:
        return
    hint = f"a file is {{'file': {text!r}}}, as a keyword geometry=pathlib.Path({text!r})"
    if not Path(text).suffix:
        hint = f"a SMILES is {{'smiles': {text!r}}}, as a keyword smiles={text!r}"
    error = InputError(f"{text!r} is not 'symbol x y z'", path=PLACES["geometry"], hint=hint)
    raise locate(error, source)


def _nested(place: KeyPath) -> str:
    """A mapping with the field at a place."""
    written = "..."
    for key in reversed(place):
        written = f"{{{str(key)!r}: {written}}}"
    return written


def _shown(text: str) -> str:
    plain = " ".join(text.split())
    return repr(plain if len(plain) <= 40 else f"{plain[:37]}...")


def _from(*packages: str) -> Callable[[Any], bool]:
    """Whether an object is of a class of one of some packages."""

    def fits(source: Any) -> bool:
        modules = [f"{one.__module__}." for one in type(source).__mro__]
        return any(one.startswith(f"{name}.") for one in modules for name in packages)

    return fits


def _is_several(source: Any) -> bool:
    return isinstance(source, Iterable) and not hasattr(source, "dtype")


def _is_atoms(source: Any) -> bool:
    """Whether it is a list of atoms in PySCF's notation."""
    return isinstance(source, (list, tuple)) and all(
        isinstance(one, (list, tuple)) and one and isinstance(one[0], str) for one in source
    )


_KNOWN: tuple[tuple[Callable[[Any], bool], str], ...] = (
    (
        lambda one: isinstance(one, (bytes, bytearray)),
        "text is not bytes: give the path of the file",
    ),
    (
        lambda one: type(one).__module__ == "vqe_cli.api.records",
        "they are several runs: give one of them, records[0]",
    ),
    (lambda one: hasattr(one, "read"), "give the path of the file, not the open file"),
    (
        lambda one: isinstance(one, type),
        "give an object of it, or the keys of an input file as a mapping",
    ),
    (
        _from("ase"),
        'atoms.write("molecule.xyz") and vqe_cli.run("molecule.xyz"), or the calculator'
        " vqe_cli.ase.VQE",
    ),
    (_from("rdkit"), "smiles=Chem.MolToSmiles(mol) as a keyword, or a file of Chem.MolToMolFile"),
    (
        _from("pyscf.mcscf"),
        "mc.fcisolver = vqe_cli.pyscf.VQESolver() runs VQE in it; vqe_cli.run takes its mean field",
    ),
    (_from("pyscf.pbc"), "periodic cells are not supported; give a pyscf.gto.Mole"),
    (_from("pyscf"), "give the mean field that it starts from, or the molecule"),
    (_from("qiskit.circuit"), "a circuit is no problem: give the molecule or the Hamiltonian"),
    (
        _from("qiskit_nature"),
        "give the molecule, or an FCIDUMP file of its integrals; a SparsePauliOp is taken, too",
    ),
    (_from("openfermion"), "write str(operator) to a file, and give its path"),
    (_is_atoms, "a list of atoms is given by its keyword: geometry=[...]"),
    (
        _is_several,
        "one input is taken at a time: vqe_cli.Records(vqe_cli.run(one) for one in inputs)",
    ),
)
"""Hints by what the object is; the first that fits is given."""
