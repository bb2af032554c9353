"""What a run tells of its state beside the energy."""

from __future__ import annotations

import math
from collections.abc import Iterator

from vqe_cli._core.wording import counted
from vqe_cli.report.format import with_bar
from vqe_cli.report.layout import NO_BREAK, Entry
from vqe_cli.report.run.bit_strings import bit_string_entries
from vqe_cli.report.run.corrections import correction_entry
from vqe_cli.report.run.forces import forces_entry
from vqe_cli.report.run.populations import population_entries
from vqe_cli.report.run.titles import charge_of
from vqe_cli.schema.backend_records import SqdRecord
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.density_records import PropertiesRecord
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.severity import SIGMAS

EMPTY = 0.02
"""Natural occupations closer than this to 0 or 2 are only counted."""

CONSERVED = {"particle-number": "N", "sz": "Sz", "s-squared": "S²"}
"""Symbols of conserved quantities, by the names of their checks."""

LEAST_BAR = 1e-4
"""Standard errors below this are round-off, and not shown."""


def quantity_entries(record: RunRecord) -> Iterator[Entry]:
    """The state's conserved quantities, density, forces, samples and bit strings.

    Args:
        record: The record of the run.
    """
    state = _state(record)
    if state:
        yield Entry("state", state)
    yield from _of_density(record)
    yield from _of_samples(record.result.sqd)
    yield from (correction_entry(found) for found in record.result.corrections)
    yield from bit_string_entries(record)


def _state(record: RunRecord) -> str:
    """N, Sz and S², with what their checks say."""
    found = {check.name: check for check in record.checks if check.name in CONSERVED}
    parts = [
        f"{symbol} = {_conserved(found[name], record)}".replace(" ", NO_BREAK)
        for name, symbol in CONSERVED.items()
        if name in found and isinstance(found[name].value, float)
    ]
    return "   ".join(parts)


def _conserved(check: Check, record: RunRecord) -> str:
    """The measured value, and the expected one where they differ."""
    assert isinstance(check.value, float)
    bar = (check.tolerance or 0.0) / SIGMAS if record.result.standard_error else 0.0
    if bar > LEAST_BAR:
        value = with_bar(check.value, bar)
    else:
        rounded = round(check.value, 4)
        value = f"{rounded:g}" if math.isfinite(rounded) and rounded else "0"
    if check.status == "pass" or not isinstance(check.expected, float):
        return value
    return f"{value} ({check.expected:g} expected)"


def _of_density(record: RunRecord) -> Iterator[Entry]:
    found = record.result.properties
    if found is None:
        return
    if found.dipole is not None:
        about = "about the origin of the coordinates" if charge_of(record) != 0 else ""
        yield Entry("dipole", f"{found.dipole.magnitude.value:.4f} D", about)
    yield Entry("occupations", f"{_occupations(found)} (natural)")
    if record.result.forces is not None:
        yield forces_entry(record.result.forces)
    yield from population_entries(found)


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


def _of_samples(sqd: SqdRecord | None) -> Iterator[Entry]:
    """The size of the subspace, and the quality of the samples."""
    if sqd is None:
        return
    share, random_share = (
        f"{dimension:,} ({100 * dimension / sqd.full_dimension:.1f} %)"
        for dimension in (sqd.subspace_dimension, sqd.random_subspace_dimension)
    )
    of_all = counted(sqd.full_dimension, "determinant")
    yield Entry("subspace", f"{share} of {of_all}; random baseline: {random_share}")
    valid = 100 * sqd.valid_shots / sqd.shots
    strings = counted(sqd.different_strings, "different bit string")
    yield Entry("samples", f"{strings}, {valid:.3g} % of shots with the right electrons")
