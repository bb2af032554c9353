"""Terminal output of `vqe run` and `vqe reference`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vqe_cli._core.energy_units import HARTREES, Units, units_of
from vqe_cli._core.units import HARTREE
from vqe_cli._core.wording import counted
from vqe_cli.report.format import energy, seconds, signed
from vqe_cli.report.operator_size import operator_size
from vqe_cli.report.run.bit_strings import bit_string_lines, bit_string_table
from vqe_cli.report.run.corrections import correction_line, correction_rows
from vqe_cli.report.run.costs import cost_lines
from vqe_cli.report.run.forces import forces_line, forces_table
from vqe_cli.report.run.hamiltonian import hamiltonian_lines
from vqe_cli.report.run.populations import population_lines, show_populations
from vqe_cli.report.run.properties import property_line, show_property
from vqe_cli.report.run.states import states_table
from vqe_cli.report.run.structure import structure_lines
from vqe_cli.schema.backend_records import MitigationRecord, SqdRecord, StageRecord
from vqe_cli.schema.density_records import PropertiesRecord
from vqe_cli.schema.records import (
    ActiveSpaceRecord,
    Check,
    FailedRun,
    ProblemRecord,
    ReferenceRecord,
    RunRecord,
)

EMPTY = 0.02
"""Natural occupations closer than this to 0 or 2 are only counted."""

ROUND_OFF = 1e-9
"""Errors below this share of the energy are shown as zero."""

STYLES = {"pass": "bold green", "warn": "bold yellow", "fail": "bold red", "skip": "dim"}


def show_run(record: RunRecord, out: Console, *, populations: bool = False) -> None:
    """Print the result of one run.

    Args:
        record: The record of the run.
        out: The console.
        populations: Whether to print the charges, spins and bond orders of all atoms.
    """
    out.print(Text(record.name, style="bold"))
    shown = (_method_line(record), _problem_line(record), _active_space(record.problem))
    for line in (*shown, *input_lines(record.problem)):
        if line:
            out.print(line, style="dim")
    out.print()
    out.print(_energy_table(record))
    out.print()
    if record.result.stages is not None:
        out.print(_stage_table(record, record.result.stages))
        out.print()
    if record.result.mitigation is not None:
        out.print(_mitigation_table(record, record.result.mitigation))
        out.print()
    strings = record.result.bit_strings
    if strings is not None and record.problem.unit != HARTREE:
        cuts = record.result.cut is not None
        out.print(bit_string_table(strings, record.problem.unit, of_cuts=cuts))
        out.print()
    if record.result.forces is not None:
        out.print(forces_table(record.result.forces))
        out.print()
    if record.result.states is not None:
        out.print(states_table(record))
        out.print()
    told = (correction_line(found) for found in record.result.corrections)
    for line in (*_sampling_lines(record.result.sqd), *told, *_property_lines(record)):
        out.print(line)
    for line in (*bit_string_lines(record), *cost_lines(record)):
        out.print(line)
    out.print()
    if populations:
        show_populations(record.result.properties, out)
        out.print()
    for found in record.properties:
        show_property(found, STYLES.get(found.verdict or "", ""), out)
        out.print()
    _show_checks(record.checks, out)
    out.print(Text.assemble("verdict: ", (record.verdict, STYLES[record.verdict])))


def show_runs(records: Sequence[RunRecord | FailedRun], out: Console) -> None:
    """Print several results, one row each.

    Args:
        records: Records of results and failures, in order.
        out: The console.
    """
    units = _common_units(records)
    table = _table(
        "molecule",
        f"energy / {units.energy}",
        f"± {units.error}",
        f"error / {units.error}",
        "time",
        "verdict",
    )
    for record in records:
        if isinstance(record, FailedRun):
            failure = Text("error", style=STYLES["fail"])
            table.add_row(record.name or "", "", "", "", "", failure)
            continue
        result, own = record.result, units_of(record.problem.unit)
        mixed = "" if own == units else f" {own.energy}"
        table.add_row(
            record.name,
            f"{energy(result.energy)}{mixed}",
            f"{own.bar(result.standard_error)}{mixed if result.standard_error else ''}",
            f"{_error(record)}{mixed if record.reference else ''}",
            seconds(sum(record.timings.values())),
            Text(record.verdict, style=STYLES[record.verdict]),
        )
    out.print(table)
    for record in records:
        if isinstance(record, RunRecord) and record.properties:
            found = "; ".join(property_line(one) for one in record.properties)
            out.print(f"{record.name}: {found}")


def _common_units(records: Sequence[RunRecord | FailedRun]) -> Units:
    """The units of most runs: those of all, or Hartree."""
    found = {record.problem.unit for record in records if isinstance(record, RunRecord)}
    return units_of(found.pop()) if len(found) == 1 else HARTREES


def _error(record: RunRecord) -> str:
    """The error in mHa or in the problem's own unit; empty without an exact energy."""
    if record.error_mha is not None:
        return signed(record.error_mha)
    if record.error_in_unit is None:
        return ""
    return "0" if _is_round_off(record) else f"{record.error_in_unit:+.3g}"


