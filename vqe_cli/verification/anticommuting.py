"""A lower bound to the energy of a sum of Pauli strings."""

from __future__ import annotations

import math

from vqe_cli.fermions.problem import QubitProblem


def anticommuting_bound(problem: QubitProblem) -> float:
    """A lower bound to all energies, Hartree.

    The square of a sum Σ c P of Pauli strings that anticommute with one another is Σ c², so that
    none of its eigenvalues lies below −√(Σ c²). Terms are sorted into such groups, the largest
    coefficients first.

    Args:
        problem: The Hamiltonian.
    """
    groups: list[list[tuple[str, float]]] = []
    constant = 0.0
    for label, coefficient in sorted(problem.paulis, key=lambda term: -abs(term[1])):
        if set(label) == {"I"}:
            constant += coefficient
            continue
        fitting = (
            group for group in groups if all(_anticommute(label, other) for other, _ in group)
        )
        group = next(fitting, None)
        if group is None:
            groups.append([(label, coefficient)])
        else:
            group.append((label, coefficient))
    norms = [math.hypot(*(coefficient for _, coefficient in group)) for group in groups]
    return constant - math.fsum(norms) * (1 + 1e-12)


def _anticommute(left: str, right: str) -> bool:
    """Whether two Pauli strings anticommute."""
    different = (a != b and "I" not in (a, b) for a, b in zip(left, right, strict=True))
    return sum(different) % 2 == 1
