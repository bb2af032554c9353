"""Unitary coupled cluster with singles and doubles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import singles_and_doubles
from vqe_cli.ansatz._unitary_coupled_cluster import UnitaryCoupledCluster
from vqe_cli.fermions.excitations import (
    Excitation,
    ExcitationProduct,
    joined_with_spin_flips,
    opposite_spin_doubles,
    same_spin_doubles,
    shared_product,
    singles,
    symmetric,
)
from vqe_cli.fermions.problem import ElectronicProblem


class Uccsd(UnitaryCoupledCluster):
    """Unitary coupled cluster with singles and doubles, one first-order Trotter step.

    The doubles act first, then the singles: αβ doubles, same-spin doubles, singles, each in
    the order of their orbitals. For closed shells an excitation and its spin flip share one
    amplitude. A Trotter step does not conserve S²: where electrons are strongly correlated, as in
    stretched bonds, the check `s-squared` may fail; k-upccgsd conserves it.

    Reference:
        Peruzzo et al., Nat. Commun. 5, 4213 (2014); Romero et al., Quantum Sci. Technol. 4,
        014008 (2018); on the order of factors Grimsley et al., J. Chem. Theory Comput. 16,
        1 (2020).
    """

    label: ClassVar[str | None] = "UCCSD"

    def num_excitations(self, size: Size) -> int:
        """The approximate number of excitations from occupied to empty orbitals."""
        return singles_and_doubles(size)

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations."""
        norb, nelec = problem.norb, problem.nelec
        shared, irreps = self.shares_amplitudes(problem), self.kept_irreps(problem)
        found = list(_in_order(norb, nelec))
        groups = joined_with_spin_flips(found) if shared else [[part] for part in found]
        return shared_product(norb, nelec, symmetric(groups, irreps))


def _in_order(norb: int, nelec: tuple[int, int]) -> Iterator[Excitation]:
    yield from opposite_spin_doubles(norb, nelec)
    for spin in (0, 1):
        yield from same_spin_doubles(norb, nelec, spin)
    for spin in (0, 1):
        yield from singles(norb, nelec, spin)
