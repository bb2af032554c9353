"""The check that the symmetry sector of tapered qubits holds the exact state."""

from __future__ import annotations

from vqe_cli.classical.numpy import lowest_energy
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema.check_records import Check, Status
from vqe_cli.schema.records import ReferenceRecord
from vqe_cli.schema.severity import or_warn

DIAGONALISED_UP_TO = 10
"""Largest number of qubits whose tapered Hamiltonian is diagonalised for the check."""

TOLERANCE = 1e-7
"""Hartree: the eigensolver's error, and less than any splitting of states that matters."""


def tapering_checks(encoding: Encoding, reference: ReferenceRecord | None) -> tuple[Check, ...]:
    """The check that the lowest energy on tapered qubits is the exact one of all sectors.

    For many qubits the irreps of the reference determinant and of the exact state are compared.

    Args:
        encoding: The problem and its mapping to qubits.
        reference: The exact energy of all irreps; None if there is none.
    """
    problem = encoding.problem
    if not encoding.tapering or not isinstance(problem, ElectronicProblem):
        return ()
    if reference is None:
        return (_check("skip", None, "no exact energy to compare the sector with"),)
    if encoding.num_qubits > DIAGONALISED_UP_TO:
        return (_by_irreps(problem, reference),)
    try:
        lowest = lowest_energy(encoding)
    except NotConvergedError as error:
        return (_check("warn", None, error.message),)
    above = lowest - reference.energy
    return (_check(or_warn(abs(above) <= TOLERANCE), above, _words(above)),)


def _by_irreps(problem: ElectronicProblem, reference: ReferenceRecord) -> Check:
    """Whether the exact state has the irrep of the reference determinant."""
    found, own = reference.notes.get("irrep"), problem.reference_irrep
    if own is None or found is None:
        return _check("skip", None, "too many qubits to diagonalise, and no irreps to compare")
    name = problem.irrep_name(own)
    same = found == name
    return _check(or_warn(same), None, f"the exact state is {found}, the reference {name}")


def _words(above: float) -> str:
    if above > TOLERANCE:
        return "the exact state lies in another sector: taper: parities keeps it; in Hartree"
    return "lowest energy on the tapered qubits, minus the exact one, in Hartree"


def _check(status: Status, value: float | None, detail: str) -> Check:
    return Check(
        name="tapered-sector",
        status=status,
        hard=False,
        value=value,
        expected=0.0,
        tolerance=TOLERANCE,
        detail=detail,
    )
