"""Unitary coupled cluster with generalised singles and doubles."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli._core.sizes import Size
from vqe_cli.ansatz import all_pairs
from vqe_cli.ansatz._unitary_coupled_cluster import UnitaryCoupledCluster
from vqe_cli.fermions.excitations import (
    ExcitationProduct,
    acting,
    generalized,
    shared_generalized,
    shared_product,
    symmetric,
)
from vqe_cli.fermions.problem import ElectronicProblem


class Uccgsd(UnitaryCoupledCluster):
    """Unitary coupled cluster with generalised singles and doubles, one first-order Trotter step.

    Excitations are between all pairs of orbitals, occupied or empty. The doubles act first, then
    the singles: αβ doubles, same-spin doubles, singles, each in the order of their orbitals. T and
    T† have the same generator and occur once, with the lower orbitals annihilated. As in the
    published sums over all orbitals, the doubles include those that move one electron if a spin
    orbital is occupied: ``a†_r n_q a_p``.

    For closed shells an excitation and its spin flip share one amplitude. The exchange
    ``pα qβ → qα pβ`` is the adjoint of its own spin flip, so that shared amplitudes cancel; it
    is then left out.

    Reference:
        Nooijen, Phys. Rev. Lett. 84, 2108 (2000); Lee, Huggins, Head-Gordon and Whaley, J. Chem.
        Theory Comput. 15, 311 (2019).
    """

    label: ClassVar[str | None] = "UCCGSD"

    def num_excitations(self, size: Size) -> int:
        """The approximate number of excitations between all orbitals."""
        return all_pairs(size)

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations."""
        norb, nelec = problem.norb, problem.nelec
        shared, irreps = self.shares_amplitudes(problem), self.kept_irreps(problem)
        found = list(generalized(norb))
        groups = shared_generalized(found) if shared else [[part] for part in found]
        return shared_product(norb, nelec, acting(norb, nelec, symmetric(groups, irreps)))
