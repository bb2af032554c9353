"""The first lines of a result: what was asked for, how it was solved, and the verdict."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.text import Text

from vqe_cli._core.wording import counted, spin_name
from vqe_cli.report.layout import dotted, print_wrapped, wrap_name
from vqe_cli.report.operator_size import operator_size
from vqe_cli.report.run.hamiltonian import hamiltonian_lines
from vqe_cli.report.run.structure import structure_lines
from vqe_cli.report.run.titles import basis_in_short, formula_of
from vqe_cli.report.verdict_styles import STYLES
from vqe_cli.schema.basis_names import published_name
from vqe_cli.schema.problem_records import ActiveSpaceRecord, ProblemRecord
from vqe_cli.schema.records import RunRecord

GAP = 2
"""Number of columns between the title and the verdict."""


def print_heading(record: RunRecord, out: Console, *, detailed: bool) -> None:
    """Print name and verdict, the method, and what the input left open.

    Args:
        record: The record of the run.
        out: The console.
        detailed: Whether to print the number of Pauli terms.
    """
    _print_title(record.name, record.verdict, out)
    print_wrapped(dotted(_problem_parts(record, detailed=detailed)), out, style="dim")
    print_wrapped(dotted(_method_parts(record)), out, style="dim")
    space = _active_space(record.problem)
    for line in (*([space] if space else []), *input_lines(record.problem)):
        print_wrapped(line, out, hanging=2, style="dim")


def _print_title(name: str, verdict: str, out: Console) -> None:
    """The name at the left, the verdict at the right end of its last line."""
    word = verdict.upper()
    room = max(out.width - len(word) - GAP, 10)
    lines = wrap_name(name, room)
    for line in lines[:-1]:
        out.print(Text(line, style="bold"), soft_wrap=True)
    room = out.width - len(lines[-1]) - len(word)
    title = Text.assemble((lines[-1], "bold"), " " * room, (word, STYLES[verdict]))
    out.print(title, soft_wrap=True)


def _problem_parts(record: RunRecord, *, detailed: bool) -> list[str]:
    """Formula, basis, ansatz and qubits."""
    spec, problem = record.spec, record.problem
    molecule = spec.get("molecule", {})
    parts = [_formula(record)]
    parts += [basis_in_short(molecule["basis"])] if "basis" in molecule else []
    parts += [molecule["relativity"]] if "relativity" in molecule else []
    parameters = counted(len(record.result.parameters), "parameter")
    qubits, *terms = operator_size(problem)
    if problem.kind == "electronic":
        qubits = f"{qubits}, {spec['mapper']['name']}"
    parts += [f"{spec['ansatz']['name']}, {parameters}", qubits, *(terms if detailed else [])]
    return [part for part in parts if part]


def _method_parts(record: RunRecord) -> list[str]:
    """Electrons, spin and point group, optimiser and backend."""
    problem, result, options = record.problem, record.result, record.spec["backend"]
    parts = []
    if problem.kind == "electronic" and problem.electrons is not None:
        electrons = counted(sum(problem.electrons), "electron")
        frozen = f", {problem.frozen_electrons} frozen" if problem.frozen_electrons else ""
        parts.append(f"{electrons} in {counted(problem.orbitals or 0, 'orbital')}{frozen}")
        parts.append(spin_name(problem.multiplicity))
        parts += [problem.point_group] if problem.point_group else []
    parts.append(result.optimizer)
    if result.sqd is not None:
        parts.append(f"sqd from {counted(result.sqd.shots, 'shot')}")
    parts.append(f"{result.backend.name} ({result.backend.representation})")
    parts += [f"noise of {_noise(options['noise'])}"] if options.get("noise") else []
    parts += [f"{options['shots']:,} shots per setting"] if options.get("shots") else []
    return parts


def _formula(record: RunRecord) -> str:
    """The molecule's formula; empty where atoms are not known, or the name has it."""
    formula = formula_of(record)
    return "" if formula == record.name else formula


def _noise(noise: Any) -> str:
    """The device whose noise is simulated, and its scale if it is not that of the device."""
    if not isinstance(noise, dict):
        return str(noise)
    scale = noise.get("scale", 1.0)
    device = str(noise.get("device") or "given strengths")
    return device if scale == 1.0 else f"{device}, scaled by {scale:g}"


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
    shown = {key: str(value) for key, value in problem.assumed.items()}
    if "basis" in shown:
        shown["basis"] = published_name(shown["basis"])
    found = ", ".join(f"{key} {value}" for key, value in shown.items())
    lines = [f"not in the input, assumed: {found}"] if found else []
    lines.extend((*hamiltonian_lines(problem), *problem.notes))
    return lines if problem.structure is None else [*lines, *structure_lines(problem.structure)]
