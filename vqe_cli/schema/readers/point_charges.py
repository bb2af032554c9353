"""Files of point charges: .pqr, .xyz with charges, .pdb, and plain tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli._core.wording import counted
from vqe_cli.errors import InputError
from vqe_cli.schema.faults import TextError
from vqe_cli.schema.numbers import blank_separated, is_number, number, whole
from vqe_cli.schema.point_charges import (
    CHARGE_FIRST,
    FORMS,
    ChargesError,
    PointCharge,
    as_table,
    read_table,
    read_words,
)
from vqe_cli.schema.readers.content import about, read_bytes, read_text, suffix_of
from vqe_cli.schema.readers.xyz_columns import Columns
from vqe_cli.schema.readers.xyz_comment import read_comment

MAX_CHARGES_BYTES = 50_000_000

ATOM_RECORDS = ("ATOM", "HETATM")
PDB_COLUMNS = {"occupancy": slice(54, 60), "b-factor": slice(60, 66)}
PDB_POSITION = (slice(30, 38), slice(38, 46), slice(46, 54))
ALTERNATIVE = 16
"""Column of a PDB file's alternate location, from 0."""

CHARGE_NAMES = ("charge", "charges", "q", "initial_charges", "partial_charges", "mulliken_charges")
"""Names of the column of charges in an extended .xyz file."""

PQR_FORM = "a .pqr line ends with x, y, z, charge and radius"
OF_TABLES = ("units", "columns")
OF_PDB = "pdb_charges"


def with_charges(value: Any, folder: Path) -> Any:
    """The environment of an input with the content of the file that it names.

    Args:
        value: The unchecked value of ``environment``.
        folder: The folder that paths refer to.

    Raises:
        InputError: The file cannot be read, or holds no point charges.
    """
    found = {"charges": value} if isinstance(value, str) else value
    name = found.get("charges") if isinstance(found, dict) else None
    if not isinstance(name, str) or "\n" in name:
        return value
    path = folder / name
    options = {key: given for key, given in found.items() if key not in ("charges", "file")}
    text = as_table(read_point_charges(path, options))
    rest = {key: given for key, given in options.items() if key not in (*OF_TABLES, OF_PDB)}
    digest = hashlib.sha256(read_bytes(path, MAX_CHARGES_BYTES)).hexdigest()
    return {**rest, "charges": text, "file": name, "sha256": digest}


def read_point_charges(path: Path, options: dict[str, Any]) -> tuple[PointCharge, ...]:
    """The point charges of a file, in units of e and Ångström.

    Args:
        path: Path of the file; its extension tells the format.
        options: The options `units`, `columns` and `pdb_charges` of the input.

    Raises:
        InputError: The file cannot be read, or a line does not have the columns of its format.
    """
    text = read_text(path, MAX_CHARGES_BYTES, latin=True, hint=f"write lines of {FORMS}")
    kind = suffix_of(path)
    _refuse_options(kind, options)
    try:
        if kind == ".pqr":
            found = tuple(_pqr(text))
        elif kind in (".pdb", ".ent"):
            found = tuple(_pdb(text, options.get(OF_PDB)))
        elif kind == ".xyz":
            found = _xyz(text)
        else:
            found = read_table(text, options.get("columns", CHARGE_FIRST))
            return _in_angstrom(found, options.get("units"))
        if not found:
            raise ChargesError("there are no atoms", f"{kind} files have one on each line")
    except ChargesError as error:
        raise about(path, error.message, error.hint, error.line) from None
    return found


def _refuse_options(kind: str, options: dict[str, Any]) -> None:
    """Refuse options that a format does not leave open."""
    for key in OF_TABLES if kind in (".pqr", ".pdb", ".ent", ".xyz") else (OF_PDB,):
        if key in options:
            message = f"'{key}' does not apply to {kind or 'a plain'} files"
            raise InputError(message, path=("environment", key), hint="leave it out")


def _in_angstrom(charges: Iterable[PointCharge], units: str | None) -> tuple[PointCharge, ...]:
    scale = BOHR_IN_ANGSTROM if units == "bohr" else 1.0
    return tuple((q, x * scale, y * scale, z * scale) for q, x, y, z in charges)


def _pqr(text: str) -> Iterator[PointCharge]:
    """Charges of a .pqr file: ATOM lines of blank-separated words, the last one the radius.

    The first model counts. A negative radius is the charge of a file without radii.
    """
    for line, row in enumerate(text.splitlines(), start=1):
        if row.startswith("ENDMDL"):
            return
        words = row.split()
        if not words or not words[0].startswith(ATOM_RECORDS):
            continue
        if len(words) < 9:
            raise ChargesError(
                f"'{row.strip()[:60]}' has {counted(len(words), 'column')}", PQR_FORM, line
            )
        if is_number(words[-1]) and number(words[-1]) < 0:
            raise ChargesError(f"the radius {words[-1]} is negative", PQR_FORM, line)
        yield read_words(words[-5:], (3, 0, 1, 2), line)


def _pdb(text: str, column: str | None) -> Iterator[PointCharge]:
    """Charges of a .pdb file in the column of occupancies or B-factors."""
    if column not in PDB_COLUMNS:
        hint = "pdb_charges: b-factor, or occupancy; or convert the file to .pqr"
        message = "a .pdb file does not say which of its columns holds charges"
        raise InputError(message, path=("environment", OF_PDB), hint=hint)
    for line, row in enumerate(text.splitlines(), start=1):
        if row.startswith("ENDMDL"):
            return
        if not row.startswith(ATOM_RECORDS):
            continue
        if row[ALTERNATIVE : ALTERNATIVE + 1].strip():
            message = "the atom has alternate locations, of which each would count"
            raise ChargesError(message, "keep one of them in the file", line)
        words = [row[place].strip() for place in (PDB_COLUMNS[column], *PDB_POSITION)]
        if not all(words):
            message = f"'{row.strip()[:60]}' has no position or no {column}"
            raise ChargesError(message, None, line)
        yield read_words(words, (0, 1, 2, 3), line)


def _xyz(text: str) -> tuple[PointCharge, ...]:
    """Charges of an .xyz file, in its fifth column or the one named by ``Properties``."""
    lines = text.splitlines()
    try:
        count = whole(lines[0].strip())
        comment = read_comment(lines[1] if len(lines) > 1 else "")
        columns = None if comment.columns is None else Columns.of(comment.columns)
    except TextError as error:
        raise ChargesError(error.message, error.hint) from None
    order, total = ((4, 1, 2, 3), 5) if columns is None else (_order(columns), columns.total)
    rows = [(line, row) for line, row in enumerate(lines[2:], start=3) if row.strip()]
    if len(rows) != count:
        raise ChargesError(f"line 1 says {counted(count, 'atom')}, but {len(rows)} follow")
    found = []
    for line, row in rows:
        words = blank_separated(row)
        if len(words) != total:
            message = f"'{row.strip()[:60]}' has {counted(len(words), 'column')} instead of {total}"
            raise ChargesError(message, "write 'symbol x y z charge' on each line", line)
        found.append(read_words(words, order, line))
    return _in_angstrom(found, comment.units)


def _order(columns: Columns) -> tuple[int, int, int, int]:
    """Indices of the columns with charge, x, y and z."""
    start = next((columns.others[name] for name in CHARGE_NAMES if name in columns.others), None)
    if start is None or start[1] != 1:
        raise ChargesError("'Properties' names no column of charges", "add charge:R:1", 2)
    first = columns.position
    return start[0], first, first + 1, first + 2
