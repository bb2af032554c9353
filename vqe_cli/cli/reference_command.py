"""``vqe reference``: energies of classical methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.flag_values import load_input, method_list
from vqe_cli.cli.help import Command
from vqe_cli.cli.options import (
    OF_MEASUREMENTS,
    OF_SEARCH,
    input_options,
    json_option,
    verbose_option,
)
from vqe_cli.errors import InputError, ResourceLimitError, as_vqe_error

if TYPE_CHECKING:
    from vqe_cli._core.kinds import Parts
    from vqe_cli._core.sizes import Needs
    from vqe_cli.classical import ClassicalMethod
    from vqe_cli.fermions.problem import Problem
    from vqe_cli.qubits.encoding import Encoding
    from vqe_cli.report.stages import StageView
    from vqe_cli.schema import RunSpec
    from vqe_cli.schema.records import ReferenceRecord

METHODS = ("hf", "mp2", "ccsd", "ccsd-t", "fci", "numpy")


@click.command("reference", cls=Command)
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option(
    "--methods",
    metavar="LIST",
    default=",".join(METHODS),
    show_default=True,
    help="Methods, separated by commas; {name: dmrg, bond_dimension: 500} sets options.",
)
@input_options(without_effect=(*OF_SEARCH, *OF_MEASUREMENTS, "--ansatz", "--seed"))
@json_option
@verbose_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: str | None,
    methods: str,
    assignments: Sequence[str],
    as_json: bool,
    **flags: Any,
) -> None:
    """Compute classical energies of FILE in the orbitals that VQE uses.

    A method that fails, does not apply or is too expensive is reported with its
    reason. If no method gives an energy, the exit code is that of the first
    failure; an internal error always gives 1.

    \b
    Examples:
      vqe reference molecules/h2o.yaml
      vqe reference molecules/n2.yaml --basis 6-31g --methods hf,mp2,ccsd-t
      vqe reference molecules/n2.yaml
          --methods "ccsd-t,{name: dmrg, bond_dimension: 100}"
    """
    from vqe_cli.classical import CLASSICAL_METHODS
    from vqe_cli.parts import located, look_up_parts, resolved_spec
    from vqe_cli.qubits.encoding import Encoding
    from vqe_cli.report.stages import StageView
    from vqe_cli.variational.feasibility import needs_of_methods
    from vqe_cli.variational.recording import problem_record

    spec = load_input(file, flags, assignments)
    with located(spec):
        chosen = [CLASSICAL_METHODS.create(one, ("reference",)) for one in method_list(methods)]
        parts = look_up_parts(spec)
        needs = needs_of_methods(parts, chosen, spec.memory)
        with StageView(spec.title, shown=not as_json) as view:
            view.begin("Hartree-Fock and integrals")
            problem = _problem(spec, parts, chosen, needs)
            encoding = Encoding(problem, parts.mapper, spec.memory)
            rows = _rows(chosen, encoding, view)
    energies = [row for _, row in rows if not isinstance(row, Exception)]
    exact = next((row.energy for row in energies if _is_exact(row)), None)
    found = problem_record(encoding, spec)
    if as_json:
        from vqe_cli.schema.records import REFERENCE_SCHEMA, to_json

        record = {
            "schema": REFERENCE_SCHEMA,
            "name": spec.title,
            "spec": resolved_spec(spec, parts),
            "problem": found.model_dump(mode="json"),
            "exact_energy": exact,
            "references": [_row(label, row) for label, row in rows],
        }
        click.echo(to_json(record))
    else:
        from vqe_cli.report.console import console
        from vqe_cli.report.references import show_references

        said = [(label, _reason(row) if isinstance(row, Exception) else row) for label, row in rows]
        show_references(spec.title, found, exact, said, console())
    ctx.exit(_exit_code([row for _, row in rows if isinstance(row, Exception)], bool(energies)))


def _problem(
    spec: RunSpec, parts: Parts, methods: Sequence[ClassicalMethod], needs: Needs
) -> Problem:
    """The problem of the input, whose unrestricted orbitals few methods support.

    Raises:
        InputError: A method needs restricted orbitals.
    """
    from vqe_cli.chemistry.problem import build_problem, is_unrestricted
    from vqe_cli.classical import refuse_restricted_methods

    if is_unrestricted(spec):
        refuse_restricted_methods(methods)
    return build_problem(spec, parts.active_space, needs)


def _rows(
    methods: Sequence[ClassicalMethod], encoding: Encoding, view: StageView
) -> list[tuple[str, ReferenceRecord | Exception]]:
    """The label of each method, with its energy or the exception that it raised."""
    rows = []
    for method in methods:
        label = method.label_for(encoding)
        view.begin(label)
        rows.append((label, _solve(method, encoding)))
    return rows


def _solve(method: ClassicalMethod, encoding: Encoding) -> ReferenceRecord | Exception:
    """The energy of a method, or the exception that it raised."""
    from vqe_cli.classical.reference_energy import solve_reference

    try:
        return solve_reference(method, encoding) or ResourceLimitError("not feasible")
    except Exception as error:
        return error


def _reason(error: Exception) -> str:
    """The reason why there is no energy."""
    found = as_vqe_error(error)
    if isinstance(found, (InputError, ResourceLimitError)):
        return found.message
    return f"failed: {found.message}"


def _exit_code(errors: Sequence[Exception], any_energy: bool) -> int:
    """1 for an internal error; else 0 if a method gave an energy, or the first error's code."""
    codes = [as_vqe_error(error).exit_code for error in errors]
    if 1 in codes:
        return 1
    return 0 if any_energy or not codes else codes[0]


def _is_exact(record: ReferenceRecord) -> bool:
    return bool(record.notes.get("exact", True))


def _row(label: str, row: ReferenceRecord | Exception) -> dict[str, Any]:
    if isinstance(row, Exception):
        return {"label": label, "energy": None, "reason": _reason(row)}
    return {"label": label, **row.model_dump(mode="json")}
