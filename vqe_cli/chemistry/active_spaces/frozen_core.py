"""All orbitals except the core."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection, refuse_too_many
from vqe_cli.chemistry.basis.cores import core_orbitals
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from pyscf.gto import Mole

    from vqe_cli._core.resources import Memory


class FrozenCore(ActiveSpace):
    """All orbitals except the noble-gas core: 1s for Li to Ne, 1s2s2p for Na to Ar.

    From hafnium on 4f belongs to the core. Shells that a core potential replaces do not count: if
    60 electrons of gold are replaced, 5s and 5p are left. An FCIDUMP file does not name its atoms,
    and needs `frozen`, the number of frozen orbitals.

    Reference:
        The convention of Psi4's ``freeze_core`` and qiskit-nature's `FreezeCoreTransformer`.
    """

    needs_atoms: ClassVar[bool] = False

    by_order: ClassVar[bool] = True

    frozen: int | None = Field(
        default=None,
        ge=0,
        description="Number of frozen orbitals, the lowest ones. Default: the atoms' cores.",
    )

    def extent(self, mole: Mole) -> tuple[int, int]:
        """Numbers of electrons and orbitals outside the core."""
        core = min(self._asked_for(mole), *mole.nelec)
        return mole.nelectron - 2 * core, mole.nao - core

    def check(self, mole: Mole, memory: Memory) -> None:
        """Refuse too many orbitals: all basis functions except the core's."""
        refuse_too_many(mole.nao - self._asked_for(mole))

    def select(self, field: MeanField) -> OrbitalSelection:
        """Freeze the lowest doubly occupied orbitals.

        Returns:
            The selected orbitals and the reason for the choice.
        """
        core = min(self._asked_for(field.mole), field.num_doubly_occupied)
        return OrbitalSelection(
            field=field,
            active=tuple(range(core, field.num_orbitals)),
            inactive=tuple(range(core)),
            method=self.name,
            reason="all but the chemical core"
            if self.frozen is None
            else f"all but the lowest {self.frozen}",
        )

    def _asked_for(self, mole: Mole) -> int:
        """The number of orbitals to freeze.

        Raises:
            InputError: The number is unknown, or nothing would be left.
        """
        if self.frozen is None:
            if not mole.natm:
                message = "an FCIDUMP file does not say how many orbitals are its atoms' cores"
                raise InputError(
                    message, path=("active_space",), hint="active_space: {frozen: 1} freezes one"
                )
            return core_orbitals(mole)
        alpha, beta = mole.nelec
        if self.frozen > beta or self.frozen == alpha:
            frozen = counted(self.frozen, "orbital is", "orbitals are")
            message = f"no electrons of {alpha} + {beta} are left if {frozen} frozen"
            raise InputError(message, path=("active_space", "frozen"))
        return self.frozen
