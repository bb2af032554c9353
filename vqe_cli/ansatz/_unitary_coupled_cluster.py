"""The common options of UCCSD and UCCGSD."""

from __future__ import annotations

from pydantic import Field

from vqe_cli.ansatz import Ansatz
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem


class UnitaryCoupledCluster(Ansatz):
    """Excitations that may share amplitudes between spins and keep the irrep."""

    spin_adapted: bool | None = Field(
        default=None,
        description="One amplitude for an excitation and its spin flip. "
        "Default: for closed shells of restricted orbitals.",
    )

    point_group: bool = Field(
        default=True,
        description="Leave out excitations that change the irrep: from a symmetric start "
        "their amplitudes stay zero.",
    )

    def check_unrestricted(self) -> None:
        """Refuse shared amplitudes: in unrestricted orbitals a spin flip leads to other orbitals.

        Raises:
            InputError: Amplitudes are to be shared.
        """
        if self.spin_adapted:
            raise InputError(
                "an excitation and its spin flip are not alike in unrestricted orbitals",
                path=("ansatz", "spin_adapted"),
                hint="leave out 'spin_adapted'",
            )

    def shares_amplitudes(self, problem: ElectronicProblem) -> bool:
        """Whether an excitation and its spin flip have one amplitude."""
        closed = problem.is_closed_shell
        return closed and self.spin_adapted is not False

    def kept_irreps(self, problem: ElectronicProblem) -> tuple[int, ...] | None:
        """Irreps of the orbitals if excitations are selected by irrep, else None."""
        return problem.orbital_irreps if self.point_group else None
