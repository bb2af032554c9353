"""Origin of coordinates, charge and multiplicity, in a few lines."""

from __future__ import annotations

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.schema.problem_records import StructureRecord

_ORIGINS = {"smiles": "SMILES", "molfile": "molfile", "coordinates": "coordinates"}


def structure_lines(structure: StructureRecord) -> list[str]:
    """Lines on charge and multiplicity, the geometry, and notes on both.

    Args:
        structure: The structure record of the problem.
    """
    origin = _ORIGINS[structure.origin]
    told = " and ".join(f"{key} {_value(structure, key)}" for key in structure.derived)
    lines = [f"{told} from the {origin}"] if told else []
    return [*lines, _geometry_line(structure), *structure.notes]


def _value(structure: StructureRecord, key: str) -> str:
    """The value as text; a charge with its sign."""
    value = getattr(structure, key)
    return f"{value:+d}" if key == "charge" and value else str(value)


def _geometry_line(structure: StructureRecord) -> str:
    energies = structure.conformer_energies
    if energies is None or not isinstance(energies.value, tuple) or len(energies.value) == 1:
        return f"geometry: {structure.method}"
    count, spread = len(energies.value), max(energies.value) - min(energies.value)
    if energies.unit == "hartree":
        span = f"{spread * HARTREE_IN_MILLIHARTREE:.1f} mHa"
    else:
        span = f"{spread:.1f} {energies.unit}"
    return f"geometry: {structure.method}; lowest of {counted(count, 'conformer')} within {span}"
