"""Charges, spins, bond orders and multipole moments of the final state on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console

from vqe_cli.report.layout import NO_BREAK, Entry, print_wrapped
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.schema.density_records import (
    AtomRecord,
    BondRecord,
    PropertiesRecord,
    QuadrupoleRecord,
)

SHOWN = 5
"""Number of atoms in a line; those with the largest values are shown."""

NEGLIGIBLE_SPIN = 5e-4
"""Spin population of every atom below which spins are not shown."""

A_BOND = 0.05
"""Bond order from which a pair of atoms is shown."""

COMPONENTS = ("xx", "xy", "xz", "yy", "yz", "zz")


def population_entries(found: PropertiesRecord) -> list[Entry]:
    """Charges, and spins if there are any.

    Args:
        found: The properties of the final state.
    """
    atoms = [] if found.atoms is None or len(found.atoms) < 2 else list(found.atoms)
    entries = [_entry("charges", atoms, lambda atom: atom.lowdin_charge)] if atoms else []
    if _have_spin(atoms):
        entries.append(_entry("spins", atoms, lambda atom: atom.lowdin_spin))
    return entries


def show_populations(found: PropertiesRecord | None, out: Console) -> None:
    """Print all charges, spins, bond orders and the quadrupole moment, or why there are none.

    Args:
        found: The properties of the final state; None without a density.
        out: The console.
    """
    if found is None or found.atoms is None:
        why = "the backend gives no density" if found is None else "orbitals have no positions"
        out.print(f"no populations: {why}")
        return
    out.print(_atom_table(found.atoms))
    if found.bonds:
        out.print()
        out.print(_bond_table(found.bonds, found.atoms))
    if found.quadrupole is not None:
        out.print()
        heading, values = _quadrupole_lines(found.quadrupole)
        out.print(heading)
        print_wrapped(values, out, indent=2)


def _entry(label: str, atoms: Sequence[AtomRecord], value: Callable[[AtomRecord], float]) -> Entry:
    """Löwdin's values of the atoms; of many atoms, the largest."""
    ranked = sorted(atoms, key=lambda atom: -abs(round(value(atom), 2)))
    shown = sorted(ranked[:SHOWN], key=lambda atom: atom.number)
    text = ", ".join(f"{_name(atom)}{NO_BREAK}{_signed(value(atom), 2)}" for atom in shown)
    more = len(atoms) - len(shown)
    return Entry(label, f"{text}{f'; {more} more' if more else ''} (Löwdin)")


def _have_spin(atoms: Sequence[AtomRecord]) -> bool:
    return any(
        max(abs(atom.lowdin_spin), abs(atom.mulliken_spin)) > NEGLIGIBLE_SPIN for atom in atoms
    )


def _name(atom: AtomRecord) -> str:
    return f"{atom.symbol}{atom.number}"


def _signed(value: float, decimals: int) -> str:
    """A number with its sign, and zero without one."""
    text = f"{value:+.{decimals}f}"
    return text if float(text) else text[1:]


def _atom_table(atoms: Sequence[AtomRecord]) -> PlainTable:
    spins = _have_spin(atoms)
    titles = ("Mulliken charge", "Löwdin charge", "Mulliken spin", "Löwdin spin")
    table = plain_table("atom", *(titles if spins else titles[:2]))
    for atom in atoms:
        values = [atom.mulliken_charge, atom.lowdin_charge]
        values += [atom.mulliken_spin, atom.lowdin_spin] if spins else []
        table.add_row(_name(atom), *(_signed(value, 4) for value in values))
    return table


def _bond_table(bonds: Sequence[BondRecord], atoms: Sequence[AtomRecord]) -> PlainTable:
    names = {atom.number: _name(atom) for atom in atoms}
    table = plain_table("bond", "Mayer order", "Wiberg order")
    for bond in bonds:
        if max(abs(bond.mayer), bond.wiberg) >= A_BOND:
            label = "-".join(names[number] for number in bond.atoms)
            table.add_row(label, f"{bond.mayer:.3f}", f"{bond.wiberg:.3f}")
    return table


def _quadrupole_lines(found: QuadrupoleRecord) -> tuple[str, str]:
    """About which point a quadrupole moment is, and its components."""
    value = found.components.value
    components = value if isinstance(value, tuple) else (value,)
    pairs = zip(COMPONENTS, components, strict=True)
    shown = (f"{name}{NO_BREAK}{_signed(number, 3)}" for name, number in pairs)
    return f"quadrupole moment about the {found.origin}, D·Å:", "  ".join(shown)
