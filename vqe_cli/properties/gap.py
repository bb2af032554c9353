"""The gap between the frontier orbitals."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli._core.units import HARTREE_IN_EV
from vqe_cli.chemistry.scf.mean_field_properties import frontier_gap
from vqe_cli.properties import Case, Column, Finding, Property
from vqe_cli.properties._classical import any_mean_field
from vqe_cli.properties._columns import mean_field_verdict, verdict_columns


class Gap(Property):
    """Energies of the highest occupied and lowest empty Hartree-Fock orbitals, and their gap.

    The orbitals are those of the whole molecule, whatever the active space. In open shells the
    orbitals of each spin are semicanonical, or those of UHF, and the highest and lowest of both
    spins are used.

    Reference:
        Koopmans, Physica 1, 104 (1934): with the sign changed, ionisation energy and electron
        affinity without relaxation and correlation. Semicanonical orbitals: Lauderdale et al.,
        Chem. Phys. Lett. 187, 21 (1991).
    """

    unrestricted: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("homo_lumo_gap_ev", "number", "LUMO energy minus HOMO energy."),
        Column("homo_ev", "number", "Energy of the highest occupied Hartree-Fock orbital."),
        Column(
            "lumo_ev",
            "number",
            "Energy of the lowest empty orbital; none if the basis has no empty orbitals.",
        ),
        *verdict_columns("gap", "Hartree-Fock"),
    )

    def compute(self, case: Case) -> Finding:
        """Read the orbital energies.

        Returns:
            The values, the record and the notes of the property.
        """
        field = any_mean_field(case.spec, case.mean_fields)
        found = frontier_gap(field)
        values = {
            "homo_ev": HARTREE_IN_EV * found.homo,
            "lumo_ev": _in_ev(found.lumo),
            "homo_lumo_gap_ev": _in_ev(found.gap),
        }
        judged = mean_field_verdict("gap", [field])
        record = {"method": field.report.method, **values, **judged}
        return Finding({**values, **judged}, record, field.notes)


def _in_ev(energy: float | None) -> float | None:
    return None if energy is None else HARTREE_IN_EV * energy
