"""The dipole moment."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from vqe_cli._core.units import DEBYE_PER_ATOMIC_UNIT
from vqe_cli.chemistry.scf.mean_field_properties import hf_dipole
from vqe_cli.properties import Case, Column, Finding, Property, Value
from vqe_cli.properties._classical import any_mean_field
from vqe_cli.properties._columns import failed_checks, verdict_columns
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.density_properties import ORIGIN


class Dipole(Property):
    """The dipole moment of the VQE state and of Hartree-Fock.

    The dipole moment of an ion depends on the origin, which is that of the coordinates. The first
    column is empty for backends that only measure energies and have no density.

    Reference:
        Szabo and Ostlund, Modern Quantum Chemistry, section 3.4.7: the expectation value of the
        dipole operator with the one-body density, nuclei included.
    """

    unrestricted: ClassVar[bool] = True
    columns: ClassVar[tuple[Column, ...]] = (
        Column("dipole_debye", "number", "Magnitude of the VQE state's dipole moment."),
        Column("hf_dipole_debye", "number", "Magnitude of the Hartree-Fock dipole moment."),
        *verdict_columns("dipole", "the VQE run and of Hartree-Fock"),
    )
    needs: ClassVar[tuple[str, ...]] = ("energy",)

    def compute(self, case: Case) -> Finding:
        """Read the VQE dipole moment from the record, and compute that of Hartree-Fock.

        Returns:
            The values, the record and the notes of the property.
        """
        run = RunRecord.model_validate(case.records["energy"])
        found = run.result.properties
        state = found.dipole if found is not None else None
        determinant = DEBYE_PER_ATOMIC_UNIT * hf_dipole(any_mean_field(case.spec, case.mean_fields))
        values: dict[str, Value] = {
            "dipole_debye": float(np.linalg.norm(state.components.value)) if state else None,
            "hf_dipole_debye": float(np.linalg.norm(determinant)),
            "dipole_verdict": run.verdict,
            "dipole_failed_checks": failed_checks(run),
        }
        record = {
            "vqe": state.model_dump(mode="json") if state else None,
            "hf_components_debye": determinant.tolist(),
            "origin": ORIGIN,
        }
        return Finding(values, record)
