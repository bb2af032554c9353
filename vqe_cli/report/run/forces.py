"""Terminal output of the forces on nuclei."""

from __future__ import annotations

from vqe_cli.report.layout import Entry
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.schema.force_records import ForcesRecord


def forces_table(record: ForcesRecord) -> PlainTable:
    """The force on each atom.

    Args:
        record: The forces.
    """
    table = plain_table("force / (Ha/bohr)", *"xyz")
    for number, (symbol, force) in enumerate(zip(record.atoms, record.forces, strict=True), 1):
        table.add_row(f"{symbol}{number}", *(_signed(component) for component in force))
    return table


def forces_entry(record: ForcesRecord) -> Entry:
    """The largest force, and the sums that must vanish.

    Args:
        record: The forces.
    """
    return Entry(
        "forces",
        f"largest {record.largest:.6f} Ha/bohr, net {record.net_force:.0e}, torque"
        f" {record.net_torque:.0e}; orbitals {record.orbitals}",
    )


def _signed(component: float) -> str:
    """A component with its sign, and zero without one."""
    text = f"{component:+.7f}"
    return "0.0000000" if float(text) == 0.0 else text
