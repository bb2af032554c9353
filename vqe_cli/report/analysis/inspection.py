"""Terminal output of `vqe inspect`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.wording import counted
from vqe_cli.analysis.inspection import Inspection, OrbitalInspection
from vqe_cli.report.format import energy
from vqe_cli.report.operator_size import operator_size
from vqe_cli.report.run.energies import core_label, determinant_label
from vqe_cli.report.run.heading import active_space_line, input_lines
from vqe_cli.schema.records import OrbitalRecord


def show_inspection(found: Inspection, out: Console) -> None:
    """Print orbitals, symmetries, qubit operator and ansatz.

    Args:
        found: The inspection.
        out: The console.
    """
    out.print(Text(found.spec.title, style="bold"))
    for line in _problem_lines(found):
        out.print(line)
    if found.orbitals:
        out.print()
        out.print(_orbital_table(found))
    out.print()
    for line in _operator_lines(found):
        out.print(line)
    table = Table(box=None, pad_edge=False, show_header=False, show_edge=False)
    table.add_column("label", no_wrap=True)
    table.add_column("value", justify="right")
    for label, value in found.operator.largest:
        table.add_row(f"  {label}", f"{value:+.10f}")
    out.print(table)
    out.print()
    out.print(f"ansatz {found.ansatz.name}: {_size_of_ansatz(found)}")


def show_orbitals(found: OrbitalInspection, out: Console) -> None:
    """Print the active orbitals, their neighbours, and their composition.

    Args:
        found: The inspection.
        out: The console.
    """
    out.print(Text(found.spec.title, style="bold"))
    alpha, beta = found.nelec
    each = " of each spin" if _have_spins(found.orbitals) else ""
    active = f"{counted(found.norb, 'active orbital')}{each}"
    out.print(f"{alpha} alpha and {beta} beta electrons in {active}")
    out.print(active_space_line(found.active_space))
    out.print(f"{counted(found.frozen, 'orbital')}{each} frozen, {found.left_out} left out")
    out.print()
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    for title in ("orbital", "energy / Ha", "electrons"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column(_label_column(found.orbitals), no_wrap=True)
    table.add_column("", no_wrap=True)
    if found.active_space.criterion is not None:
        table.add_column(found.active_space.criterion, justify="right")
    table.add_column("made of")
    for orbital in found.orbitals:
        style = "" if orbital.part == "active" else "dim"
        table.add_row(*_orbital_cells(orbital, found.active_space.criterion), style=style)
    out.print(table)


def _orbital_cells(orbital: OrbitalRecord, criterion: str | None) -> list[str]:
    cells = [
        str(orbital.number),
        f"{orbital.energy:.6f}",
        f"{orbital.occupation:g}",
        orbital.spin or orbital.irrep,
        orbital.part,
    ]
    if criterion is not None:
        cells.append("" if orbital.criterion is None else f"{orbital.criterion:.4f}")
    return [*cells, ", ".join(f"{name} {share:.2f}" for name, share in orbital.composition)]


def _size_of_ansatz(found: Inspection) -> str:
    if found.pool_size is not None:
        return f"grows from a pool of {counted(found.pool_size, 'operator')}"
    size = counted(found.num_parameters, "parameter")
    if found.num_excitations is not None:
        size += f", {counted(found.num_excitations, 'excitation')}"
    return size


def _problem_lines(found: Inspection) -> list[str]:
    problem = found.problem
    if problem.kind == "qubit" or problem.electrons is None:
        return [f"qubit Hamiltonian on {counted(problem.qubits, 'qubit')}", *input_lines(problem)]
    alpha, beta = problem.electrons
    lines = [
        f"{alpha} alpha and {beta} beta electrons"
        f" in {counted(problem.orbitals or 0, 'orbital')},"
        f" 2S+1 = {problem.multiplicity}, {counted(problem.sector_dimension or 0, 'determinant')}"
    ]
    lines += input_lines(problem)
    if problem.frozen_electrons:
        lines.append(f"{counted(problem.frozen_electrons, 'electron')} frozen")
    if problem.point_group:
        lines.append(f"point group {found.full_point_group}, in use {problem.point_group}")
    if problem.active_space is not None and problem.active_space.method != "full":
        lines.append(active_space_line(problem.active_space))
    unit = units_of(problem.unit).energy
    determinant = determinant_label(problem, "Hartree-Fock")
    lines.append(f"{determinant} energy {energy(problem.reference_determinant_energy)} {unit}")
    label = core_label(found.resolved, problem)
    lines.append(f"{label} {energy(problem.core_energy)} {unit}")
    if problem.scf is not None:
        scf = problem.scf
        stable = "stable" if scf.stable else "unstable"
        other = "UHF" if scf.functional is None else "UKS"
        outside = {True: f", also against {other}", False: f", but not against {other}", None: ""}
        lines.append(
            f"{scf.method} in {counted(scf.iterations, 'cycle')} ({'; '.join(scf.steps)}),"
            f" {stable}{outside[scf.externally_stable]}"
        )
    return lines


def _orbital_table(found: Inspection) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column("orbital", justify="right")
    table.add_column(f"energy / {units_of(found.problem.unit).energy}", justify="right")
    table.add_column("electrons", justify="right")
    table.add_column(_label_column(found.orbitals))
    table.add_column("")
    for orbital in found.orbitals:
        table.add_row(
            str(orbital.number),
            f"{orbital.energy:.6f}",
            f"{orbital.occupation:g}",
            orbital.spin or orbital.irrep,
            orbital.part,
        )
    return table


def _have_spins(orbitals: Sequence[OrbitalRecord]) -> bool:
    """Whether alpha and beta orbitals differ."""
    return any(orbital.spin is not None for orbital in orbitals)


def _label_column(orbitals: Sequence[OrbitalRecord]) -> str:
    """The title of the column that tells orbitals apart: irreps, or spins without a point group."""
    return "spin" if _have_spins(orbitals) else "irrep"


def _operator_lines(found: Inspection) -> list[str]:
    operator = found.operator
    mapping = found.resolved["mapper"]["name"]
    unit = units_of(found.problem.unit).energy
    kind = f" ({mapping})" if found.problem.kind == "electronic" else ""
    lines = [
        f"qubit operator{kind}: {', '.join(operator_size(found.problem))},"
        f" 1-norm {operator.one_norm:.4f} {unit}"
    ]
    if found.problem.tapered is not None:
        symmetries = found.problem.tapered.symmetries
        parities = [f"{'even' if s.sector == 1 else 'odd'} number of {s.label}" for s in symmetries]
        lines.append(f"tapered by: {'; '.join(parities)}")
    if operator.z2_symmetries:
        names = ", ".join(operator.z2_symmetries[:6])
        lines.append(f"Z2 symmetries: {len(operator.z2_symmetries)} ({names})")
    lines.append(f"largest terms, in {unit} (the rightmost letter acts on qubit 0):")
    return lines
