"""Terminal output of `vqe run`: verdict, energies, state, cost, and what speaks against them."""

from __future__ import annotations

from rich.console import Console

from vqe_cli._core.units import HARTREE
from vqe_cli.report.layout import print_numbers, print_words
from vqe_cli.report.run.bit_strings import bit_string_table
from vqe_cli.report.run.costs import cost_entries
from vqe_cli.report.run.cycles import cycle_table
from vqe_cli.report.run.energies import energy_entries
from vqe_cli.report.run.explanations import print_explanations
from vqe_cli.report.run.forces import forces_table
from vqe_cli.report.run.heading import print_heading
from vqe_cli.report.run.ladders import mitigation_table, stage_table
from vqe_cli.report.run.populations import show_populations
from vqe_cli.report.run.properties import show_property
from vqe_cli.report.run.quantities import quantity_entries
from vqe_cli.report.run.states import states_table
from vqe_cli.report.tables import PlainTable
from vqe_cli.report.verdict_styles import STYLES
from vqe_cli.schema.records import RunRecord


def show_run(
    record: RunRecord, out: Console, *, populations: bool = False, detailed: bool = False
) -> None:
    """Print the result of one run.

    Args:
        record: The record of the run.
        out: The console.
        populations: Whether to print the charges, spins and bond orders of all atoms.
        detailed: Whether to print parts of the energy, cycles, convergence, times and passed
            checks.
    """
    print_heading(record, out, detailed=detailed)
    out.print()
    print_numbers(energy_entries(record, detailed=detailed), out)
    out.print()
    _print_tables(record, out, detailed=detailed)
    print_words((*quantity_entries(record), *cost_entries(record, detailed=detailed)), out)
    if populations:
        out.print()
        show_populations(record.result.properties, out)
    for found in record.properties:
        out.print()
        show_property(found, STYLES.get(found.verdict or "", ""), out)
    if detailed or any(check.status != "pass" for check in record.checks):
        out.print()
        print_explanations(record, out, detailed=detailed)


def _print_tables(record: RunRecord, out: Console, *, detailed: bool) -> None:
    """Print what is a table: cycles, stages, mitigation, bit strings, forces, states."""
    result, unit = record.result, record.problem.unit
    tables: list[PlainTable] = []
    if detailed and result.cycles:
        tables.append(cycle_table(record, result.cycles))
    tables += [] if result.stages is None else [stage_table(record, result.stages)]
    tables += [] if result.mitigation is None else [mitigation_table(record, result.mitigation)]
    if result.bit_strings is not None and unit != HARTREE:
        of_cuts = result.cut is not None
        tables.append(bit_string_table(result.bit_strings, unit, of_cuts=of_cuts))
    tables += [] if result.forces is None else [forces_table(result.forces)]
    tables += [] if result.states is None else [states_table(record)]
    for table in tables:
        out.print(table)
        out.print()
