"""Terminal output on the correlation outside the active space."""

from __future__ import annotations

from collections.abc import Iterator

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.report.format import energy, signed
from vqe_cli.schema.records import CorrectionRecord
from vqe_cli.schema.severity import ROUND_OFF


def correction_rows(
    found: CorrectionRecord, solver: str, bar: str
) -> Iterator[tuple[str, str, str]]:
    """The rows of an energy with the correlation outside the active space.

    Args:
        found: The correction.
        solver: The name of the energy: VQE or SQD.
        bar: The text of the standard error; empty for exact energies.
    """
    yield f"total energy, {solver}+{found.method}", energy(found.energy), f"Ha{bar}"
    if found.reference_energy is not None:
        yield f"total energy, exact+{found.method}", energy(found.reference_energy), "Ha"
        error = HARTREE_IN_MILLIHARTREE * (found.energy - found.reference_energy)
        yield f"error, {solver}+{found.method}", f"{signed(error)}   ", "mHa"


def correction_line(found: CorrectionRecord) -> str:
    """The line on the origin of a correction."""
    if abs(found.correction) < ROUND_OFF:
        return f"{found.method}: nothing is left to correct outside the active space"
    amount = f"{HARTREE_IN_MILLIHARTREE * found.correction:+.3f} mHa"
    if found.state == "simulated":
        return f"{found.method}: {amount}, of the exactly simulated state at the final parameters"
    return f"{found.method}: {amount}"