def _is_round_off(record: RunRecord) -> bool:
    """Whether the error in the problem's own unit has no digits that mean anything."""
    assert record.error_in_unit is not None
    return abs(record.error_in_unit) < ROUND_OFF * abs(record.result.energy)


def show_references(
    name: str,
    problem: ProblemRecord,
    exact: float | None,
    rows: Sequence[tuple[str, ReferenceRecord | str]],
    out: Console,
) -> None:
    """Print classical energies side by side.

    Args:
        name: Name of the problem.
        problem: The problem, with what was assumed of it.
        exact: Exact energy in Hartree, if one of the methods gives it.
        rows: Label, and record or reason why there is none.
        out: The console.
    """
    out.print(Text(name, style="bold"))
    for line in input_lines(problem):
        out.print(line, style="dim")
    units = units_of(problem.unit)
    table = _table("method", f"total energy / {units.energy}", f"error / {units.error}", "time")
    for label, record in rows:
        if isinstance(record, str):
            continue
        difference = ""
        if exact is not None:
            difference = signed(units.factor * (record.energy - exact))
        table.add_row(label, energy(record.energy), difference, seconds(record.wall_s))
    out.print(table)
    for label, record in rows:
        if isinstance(record, str):
            out.print(f"{label}: {record}", style="dim")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _method_line(record: RunRecord) -> str:
    spec, result = record.spec, record.result
    backend = f"{result.backend.name} ({result.backend.representation})"
    count = len(result.parameters)
    plural = "" if count == 1 else "s"
    ansatz = f"{spec['ansatz']['name']} ({count} parameter{plural})"
    parts = [ansatz, result.optimizer, backend]
    if result.sqd is not None:
        parts.insert(2, f"sqd from {counted(result.sqd.shots, 'shot')}")
    if record.problem.kind == "electronic":
        parts.insert(0, spec["mapper"]["name"])
    molecule = spec.get("molecule", {})
    if "relativity" in molecule:
        parts.insert(0, molecule["relativity"])
    if "basis" in molecule:
        parts.insert(0, basis_in_short(molecule["basis"]))
    return " · ".join(parts)


def basis_in_short(basis: Any) -> str:
    """The name of a basis set, or ``own basis`` or ``mixed basis``."""
    if isinstance(basis, str):
        return basis
    return "own basis" if "text" in basis else "mixed basis"


def _problem_line(record: RunRecord) -> str:
    problem = record.problem
    parts = operator_size(problem)
    if problem.kind == "electronic" and problem.electrons is not None:
        parts.append(
            f"{counted(sum(problem.electrons), 'electron')} in"
            f" {counted(problem.orbitals or 0, 'orbital')}"
        )
        parts.append(f"2S+1 = {problem.multiplicity}")
        if problem.frozen_electrons:
            parts.append(f"{problem.frozen_electrons} frozen")
        if problem.point_group:
            parts.append(problem.point_group)
    return " · ".join(parts)


