"""Active spaces whose size is an option that may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator

from vqe_cli._core.validation import SpecError
from vqe_cli.chemistry.active_spaces import ActiveSpace
from vqe_cli.chemistry.active_spaces._sizes import refuse_impossible

if TYPE_CHECKING:
    from pyscf.gto import Mole


class OptionalSize(ActiveSpace):
    """An active space with numbers of electrons and orbitals: both, or neither."""

    electrons: int | None = Field(default=None, ge=1, description="Number of active electrons.")
    orbitals: int | None = Field(default=None, ge=1, description="Number of active orbitals.")

    @model_validator(mode="after")
    def _go_together(self) -> OptionalSize:
        if (self.electrons is None) != (self.orbitals is None):
            raise SpecError("electrons and orbitals go together", "give both, or neither")
        return self

    @property
    def size(self) -> tuple[int, int] | None:
        """The numbers of electrons and orbitals in the options; None if they are left out."""
        if self.electrons is None or self.orbitals is None:
            return None
        return self.electrons, self.orbitals

    def extent(self, mole: Mole) -> tuple[int, int] | None:
        """The numbers of electrons and orbitals in the options, which the molecule must have."""
        if self.size is not None:
            refuse_impossible(mole.nelec, mole.nao, *self.size)
        return self.size
