"""The size of a qubit operator in words."""

from __future__ import annotations

from vqe_cli._core.wording import counted
from vqe_cli.schema.problem_records import ProblemRecord


def operator_size(problem: ProblemRecord) -> list[str]:
    """Numbers of qubits and Pauli terms, with those before tapering.

    Args:
        problem: The record of the problem.
    """
    before = problem.tapered
    parts = [counted(problem.qubits, "qubit")]
    if before is not None:
        parts[0] += f" ({before.qubits_before} before tapering)"
    if problem.pauli_terms is not None:
        terms = counted(problem.pauli_terms, "Pauli term")
        known = before is not None and before.pauli_terms_before is not None
        parts.append(f"{terms} ({before.pauli_terms_before:,})" if before and known else terms)
    return parts