def _energy_table(record: RunRecord) -> Table:
    problem, result = record.problem, record.result
    solver, units = "VQE" if result.sqd is None else "SQD", units_of(problem.unit)
    unit = units.energy
    table = Table(box=None, pad_edge=False, show_header=False, show_edge=False)
    table.add_column("what", no_wrap=True)
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("unit")
    if problem.core_energy is not None and units == HARTREES:
        label = core_label(record.spec, problem)
        table.add_row(label, energy(problem.core_energy), unit)
        table.add_row(
            f"electronic energy, {solver}", energy(result.electronic_energy), units.energy
        )
    if problem.reference_determinant_energy is not None:
        departs = _departs_from_mean_field(record)
        name = "reference determinant" if departs else determinant_label(problem, "HF")
        table.add_row(
            f"total energy, {name}", energy(problem.reference_determinant_energy), units.energy
        )
        if departs and problem.hartree_fock_energy is not None:
            table.add_row("total energy, HF", energy(problem.hartree_fock_energy), unit)
    if result.orbital_optimisation is not None:
        before = result.orbital_optimisation.energy_before
        state = "VQE" if result.sqd is None else "parameterised state"
        table.add_row(f"total energy, {state}, first orbitals", energy(before), unit)
    bar = (
        ""
        if result.standard_error is None
        else f" ± {units.bar(result.standard_error)} {units.error}"
    )
    if result.sqd is not None and result.sqd.trial_energy is not None:
        table.add_row(
            "total energy, parameterised state", energy(result.sqd.trial_energy), units.energy
        )
    orbitals = ", optimised orbitals" if result.orbital_optimisation else ""
    row = (f"total energy, {solver}{orbitals}", energy(result.energy), f"{unit}{bar}")
    table.add_row(*(Text(cell, style="bold") for cell in row))
    if result.sqd is not None:
        table.add_row(
            "SQD baseline, random bitstrings", energy(result.sqd.random_energy), units.energy
        )
    if result.orbital_optimisation is not None and result.orbital_optimisation.casscf_energy:
        casscf = result.orbital_optimisation.casscf_energy
        table.add_row("total energy, CASSCF", energy(casscf), unit)
    if record.reference is not None:
        name = f"total energy, exact ({_exact_method(record.reference)})"
        table.add_row(name, energy(record.reference.energy), unit)
    if problem.active_space is not None and problem.active_space.mp2_correction is not None:
        correction = problem.active_space.mp2_correction
        table.add_row("not included: MP2 of all orbitals", energy(correction), unit)
    if record.reference is not None:
        table.add_row("error", f"{_error(record)}   ", f"{units.error}{_recovered(record)}")
    for found in result.corrections:
        for row in correction_rows(found, solver, bar):
            table.add_row(*row)
    return table


def _departs_from_mean_field(record: RunRecord) -> bool:
    """Whether the reference determinant is not that of Hartree-Fock's orbitals and solvent."""
    solvent = record.problem.solvent
    follows = solvent is not None and solvent.reaction_field == "self-consistent"
    return follows or record.result.orbital_optimisation is not None


def _stage_table(record: RunRecord, stages: Sequence[StageRecord]) -> Table:
    """The energies of simulation, noisy simulation and device."""
    units = units_of(record.problem.unit)
    table = _table("stage", *_energy_titles(units), "shots")
    for stage in stages:
        table.add_row(
            stage.name,
            f"{stage.energy:.6f}",
            units.bar(stage.standard_error),
            _difference(record, stage.energy),
            f"{stage.shots:,}" if stage.shots else "",
        )
    return table


def _energy_titles(units: Units) -> tuple[str, str, str]:
    """Titles of the columns of energies, standard errors and errors."""
    return f"energy / {units.energy}", f"± {units.error}", f"error / {units.error}"


def _difference(record: RunRecord, value: float) -> str:
    """The error of an energy; empty without an exact energy."""
    if record.reference is None:
        return ""
    return signed(units_of(record.problem.unit).factor * (value - record.reference.energy))


def _mitigation_table(record: RunRecord, rows: Sequence[MitigationRecord]) -> Table:
    """Energy and cost after each method of error mitigation."""
    units = units_of(record.problem.unit)
    table = _table("mitigation", *_energy_titles(units), "shots", "overhead")
    for row in rows:
        table.add_row(
            row.method,
            f"{row.energy:.6f}",
            units.bar(row.standard_error),
            _difference(record, row.energy),
            f"{row.shots:,}",
            f"{row.overhead:.1f}×",
        )
    return table


def _sampling_lines(sqd: SqdRecord | None) -> list[str]:
    """Lines on the size of the subspace and the quality of the samples."""
    if sqd is None:
        return []
    share, random_share = (
        f"{dimension:,} ({100 * dimension / sqd.full_dimension:.1f} %)"
        for dimension in (sqd.subspace_dimension, sqd.random_subspace_dimension)
    )
    valid = 100 * sqd.valid_shots / sqd.shots
    return [
        f"subspace: {share} of {counted(sqd.full_dimension, 'determinant')}; random baseline:"
        f" {random_share}",
        f"samples: {counted(sqd.different_strings, 'different bit string')},"
        f" {valid:.3g} % of shots with the"
        " right electrons",
    ]


def _exact_method(reference: ReferenceRecord) -> str:
    """The method of the exact energy, and its restriction if there is one."""
    searched = str(reference.notes.get("searched", ""))
    return f"{reference.method}, {searched}" if searched.endswith("only") else reference.method


