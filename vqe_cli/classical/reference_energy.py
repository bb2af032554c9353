"""The exact energy that a result is compared with, or the reason why there is none."""

from __future__ import annotations

import time

from vqe_cli._core.log import package_logger
from vqe_cli.classical import ClassicalMethod
from vqe_cli.classical.levels import gap_of
from vqe_cli.errors import InputError, NotConvergedError, ResourceLimitError, as_vqe_error
from vqe_cli.fermions.problem import has_own_unit
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.records import MissingReference, ReferenceRecord

LOG = package_logger(__name__)

NOT_ASKED = "none was asked for"
"""The reason why a run without a reference has none."""

TOO_LARGE = "the problem is too large for one"
"""The reason why a run has none whose problem no exact method fits."""


def exact_energy_of(
    method: ClassicalMethod | None, encoding: Encoding
) -> tuple[ReferenceRecord | None, MissingReference | None]:
    """The energy that a result is compared with, or the reason why there is none.

    If the method fails with any other error, only the comparison is lost, not the run.

    Args:
        method: The requested method; None for ``none``.
        encoding: The problem.

    Raises:
        InputError: The requested method does not apply to this kind of problem.
        ResourceLimitError: The problem is too large for the method.
    """
    if method is None:
        return None, MissingReference(reason=NOT_ASKED, failed=False)
    tried = method
    try:
        tried = method.resolve(encoding) or method
        found = solve_reference(tried, encoding)
    except (InputError, ResourceLimitError):
        raise
    except Exception as error:
        reason = f"{tried.label} failed: {as_vqe_error(error).message}"
        return None, MissingReference(reason=reason, failed=True)
    if found is None:
        return None, MissingReference(reason=TOO_LARGE, failed=False)
    return found, None


def solve_reference(method: ClassicalMethod | None, encoding: Encoding) -> ReferenceRecord | None:
    """The energy by a method; None if no method is feasible.

    Args:
        method: The requested method; None for ``none``.
        encoding: The problem.

    Raises:
        InputError: The method does not apply to this kind of problem.
        ResourceLimitError: The problem is too large for the method.
        NotConvergedError: The iterations did not converge.
    """
    chosen = method.resolve(encoding) if method else None
    if chosen is None:
        return None
    start = time.perf_counter()
    found = chosen.solve(encoding)
    if not found.converged:
        raise NotConvergedError(
            f"the reference {chosen.name} did not converge", hint="choose another with --reference"
        )
    LOG.info("%s energy: %.8f", chosen.name, found.energy)
    notes = dict(found.notes) if found.exact else {**found.notes, "exact": False}
    has_gap = has_own_unit(encoding.problem)
    gap = gap_of(encoding, found.energy, found.levels) if has_gap else None
    return ReferenceRecord(
        method=chosen.name,
        energy=found.energy,
        wall_s=time.perf_counter() - start,
        notes=notes,
        gap=gap,
    )
