"""Terminal output of `vqe reaction`."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.report.verdict_styles import STYLES
from vqe_cli.schema.reaction_records import LevelRecord, ReactionRecord


def show_reaction(record: ReactionRecord, out: Console) -> None:
    """Print a reaction energy by all methods, and what speaks against it.

    Args:
        record: The record of the reaction.
        out: The console.
    """
    out.print(Text(record.name, style="bold"))
    out.print(record.equation, style="dim")
    out.print(f"active spaces: {record.active_spaces}", style="dim")
    for note in record.notes:
        out.print(note, style="dim")
    out.print()
    out.print(_table(record))
    out.print()
    out.print(f"best estimate: {_kcal(record.best)} kcal/mol by {record.best.method}")
    for caveat in record.caveats:
        out.print(f"! {caveat}")
    for species in record.species:
        if species["failed_checks"]:
            out.print(f"! checks of {species['species']}: {species['failed_checks']}")
    out.print(Text.assemble("verdict: ", (record.verdict, STYLES[record.verdict])))


def _table(record: ReactionRecord) -> PlainTable:
    table = plain_table("products minus reactants by", "kcal/mol", "eV", "mHa")
    for level in record.levels:
        if level.energy_hartree is not None:
            energies = (f"{level.energy_ev:.3f}", f"{1000 * level.energy_hartree:.3f}")
            table.add_row(level.method, _kcal(level), *energies)
    return table


def _kcal(level: LevelRecord) -> str:
    return "" if level.energy_kcal_per_mol is None else f"{level.energy_kcal_per_mol:.2f}"