def _active_space(problem: ProblemRecord) -> str:
    """The line on the active space; empty for the full space."""
    if problem.active_space is None or problem.active_space.method == "full":
        return ""
    return active_space_line(problem.active_space)


def active_space_line(space: ActiveSpaceRecord) -> str:
    """The method of an active space, and its reason."""
    return f"active space {space.method}: {space.reason}"


def input_lines(problem: ProblemRecord) -> list[str]:
    """Lines on assumptions about the input, on the surroundings, and on the structure."""
    found = ", ".join(f"{key} {value}" for key, value in problem.assumed.items())
    lines = [f"not in the input, assumed: {found}"] if found else []
    lines.extend((*hamiltonian_lines(problem), *problem.notes))
    return lines if problem.structure is None else [*lines, *structure_lines(problem.structure)]


def core_label(spec: dict[str, Any], problem: ProblemRecord) -> str:
    """The label of the core energy."""
    if "molecule" not in spec:
        return "file's and frozen core" if problem.frozen_electrons else "core energy of the file"
    if problem.solvent is not None or problem.environment is not None:
        core = "frozen core, " if problem.frozen_electrons else ""
        return f"{core}nuclei, surroundings"
    return "frozen core and nuclei" if problem.frozen_electrons else "nuclear repulsion"


def determinant_label(problem: ProblemRecord, name: str) -> str:
    """The label of the reference determinant.

    Args:
        problem: The problem record.
        name: The label if it is the Hartree-Fock determinant.
    """
    return name if problem.reference_determinant == "hartree-fock" else "reference determinant"


def _recovered(record: RunRecord) -> str:
    """The recovered share of the correlation energy, or the error's share of a model's gap."""
    determinant, reference = record.problem.reference_determinant_energy, record.reference
    if reference is not None and reference.gap is not None and record.error_in_unit is not None:
        share = 0.0 if _is_round_off(record) else 100 * record.error_in_unit / reference.gap
        return f" ({share:.3g} % of the gap of {reference.gap:.6g})"
    if determinant is None or reference is None:
        return ""
    correlation = reference.energy - determinant
    if abs(correlation) < 1e-6:
        return ""
    share = (record.result.energy - determinant) / correlation
    if share < 0.0:
        return f", above {determinant_label(record.problem, 'Hartree-Fock')}"
    if record.problem.reference_determinant != "hartree-fock":
        return ""
    return f" ({100 * share:.2f} % of correlation)"


def _property_lines(record: RunRecord) -> list[str]:
    found = record.result.properties
    if found is None:
        return []
    lines = [f"natural occupations: {_occupations(found)}"]
    if record.result.forces is not None:
        lines.append(forces_line(record.result.forces))
    if found.dipole is not None:
        structure = record.problem.structure
        charge = structure.charge if structure else record.spec["molecule"]["charge"]
        ion = charge != 0
        about = " about the origin of the coordinates" if ion else ""
        lines.insert(0, f"dipole: {found.dipole.magnitude.value:.4f} D{about}")
    return [*lines, *population_lines(found)]


def _occupations(found: PropertiesRecord) -> str:
    """Natural occupations; those near 2 and near 0 are only counted."""
    value = found.natural_occupations.value
    occupations = value if isinstance(value, tuple) else (value,)
    full, empty = sum(n > 2.0 - EMPTY for n in occupations), sum(n < EMPTY for n in occupations)
    between = occupations[full : len(occupations) - empty]
    parts = [f"{full} near 2"] if full else []
    parts += [" ".join(f"{n:.2f}" for n in between)] if between else []
    parts += [f"{empty} near 0"] if empty else []
    return ", ".join(parts)


def _show_checks(checks: Sequence[Check], out: Console) -> None:
    """Print passed checks on one line, and every other check on its own line."""
    held = [check.name for check in checks if check.status == "pass"]
    if held:
        out.print(f"passed: {', '.join(held)}")
    for check in checks:
        if check.status == "pass":
            continue
        line = Text.assemble((check.status, STYLES[check.status]), f": {check.name}")
        line.append(_measured(check))
        out.print(line)


def _measured(check: Check) -> str:
    text = ""
    if isinstance(check.value, float):
        text += f" = {check.value:.4g}"
        if isinstance(check.expected, float):
            text += f", expected {check.expected:g}"
        if check.tolerance is not None:
            text += f" within {check.tolerance:.3g}"
    return f"{text} ({check.detail})" if check.detail else text
