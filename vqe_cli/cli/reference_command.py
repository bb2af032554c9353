"""``vqe reference``: what classical methods give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import input_options, json_option, load_input
from vqe_cli.errors import InputError, RefusedError, VqeError

if TYPE_CHECKING:
    from vqe_cli.qubits.encoding import Encoding
    from vqe_cli.records import ReferenceRecord

METHODS = ("hf", "mp2", "ccsd", "ccsd-t", "fci", "numpy")


@click.command("reference")
@click.argument("file", metavar="[FILE]", required=False, type=click.Path())
@click.option(
    "--methods",
    metavar="LIST",
    default=",".join(METHODS),
    show_default=True,
    help="Which methods, separated by commas.",
)
@input_options
@json_option
def command(
    file: str | None, methods: str, assignments: Sequence[str], as_json: bool, **flags: Any
) -> None:
    """Classical energies of FILE over the same orbitals that VQE uses.

    A method that does not apply, or that is too large, says why and leaves the
    others alone.

    \b
    Examples:
      vqe reference molecules/h2o.yaml
      vqe reference molecules/n2.yaml --basis 6-31g --methods hf,mp2,ccsd-t
    """
    from vqe_cli.pipeline import build_problem, located, resolve, resolved_spec
    from vqe_cli.qubits.encoding import Encoding
    from vqe_cli.recording import problem_record
    from vqe_cli.references import REFERENCES

    spec = load_input(file, flags, assignments)
    with located(spec):
        chosen = [REFERENCES.create(name.strip(), ("reference",)) for name in methods.split(",")]
        parts = resolve(spec)
        encoding = Encoding(build_problem(spec, parts), parts.mapper)
        rows = [(method.label_for(encoding), _solve(method, encoding)) for method in chosen]
    exact = next((r.energy for _, r in rows if not isinstance(r, str) and _is_exact(r)), None)
    if as_json:
        from vqe_cli.records import REFERENCE_SCHEMA, to_json

        record = {
            "schema": REFERENCE_SCHEMA,
            "name": spec.title,
            "spec": resolved_spec(spec, parts),
            "problem": problem_record(encoding, spec).model_dump(mode="json"),
            "exact_energy": exact,
            "references": [_row(label, row) for label, row in rows],
        }
        click.echo(to_json(record))
        return
    from vqe_cli.report.terminal import console, show_references

    show_references(spec.title, exact, rows, console())


def _solve(method: Any, encoding: Encoding) -> ReferenceRecord | str:
    """The energy, or why there is none."""
    from vqe_cli.pipeline import solve_reference

    try:
        return solve_reference(method, encoding) or "not feasible"
    except (InputError, RefusedError) as error:
        return error.message
    except VqeError as error:
        return f"failed: {error.message}"


def _is_exact(record: ReferenceRecord) -> bool:
    return bool(record.notes.get("exact", True))


def _row(label: str, record: ReferenceRecord | str) -> dict[str, Any]:
    if isinstance(record, str):
        return {"label": label, "energy": None, "reason": record}
    return {"label": label, **record.model_dump(mode="json")}
