"""Terminal output of `vqe inspect`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.wording import counted
from vqe_cli.analysis.inspection import (
    NEIGHBOURS,
    InspectedOrbital,
    Inspection,
    OrbitalInspection,
)
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.errors import VqeError
from vqe_cli.report.format import energy
from vqe_cli.report.layout import NARROW, NO_BREAK, dotted, print_wrapped
from vqe_cli.report.operator_size import operator_size
from vqe_cli.report.run.energies import core_label, determinant_label
from vqe_cli.report.run.heading import active_space_line, input_lines
from vqe_cli.report.run.titles import basis_in_short
from vqe_cli.report.tables import PlainTable
from vqe_cli.schema.problem_records import ScfRecord

OF_PI = "overlap with p orbitals"
"""The criterion that the share of pi orbitals is, too."""

MOST_ATOMS = 2
"""Number of atoms that are named in a narrow terminal."""


def show_inspection(found: Inspection, command: str, out: Console) -> None:
    """Print orbitals, symmetries, qubit operator and ansatz.

    Args:
        found: The inspection.
        command: The command that runs the input.
        out: The console.
    """
    problem = found.problem
    out.print(Text(found.spec.title, style="bold"))
    for line in _problem_lines(found):
        print_wrapped(line, out, hanging=2)
    if found.orbitals:
        out.print()
        shown = _near_active(found.orbitals)
        space = problem.active_space
        unit = units_of(problem.unit).energy
        out.print(_orbital_table(shown, space.criterion if space else None, unit, out.width))
        if len(shown) < len(found.orbitals):
            hidden = counted(len(found.orbitals) - len(shown), "further orbital")
            print_wrapped(f"{hidden}: --json has all", out, style="dim")
    out.print()
    for line in _operator_lines(found):
        print_wrapped(line, out, hanging=2)
    terms = PlainTable(("", ""))
    for label, value in found.operator.largest:
        terms.add_row(f"  {label}", f"{value:+.10f}")
    out.print(terms)
    out.print()
    print_wrapped(f"ansatz {found.ansatz.name}: {_size_of_ansatz(found)}", out, hanging=2)
    _print_command(command, out)


def show_orbitals(
    found: OrbitalInspection, command: str, out: Console, refusal: VqeError | None = None
) -> None:
    """Print the active orbitals, their neighbours, and the atoms that they are on.

    Args:
        found: The inspection.
        command: The command that runs the input.
        out: The console.
        refusal: Why a run would be refused; None if nothing is known against it.
    """
    space, selection = found.active_space, found.selection
    each = " of each spin" if _have_spins(found.orbitals) else ""
    out.print(Text(found.spec.title, style="bold"))
    parts = [f"({sum(found.nelec)}e,{found.norb}o){each}"]
    if "molecule" in found.resolved:
        parts.append(basis_in_short(found.resolved["molecule"]["basis"]))
    parts.append(_mean_field(selection.field.report))
    if not isinstance(selection, UnrestrictedSelection) and selection.field.point_group:
        parts.append(selection.field.point_group)
    print_wrapped(dotted(parts), out, style="dim")
    print_wrapped(active_space_line(space), out, hanging=2, style="dim")
    out.print()
    out.print(_orbital_table(found.orbitals, space.criterion, "Ha", out.width))
    out.print()
    tapered = " before tapering" if found.resolved["mapper"].get("taper") else ""
    sizes = (
        f"{counted(found.qubits, 'qubit')}{tapered}",
        counted(found.determinants, "determinant"),
        f"{found.frozen} frozen, {found.left_out} left out{each}",
    )
    print_wrapped(dotted(sizes), out)
    if refusal is None:
        _print_command(command, out)
        return
    print_wrapped(f"a run would be refused: {refusal.message}", out, hanging=2)
    if refusal.hint:
        out.print(Text.assemble("instead: ", (refusal.hint, "bold")), soft_wrap=True)


def _print_command(command: str, out: Console) -> None:
    """The line to type, which no line break may spoil."""
    out.print(Text.assemble("run it: ", (command, "bold")), soft_wrap=True)


def _mean_field(report: ScfRecord) -> str:
    return f"{report.method} {report.energy:.7f} Ha"


def _near_active(orbitals: Sequence[InspectedOrbital]) -> list[InspectedOrbital]:
    """The active orbitals with their neighbours."""
    active = [orbital.number for orbital in orbitals if orbital.part == "active"]
    first, last = min(active) - NEIGHBOURS, max(active) + NEIGHBOURS
    return [orbital for orbital in orbitals if first <= orbital.number <= last]


def _orbital_table(
    orbitals: Sequence[InspectedOrbital], criterion: str | None, unit: str, width: int
) -> PlainTable:
    """Orbitals, of which ``*`` marks the active ones."""
    narrow = width < NARROW
    with_pi = any(orbital.pi_share is not None for orbital in orbitals)
    if with_pi and criterion == OF_PI:
        criterion = None
    labels = [orbital.spin or orbital.irrep for orbital in orbitals]
    titles = ["#", f"E / {unit}", "occ"]
    if len(set(labels)) > 1:
        titles.append("spin" if _have_spins(orbitals) else "irrep")
    titles += [*(["pi"] if with_pi else []), *([criterion] if criterion else [])]
    words = (len(titles), *([3] if len(set(labels)) > 1 else []))
    table = PlainTable((*titles, "made of"), words=words)
    digits = len(str(orbitals[-1].number))
    for orbital, label in zip(orbitals, labels, strict=True):
        active = orbital.part == "active"
        cells = [
            f"{'*' if active else ' '} {orbital.number:>{digits}}",
            f"{orbital.energy:.{3 if narrow else 4}f}",
            f"{orbital.occupation:g}",
        ]
        if len(set(labels)) > 1:
            cells.append(label)
        if with_pi:
            cells.append("" if orbital.pi_share is None else f"{orbital.pi_share:.2f}")
        if criterion:
            cells.append("" if orbital.criterion is None else f"{orbital.criterion:.3f}")
        remarks = "  ".join(_remarks(orbital, narrow=narrow))
        table.add_row(*cells, remarks, style="" if active else "dim")
    return table


def _remarks(orbital: InspectedOrbital, *, narrow: bool) -> Iterator[str]:
    """What is not active, the main shells or atoms, and singly occupied orbitals."""
    if orbital.part != "active":
        yield orbital.part
    shares = orbital.atoms[:MOST_ATOMS] if narrow else orbital.composition
    if shares:
        percent = "%" if narrow else " %"
        entries = (f"{name} {100 * share:.0f}{percent}" for name, share in shares)
        yield ", ".join(entry.replace(" ", NO_BREAK) for entry in entries)
    if orbital.occupation == 1 and orbital.spin is None:
        yield "SOMO"


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


def _have_spins(orbitals: Sequence[InspectedOrbital]) -> bool:
    """Whether alpha and beta orbitals differ."""
    return any(orbital.spin is not None for orbital in orbitals)


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
