"""The quantum-number-preserving gate fabric."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz._brick_wall import Block, brick_wall, line_of_orbitals
from vqe_cli.ansatz.state import Start
from vqe_cli.fermions.excitations import ExcitationProduct, orbital_rotation, pair_exchange
from vqe_cli.fermions.problem import ElectronicProblem


class Qnp(Ansatz):
    """Layers of pair exchanges and rotations of neighbouring orbitals (QNP fabric).

    A layer acts on the 1st and 2nd, 3rd and 4th, … orbital, then on the 2nd and 3rd, 4th and
    5th, …. On two orbitals p and q the pair exchange QNP_PX acts first, ``exp(θ (T − T†))`` of
    the double ``pα pβ → qα qβ``, then the orbital rotation QNP_OR, ``exp(φ (T − T†))`` of the
    single ``p → q`` summed over both spins. The paper's angles are twice these, up to the sign,
    which depends on the order of the two orbitals. N and S² are conserved; irreps are not.
    The paper's constant gate Π is the identity here.

    The default number of layers gives chemical accuracy for linear H4, LiH and H2O in STO-3G;
    other molecules may need more. Different random starts may end in different minima.

    Reference:
        Anselmetti, Wierichs, Gogolin and Parrish, New J. Phys. 23, 113010 (2021).
    """

    label: ClassVar[str | None] = "QNP"

    conserves_spin: ClassVar[bool] = True

    start: ClassVar[Start | None] = "random"

    layers: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Number of layers. Default: the number of orbitals minus one.",
    )

    perfect_pairing: bool = Field(
        default=True,
        description="Each occupied orbital is the neighbour of its empty partner, HOMO of LUMO, "
        "HOMO-1 of LUMO+1, and so on. False: orbitals in the problem's order.",
    )

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations."""
        norb, nelec = problem.norb, problem.nelec
        layers = self.layers or max(norb - 1, 1)
        line = line_of_orbitals(norb, nelec, self.perfect_pairing)
        return brick_wall(norb, nelec, line, layers, _block)


def _block(p: int, q: int) -> Block:
    return pair_exchange(p, q), orbital_rotation(p, q)
