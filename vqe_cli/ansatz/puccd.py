"""Unitary coupled cluster with paired doubles."""

from __future__ import annotations

from itertools import product
from typing import ClassVar

from vqe_cli._core.sizes import Form, Size
from vqe_cli._core.wording import counted
from vqe_cli.ansatz import Ansatz
from vqe_cli.errors import InputError
from vqe_cli.fermions.excitations import (
    ExcitationProduct,
    pair_exchange,
    shared_product,
    spin_orbitals,
)
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.schema.molecule_spec import OF_ELECTRONS


class Puccd(Ansatz):
    """Unitary pair coupled-cluster doubles (pUCCD), for closed shells.

    The factors ``iα iβ → aα aβ`` are ordered by i, then by a: one first-order Trotter step. All
    orbitals stay doubly occupied or empty, so that S² is conserved, and the energy is not below
    that of doubly-occupied configuration interaction in the same orbitals. It depends on the choice
    of the orbitals, which are not optimised here.

    Reference:
        Stein, Henderson and Scuseria, J. Chem. Phys. 140, 214113 (2014), for the projected form;
        the unitary one is a part of Lee, Huggins, Head-Gordon and Whaley, J. Chem. Theory
        Comput. 15, 311 (2019).
    """

    label: ClassVar[str | None] = "pUCCD"

    conserves_spin: ClassVar[bool] = True

    def check_spin(self, unpaired: int) -> None:
        """Refuse open shells."""
        if unpaired:
            raise InputError(
                f"puccd moves pairs of electrons, and "
                f"{counted(unpaired, 'electron is', 'electrons are')} unpaired",
                path=("ansatz",),
                also=OF_ELECTRONS,
                hint="choose uccsd or k-upccgsd, which take open shells",
            )

    @property
    def form(self) -> Form:
        """Only electron pairs move."""
        return "pairs"

    def num_excitations(self, size: Size) -> int:
        """The number of excitations, one for each occupied and empty orbital."""
        return size.nelec[0] * (size.norb - size.nelec[0])

    def excitations(self, problem: ElectronicProblem) -> ExcitationProduct:
        """The ordered excitations.

        Raises:
            InputError: The shell is open.
        """
        norb, nelec = problem.norb, problem.nelec
        self.check_spin(abs(nelec[0] - nelec[1]))
        occupied, empty = spin_orbitals(norb, nelec, 0)
        groups = [pair_exchange(i, a) for i, a in product(occupied, empty)]
        return shared_product(norb, nelec, groups)
