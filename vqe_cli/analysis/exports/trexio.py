"""Orbitals, integrals and the state in the TREXIO format."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli.analysis.exports import Export, Exportable, electrons_of
from vqe_cli.analysis.exports.in_space import molecule_in_space, selection_of
from vqe_cli.chemistry.active_spaces.selection import MAX_ACTIVE_ORBITALS, OrbitalSelection
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.errors import InputError, ResourceLimitError
from vqe_cli.schema import RunSpec


class Trexio(Export):
    """Geometry, basis, orbitals, integrals, density matrices and energy as TREXIO in HDF5.

    With all orbitals, their classes tell frozen (Core), active and empty ones (Virtual), and the
    density matrices are those of all electrons. `vqe run` reads either kind. Needs the package
    trexio.

    Reference:
        Posenitskiy et al., J. Chem. Phys. 158, 174801 (2023).
    """

    orbitals: Literal["auto", "all", "active"] = Field(
        default="auto",
        description="all: the molecule and all its orbitals; active: integrals over the active "
        "orbitals in the field of the frozen electrons, as in FCIDUMP; auto: all for a molecule.",
    )
    density: bool = Field(
        default=True, description="Whether to write the density matrices of a run's final state."
    )

    suffix: ClassVar[str] = ".h5"

    def refuse(self, spec: RunSpec) -> None:
        """Refuse qubit Hamiltonians, and all orbitals of integrals without a molecule."""
        from vqe_cli.chemistry.trexio import library

        library()
        if spec.hamiltonian is not None:
            raise InputError("TREXIO describes electrons; this problem is a qubit Hamiltonian")
        if self.orbitals == "all":
            molecule_in_space(spec, "a TREXIO file of all orbitals")

    def check(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Refuse fitted integrals, and more orbitals than exact integrals can be held for."""
        field = selection.field
        if not self._is_whole(selection):
            return
        hint = "write the active ones: {name: trexio, orbitals: active}"
        if isinstance(field, MeanField) and field.fitting is not None:
            raise InputError("a TREXIO file of all orbitals has exact integrals", hint=hint)
        if field.num_orbitals > MAX_ACTIVE_ORBITALS:
            raise ResourceLimitError(
                f"integrals over all {field.num_orbitals} orbitals are too many for a file: at most"
                f" {MAX_ACTIVE_ORBITALS}",
                hint=hint,
            )

    def uses_state(self, *, solved: bool) -> bool:
        """Whether the density matrices of a run are written."""
        return solved and self.density

    @property
    def uses_two_body(self) -> bool:
        """Whether the two-body density matrix is written."""
        return self.density

    def content(self, source: Exportable) -> bytes:
        """The file as written by TREXIO's library."""
        from vqe_cli.chemistry.trexio.writing import State, trexio_of_molecule, trexio_of_space

        density = source.density if self.density else None
        state = None if source.energy is None else State(source.energy, density)
        problem, selection = electrons_of(source.encoding, "TREXIO"), selection_of(source)
        if self._is_whole(selection):
            return trexio_of_molecule(selection, state)
        return trexio_of_space(problem, state)

    def _is_whole(self, selection: OrbitalSelection | UnrestrictedSelection) -> bool:
        """Whether all orbitals are written."""
        return self.orbitals != "active" and selection.field.mole.natm > 0
