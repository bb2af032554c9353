"""Terminal output and files of `vqe optimize`."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from vqe_cli._core.units import HARTREE_IN_KCAL_PER_MOL
from vqe_cli._core.wording import counted
from vqe_cli.report.format import energy, seconds, signed
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.report.verdict_styles import STYLES
from vqe_cli.schema.geometry_records import OptimizeRecord, TrajectoryStep, VibrationsRecord


def show_optimisation(record: OptimizeRecord, out: Console) -> None:
    """Print an optimised geometry.

    Args:
        record: The record.
        out: The console.
    """
    out.print(Text(record.name, style="bold"))
    kind = f"search for a {record.target}: {counted(record.steps, 'step')}, {record.message}"
    out.print(f"{kind}; {record.thresholds} thresholds", style="dim")
    for constraint in record.constraints:
        out.print(f"constraint: {constraint}", style="dim")
    out.print()
    out.print(_geometry(record))
    out.print()
    gain = HARTREE_IN_KCAL_PER_MOL * (record.energy - record.trajectory[0].energy)
    out.print(f"total energy, VQE: {energy(record.energy)} Ha ({gain:+z.2f} kcal/mol on the way)")
    if record.run.error_mha is not None:
        out.print(f"error: {signed(record.run.error_mha)} mHa against the exact energy")
    out.print(f"largest gradient: {record.gradient_max:.1e} Ha/bohr")
    if record.vibrations is not None:
        for line in _vibration_lines(record.vibrations):
            out.print(line)
    for note in record.notes:
        out.print(f"note: {note}")
    again = (
        f", {counted(record.replayed, 'energy', 'energies')} from the checkpoint"
        if record.replayed
        else ""
    )
    out.print(f"time: {seconds(record.wall_s)}{again}")
    out.print()
    for check in record.run.checks:
        if check.status in ("warn", "fail"):
            out.print(f"{check.status}: {check.name} ({check.detail})")
    verdict = record.run.verdict
    out.print(Text.assemble("verdict of the energy: ", (verdict, STYLES[verdict])))


def _geometry(record: OptimizeRecord) -> PlainTable:
    table = plain_table("atom / Å", "x", "y", "z")
    for number, (symbol, *position) in enumerate(record.geometry, 1):
        table.add_row(f"{symbol}{number}", *(f"{value:.6f}" for value in position))
    return table


def _vibration_lines(found: VibrationsRecord) -> Iterable[str]:
    shown = (f"{-one:.1f}i" if one < 0 else f"{one:.1f}" for one in found.wavenumbers)
    yield f"vibrations / (1/cm): {'  '.join(shown)}"
    yield f"this is a {found.kind}; zero-point energy {found.zero_point_energy:.6f} Ha"


def geometry_xyz(record: OptimizeRecord) -> str:
    """The optimised geometry as an .xyz file.

    Args:
        record: The record.
    """
    symbols = [symbol for symbol, *_ in record.geometry]
    return _frame(symbols, record.trajectory[-1], record.name)


def trajectory_xyz(record: OptimizeRecord) -> str:
    """All geometries on the way as an .xyz file with several frames.

    Args:
        record: The record.
    """
    symbols = [symbol for symbol, *_ in record.geometry]
    frames = (
        _frame(symbols, step, f"step {number}") for number, step in enumerate(record.trajectory)
    )
    return "".join(frames)


def _frame(symbols: list[str], step: TrajectoryStep, title: str) -> str:
    name = title.replace("\n", " ")
    lines = [str(len(symbols)), f"{name} energy={step.energy:.10f} Hartree"]
    for symbol, (x, y, z) in zip(symbols, step.positions, strict=True):
        lines.append(f"{symbol:2} {x:16.10f} {y:16.10f} {z:16.10f}")
    return "\n".join(lines) + "\n"
