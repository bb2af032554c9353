"""Terminal output of `vqe verify`."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.classical.reference_energy import TOO_LARGE
from vqe_cli.report.format import energy, seconds, signed
from vqe_cli.report.layout import dotted, print_wrapped
from vqe_cli.report.tables import PlainTable, plain_table
from vqe_cli.verification.lower_bound import MOST_ORBITALS_OF_D
from vqe_cli.verification.records import ClaimVerdict, Verification

STYLES: dict[ClaimVerdict, str] = {
    "confirmed": "bold green",
    "plausible": "bold yellow",
    "not-supported": "bold red",
    "impossible": "bold red",
}

NAMES = {
    "record": "record, computed again",
    "circuit": "circuit, simulated",
    "parameters": "parameters, simulated",
    "bitstrings": "space of the bit strings",
    "density": "density matrices",
    "method": "method, computed",
}
"""What the energy of each kind of evidence is."""


def show_verification(record: Verification, out: Console) -> None:
    """Print a claim with its evidence, its bounds and the verdict.

    Args:
        record: The record of the verification.
        out: The console.
    """
    out.print(Text(record.name, style="bold"))
    for line in _problem_lines(record):
        out.print(line, style="dim")
    out.print()
    out.print(_energies(record))
    for line in _missing(record):
        print_wrapped(line, out, hanging=2, style="dim")
    out.print()
    for text in record.remarks:
        print_wrapped(f"· {text}", out, hanging=2, style="dim")
    out.print(Text.assemble("verdict: ", (record.verdict, STYLES[record.verdict])))
    for text in record.reasons:
        print_wrapped(f"- {text}", out, hanging=2)


def _problem_lines(record: Verification) -> Iterator[str]:
    problem = record.problem
    parts = [f"{problem['qubits']} qubits"]
    if problem["electrons"] is not None:
        parts.append(f"{sum(problem['electrons'])} electrons in {problem['orbitals']} orbitals")
        parts.append(f"2S+1 = {problem['multiplicity']}")
    yield dotted(parts)
    passed = sum(check.status == "pass" for check in record.evidence.checks)
    if passed:
        yield f"checks of the evidence: {passed} of {len(record.evidence.checks)} hold"


def _energies(record: Verification) -> PlainTable:
    table = plain_table("energy", "Hartree", "claim − it / mHa", "time")
    bar = record.standard_error
    name = "claimed" if bar is None else f"claimed, ± {HARTREE_IN_MILLIHARTREE * bar:.3g} mHa"
    table.add_row(name, energy(record.claimed_energy), "", "")
    if record.recomputed_energy is not None:
        value = record.recomputed_energy
        _row(table, record, NAMES[record.evidence.kind], value, None)
    for bound in record.bounds:
        name = f"{bound.method}, exact" if bound.exact else f"{bound.method}, upper bound"
        _row(table, record, name, bound.energy, bound.wall_s)
    for null in record.evidence.nulls:
        _row(table, record, null.name, null.energy, None)
    if record.certificate is not None:
        name = f"lower bound ({record.certificate.conditions})"
        _row(table, record, name, record.certificate.energy, record.certificate.wall_s)
    return table


def _row(
    table: PlainTable, record: Verification, name: str, value: float, wall_s: float | None
) -> None:
    difference = HARTREE_IN_MILLIHARTREE * (record.claimed_energy - value)
    shown = signed(difference) if abs(difference) < 1e6 else f"{difference:+.3e}"
    table.add_row(name, energy(value), shown, "" if wall_s is None else seconds(wall_s))


def _missing(record: Verification) -> Iterator[str]:
    """Bounds that there are not, with the reasons."""
    for one in record.not_tried:
        yield f"no {one.method}: {one.reason}"
    if record.certificate is None:
        small = record.problem["orbitals"] <= MOST_ORBITALS_OF_D
        reason = "alpha and beta orbitals span different spaces" if small else TOO_LARGE
        yield f"no certified lower bound: {reason}"
    elif record.certificate.note is not None:
        yield f"lower bound: {record.certificate.note}"
