"""Repeated products of paired doubles and generalised singles."""

from __future__ import annotations

from itertools import combinations
from typing import ClassVar

from pydantic import Field

from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz.state import Start
from vqe_cli.fermions.excitations import (
    ExcitationProduct,
    acting,
    orbital_rotation,
    pair_exchange,
    shared_product,
    symmetric,
)
from vqe_cli.fermions.problem import ElectronicProblem


class KUpccgsd(Ansatz):
    """k products of paired generalised doubles and generalised singles (k-UpCCGSD).

    In each of the k products the doubles ``pα pβ → qα qβ`` act first, then the singles
    ``p → q``, each for all p < q in the order of their orbitals. Both spins of a single share
    an amplitude, so that S² is conserved, for open shells too. The products have their own
    amplitudes; the exponential of each sum is taken as one first-order Trotter step. The last
    singles rotate the orbitals. The initial point is random: from a symmetric one such as MP2 the
    singles between irreps stay zero, although they are nonzero at the minimum.

    Reference:
        Lee, Huggins, Head-Gordon and Whaley, J. Chem. Theory Comput. 15, 311 (2019).
    """

    label: ClassVar[str | None] = "k-UpCCGSD"

    conserves_spin: ClassVar[bool] = True

    start: ClassVar[Start | None] = "random"

    k: int = Field(default=1, ge=1, le=20, description="Number of products.")

    point_group: bool = Field(
        default=False,
        description="Leave out singles that change the irrep. It costs accuracy: pairs of "
        "localised orbitals break the symmetry during the optimisation.",
    )

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations."""
        norb, nelec = problem.norb, problem.nelec
        irreps = problem.orbital_irreps if self.point_group else None
        places = list(combinations(range(norb), 2))
        once = [pair_exchange(p, q) for p, q in places] + [
            orbital_rotation(p, q) for p, q in places
        ]
        kept = acting(norb, nelec, symmetric(once, irreps))
        return shared_product(norb, nelec, kept * self.k)
