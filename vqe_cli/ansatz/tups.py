"""Tiled unitary product states."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz._brick_wall import Block, brick_wall, line_of_orbitals
from vqe_cli.ansatz.state import Start
from vqe_cli.fermions.excitations import ExcitationProduct, orbital_rotation, pair_exchange
from vqe_cli.fermions.problem import ElectronicProblem


class Tups(Ansatz):
    """Layers of rotations, pair exchanges and rotations of neighbouring orbitals (tUPS).

    A layer acts on the 1st and 2nd, 3rd and 4th, … orbital, then on the 2nd and 3rd, 4th and
    5th, …. On two orbitals p and q ``exp(θ1 κ)``, ``exp(θ2 τ)`` and ``exp(θ3 κ)`` act in this
    order, where κ is the single ``p → q`` summed over both spins, minus its adjoint, and τ the
    double ``pα pβ → qα qβ``, minus its adjoint. N and S² are conserved; irreps are not. The
    paper optimises the orbitals as well; here they are those of the problem.

    The default number of layers gives chemical accuracy for linear H4, LiH and H2O in STO-3G;
    other molecules may need more. Different random starts may end in different minima.

    Reference:
        Burton, Phys. Rev. Research 6, 023300 (2024).
    """

    label: ClassVar[str | None] = "tUPS"

    conserves_spin: ClassVar[bool] = True

    start: ClassVar[Start | None] = "random"

    layers: int | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Number of layers. Default: half the number of orbitals, plus one.",
    )

    perfect_pairing: bool = Field(
        default=True,
        description="Each occupied orbital is the neighbour of its empty partner, HOMO of LUMO, "
        "HOMO-1 of LUMO+1, and so on (pp-tUPS). False: orbitals in the problem's order.",
    )

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations."""
        norb, nelec = problem.norb, problem.nelec
        layers = self.layers or norb // 2 + 1
        line = line_of_orbitals(norb, nelec, self.perfect_pairing)
        return brick_wall(norb, nelec, line, layers, _block)


def _block(p: int, q: int) -> Block:
    return orbital_rotation(p, q), pair_exchange(p, q), orbital_rotation(p, q)
