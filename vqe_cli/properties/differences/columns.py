"""The columns and options that all energy differences have in common."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.properties import BEST_METHOD, CAVEATS, Column, Property
from vqe_cli.properties._columns import verdict_columns
from vqe_cli.properties.differences.levels import LEVELS, MAX_OPERATIONS


class EnergyDifference(Property):
    """A property that is the energy difference of several species."""

    max_operations: float = Field(
        default=MAX_OPERATIONS,
        gt=0,
        description="Largest cost of CCSD(T) of all electrons, in floating-point operations.",
    )


def columns(name: str, unit: str, what: str) -> tuple[Column, ...]:
    """The columns of a difference.

    Args:
        name: Name of the property.
        unit: Unit, as in the names of columns: ``ev``.
        what: Phrase for the descriptions, such as ``vertical ionisation energy``.
    """
    by_level = tuple(
        Column(column_name(name, level, unit), "number", f"{what} by {method}.")
        for level, method in LEVELS.items()
    )
    return (
        Column(f"{name}_best_{unit}", "number", f"Best estimate of the {what}."),
        Column(f"{name}_{BEST_METHOD}", "text", "Method of the best estimate."),
        *by_level,
        Column(f"{name}_correction", "text", "Name of the corrected VQE energies."),
        Column(f"{name}_standard_error_{unit}", "number", f"Standard error of the VQE {what}."),
        *verdict_columns(name, "all runs and of the difference itself"),
        Column(f"{name}_{CAVEATS}", "text", "Doubts about the difference, as sentences."),
        Column(f"{name}_active_spaces", "text", "Active electrons and orbitals of each species."),
    )


def column_name(name: str, level: str, unit: str) -> str:
    """The name of the column of a level, such as ``ionization_energy_hf_ev``.

    Args:
        name: Name of the property.
        level: Key of the level, empty for VQE.
        unit: Unit, as in the names of columns.
    """
    return "_".join(part for part in (name, level, unit) if part)
