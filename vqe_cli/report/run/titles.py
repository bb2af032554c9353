"""Titles of a run's figures, and the formula of its molecule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vqe_cli.ansatz import ANSATZE
from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.errors import VqeError
from vqe_cli.schema.basis_names import published_name
from vqe_cli.schema.records import RunRecord

ELECTRONEGATIVE = [
    "B",
    "Si",
    "C",
    "Sb",
    "As",
    "P",
    "N",
    "H",
    "Te",
    "Se",
    "S",
    "At",
    "I",
    "Br",
    "Cl",
    "O",
    "F",
]
"""The end of IUPAC's sequence of elements, in whose order formulas without carbon are written.

Reference:
    IUPAC, Nomenclature of Inorganic Chemistry, 2005, table VI.
"""


def title_of(record: RunRecord) -> str:
    """Formula, basis and ansatz of a run: ``H2O / STO-3G, UCCSD``.

    Args:
        record: The record of the run.
    """
    basis = (record.spec.get("molecule") or {}).get("basis")
    parts = [formula_of(record) or record.name]
    parts += [] if basis is None else [basis_in_short(basis)]
    return f"{' / '.join(parts)}, {ansatz_label(record.spec['ansatz']['name'])}"


def labels_of(records: Sequence[RunRecord]) -> list[str]:
    """The names of runs, with their methods if runs of one name differ in them.

    Args:
        records: The runs.
    """
    methods = [f"{ansatz_label(one.spec['ansatz']['name'])}, {_solving(one)}" for one in records]
    if len({record.name for record in records}) == len(records) or len(set(methods)) == 1:
        return [record.name for record in records]
    return [f"{record.name}, {how}" for record, how in zip(records, methods, strict=True)]


def _solving(record: RunRecord) -> str:
    """The optimiser and the backend of a run."""
    return f"{record.result.optimizer}, {record.result.backend.name}"


def formula_of(record: RunRecord) -> str:
    """The molecule's formula, with its charge; empty where its atoms are not known.

    Organic molecules are in Hill's order, others in IUPAC's, so that it is LiH and H2O.

    Args:
        record: The record of the run.
    """
    symbols = _symbols(record)
    if not symbols:
        return ""
    formula = hill_formula(symbols, charge_of(record))
    if "C" in symbols:
        return formula
    parts = re.findall(r"[A-Z][a-z]?\d*", formula)
    return "".join(sorted(parts, key=_place)) + formula.removeprefix("".join(parts))


def charge_of(record: RunRecord) -> int:
    """The molecule's charge, which the input may leave to the structure, as that of a SMILES.

    Args:
        record: The record of the run.
    """
    if record.problem.structure is not None:
        return record.problem.structure.charge
    return int((record.spec.get("molecule") or {}).get("charge") or 0)


def basis_in_short(basis: Any) -> str:
    """The name of a basis set as papers write it, or ``own basis`` or ``mixed basis``.

    Args:
        basis: The basis of the input.
    """
    if isinstance(basis, str):
        return published_name(basis)
    return "own basis" if "text" in basis else "mixed basis"


def ansatz_label(name: str) -> str:
    """An ansatz's name as papers write it; that of input files if it has none, or is not here.

    Args:
        name: Its name in input files.
    """
    try:
        return ANSATZE.get(name).label or name
    except VqeError:  # a record by a plug-in that is not installed
        return name


def _place(part: str) -> int:
    """The place of an element with its number in the sequence; metals come first."""
    symbol = part.rstrip("0123456789")
    return ELECTRONEGATIVE.index(symbol) if symbol in ELECTRONEGATIVE else -1


def _symbols(record: RunRecord) -> list[str]:
    """The elements of all atoms: of the properties, or of the coordinates in the input."""
    found = record.result.properties
    if found is not None and found.atoms is not None:
        return [atom.symbol for atom in found.atoms]
    structure = record.problem.structure
    geometry = (record.spec.get("molecule") or {}).get("geometry") or {}
    written = geometry.get("cartesian") if isinstance(geometry, dict) else None
    text = written if structure is None else structure.geometry
    words = [
        line.split()[0].capitalize() for line in re.split(r"[\n;]", text or "") if line.strip()
    ]
    return words if all(re.fullmatch(r"[A-Z][a-z]?", word) for word in words) else []
