"""Unitary coupled cluster with singles and doubles."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from vqe_cli.ansatz import Ansatz
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.excitations import (
    Excitation,
    ExcitationProduct,
    joined_with_spin_flips,
    opposite_spin_doubles,
    same_spin_doubles,
    shared_product,
    singles,
    symmetric,
)


class Uccsd(Ansatz):
    """Unitary coupled cluster, singles and doubles, one first-order Trotter step.

    The doubles act first, then the singles: αβ doubles, same-spin doubles, singles, each in
    the order of their orbitals. For closed shells an excitation and its spin flip share one
    amplitude.

    Reference:
        Peruzzo et al., Nat. Commun. 5, 4213 (2014); Romero et al., Quantum Sci. Technol. 4,
        014008 (2018); on the order of factors Grimsley et al., J. Chem. Theory Comput. 16,
        1 (2020).
    """

    spin_adapted: bool | None = Field(
        None,
        description="One amplitude for an excitation and its spin flip. "
        "Default: for closed shells.",
    )

    point_group: bool = Field(
        True,
        description="Leave out excitations that change the irrep: from a symmetric start "
        "their amplitudes stay zero.",
    )

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations."""
        norb, nelec = problem.norb, problem.nelec
        closed = nelec[0] == nelec[1]
        shared = closed if self.spin_adapted is None else self.spin_adapted and closed
        irreps = problem.orbital_irreps if self.point_group else None
        found = list(_in_order(norb, nelec))
        groups = joined_with_spin_flips(found) if shared else [[part] for part in found]
        return shared_product(norb, nelec, symmetric(groups, irreps))


def _in_order(norb: int, nelec: tuple[int, int]) -> Iterator[Excitation]:
    yield from opposite_spin_doubles(norb, nelec)
    for spin in (0, 1):
        yield from same_spin_doubles(norb, nelec, spin)
    for spin in (0, 1):
        yield from singles(norb, nelec, spin)
