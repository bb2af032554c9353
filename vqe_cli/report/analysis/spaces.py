"""Terminal output of `vqe inspect --spaces`."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.analysis.spaces import SpaceComparison, SpaceRow
from vqe_cli.report.layout import NO_BREAK, print_wrapped
from vqe_cli.report.tables import PlainTable, plain_table


def show_spaces(found: SpaceComparison, command: str, out: Console) -> None:
    """Print orbitals by entropy, active spaces by size, and the recommended one.

    Args:
        found: The comparison.
        command: The command that runs the input, without an active space.
        out: The console.
    """
    best = found.recommended
    out.print(Text(found.spec.title, style="bold"))
    out.print(f"entropies of orbitals in the {found.source}")
    out.print()
    out.print(_orbital_table(found))
    out.print()
    out.print(_space_table(found))
    out.print()
    out.print(
        f"recommended: {counted(best.electrons, 'electron')} in"
        f" {counted(best.orbitals, 'orbital')},"
        f" {counted(best.qubits, 'qubit')}"
    )
    print_wrapped(found.reason, out)
    out.print(Text(f"{command} {found.flag}", style="bold"), soft_wrap=True)


def _orbital_table(found: SpaceComparison) -> PlainTable:
    titles = ("orbital", "entropy", "E / Ha", "occ", "irrep", "made of")
    table = PlainTable(titles, words=(4, 5))
    for orbital in found.orbitals:
        shares = (f"{name} {100 * share:.0f} %" for name, share in orbital.composition)
        made_of = ", ".join(one.replace(" ", NO_BREAK) for one in shares)
        table.add_row(
            str(orbital.number),
            "" if orbital.criterion is None else f"{orbital.criterion:.4f}",
            f"{orbital.energy:.4f}",
            f"{orbital.occupation:g}",
            orbital.irrep,
            made_of,
            style="" if orbital.part == "active" else "dim",
        )
    return table


def _space_table(found: SpaceComparison) -> PlainTable:
    table = plain_table(
        "space",
        "qubits",
        "full CI / Ha",
        "below HF / mHa",
        "left-out entropy",
        "determinants",
        "Pauli terms",
        f"CX of {found.ansatz}",
    )
    for row in found.rows:
        table.add_row(*_cells(row, found), style="bold" if row.recommended else "")
    return table


def _cells(row: SpaceRow, found: SpaceComparison) -> list[str]:
    below = HARTREE_IN_MILLIHARTREE * (found.hartree_fock_energy - row.energy)
    mark = " *" if row.recommended else ""
    return [
        f"({row.electrons}e,{row.orbitals}o){mark}",
        str(row.qubits),
        f"{row.energy:.6f}",
        f"{below:z.2f}",
        "none" if row.left_out_entropy is None else f"{row.left_out_entropy:.3f}",
        f"{row.determinants:,}",
        f"{row.pauli_terms:,}",
        "–" if row.two_qubit_gates is None else f"{row.two_qubit_gates:,}",
    ]
