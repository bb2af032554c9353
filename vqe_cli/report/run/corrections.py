"""Terminal output on the correlation outside the active space."""

from __future__ import annotations

from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.report.layout import Entry
from vqe_cli.schema.records import CorrectionRecord
from vqe_cli.schema.severity import ROUND_OFF


def correction_entry(found: CorrectionRecord) -> Entry:
    """The amount and the origin of a correction.

    Args:
        found: The correction.
    """
    if abs(found.correction) < ROUND_OFF:
        return Entry(found.method, "nothing is left to correct outside the active space")
    amount = f"{HARTREE_IN_MILLIHARTREE * found.correction:+.3f} mHa"
    if found.state == "simulated":
        amount += ", of the exactly simulated state at the final parameters"
    return Entry(found.method, amount)
