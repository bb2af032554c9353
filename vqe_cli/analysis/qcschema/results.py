"""QCSchema results of runs, and what stands in their place if a run fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vqe_cli._core.units import DEBYE_PER_ATOMIC_UNIT
from vqe_cli.analysis.exports import Exportable
from vqe_cli.analysis.qcschema import Driver, Version
from vqe_cli.analysis.qcschema.inputs import (
    PROVENANCE,
    asked_of_run,
    input_document,
    molecule_document,
)
from vqe_cli.errors import InputError, NotConvergedError, ResourceLimitError, VqeError
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.checks import only_convergence_failed

_ERROR_TYPES: tuple[tuple[type[VqeError], str], ...] = (
    (InputError, "input_error"),
    (ResourceLimitError, "resource_error"),
    (NotConvergedError, "convergence_error"),
)
"""QCEngine's classes of errors."""


def result_document(
    source: Exportable, driver: Driver, version: Version, asked: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The result of a run: an AtomicResult, or a FailedOperation if the verdict is fail.

    Quantities without a place in QCSchema, such as the exact energy, are in ``extras.vqe``.

    Args:
        source: The solved run with its record.
        driver: The wanted quantity.
        version: Version of QCSchema.
        asked: The input as it was given; by default one that repeats the run.

    Raises:
        InputError: The run has no molecule, or no forces for driver gradient.
    """
    record = source.record
    assert record is not None
    molecule = molecule_document(source, version)
    asked = asked or input_document(molecule, asked_of_run(record.spec, driver), version)
    extras = {"vqe": _beside(record)}
    if record.verdict == "fail":
        return {**failure_document(*_why_failed(record), asked, version), "extras": extras}
    result = {
        "molecule": molecule,
        "properties": _properties(source, record),
        "return_result": _returned(record, driver),
        "success": True,
        "provenance": {**PROVENANCE, "routine": "vqe run"},
        "extras": extras,
    }
    if version == 1:
        return {**asked, **result, "schema_name": "qcschema_output"}
    return {
        "schema_name": "qcschema_atomic_result",
        "schema_version": 2,
        "input_data": asked,
        **result,
    }


def failure_document(
    error_type: str, message: str, asked: Mapping[str, Any], version: Version
) -> dict[str, Any]:
    """What stands in the place of a result: a FailedOperation.

    Args:
        error_type: QCEngine's class of the error.
        message: What is wrong.
        asked: The input; empty if it could not be read.
        version: Version of QCSchema; version 1 does not name it.
    """
    named = {"schema_name": "qcschema_failed_operation", "schema_version": 2}
    return {
        **(named if version == 2 else {}),
        "success": False,
        "error": {"error_type": error_type, "error_message": message},
        "input_data": dict(asked),
    }


def error_type_of(error: VqeError) -> str:
    """QCEngine's class of an error.

    Args:
        error: The error.
    """
    return next((name for kind, name in _ERROR_TYPES if isinstance(error, kind)), "unknown_error")


def message_of(error: VqeError) -> str:
    """What is wrong and what would be right, in one text.

    Args:
        error: The error.
    """
    return str(error) if error.hint is None else f"{error}; {error.hint}"


def _why_failed(record: RunRecord) -> tuple[str, str]:
    """Class of the error and message for a verdict fail."""
    failed = [check for check in record.checks if check.status == "fail"]
    told = "; ".join(f"{one.name}: {one.detail}" if one.detail else one.name for one in failed)
    unconverged = only_convergence_failed(record.checks)
    kind = "convergence_error" if unconverged else "unknown_error"
    return kind, f"the verdict is fail: {told}"


def _returned(record: RunRecord, driver: Driver) -> float | list[float] | dict[str, Any]:
    """The primary quantity of the result."""
    energy = record.result.energy
    if driver == "energy":
        return energy
    if driver == "gradient":
        return _gradient(record)
    return {"energy": energy, **_of_density(record)}


def _gradient(record: RunRecord) -> list[float]:
    """Derivatives of the energy by the positions of the nuclei, Hartree/bohr, one after another."""
    forces = record.result.forces
    if forces is None:
        raise InputError("driver gradient needs forces", path=("forces",), hint="forces: true")
    gradient: list[float] = (-np.ravel(forces.forces)).tolist()
    return gradient


def _properties(source: Exportable, record: RunRecord) -> dict[str, Any]:
    """The quantities that QCSchema names."""
    selection, scf = source.selection, record.problem.scf
    assert selection is not None
    field = selection.field
    alpha, beta = field.mole.nelec
    found = {
        "calcinfo_nbasis": int(field.mole.nao),
        "calcinfo_nmo": field.num_orbitals,
        "calcinfo_nalpha": int(alpha),
        "calcinfo_nbeta": int(beta),
        "calcinfo_natom": field.mole.natm,
        "nuclear_repulsion_energy": float(field.mole.energy_nuc()),
        "return_energy": record.result.energy,
        "scf_total_energy": None if scf is None else scf.energy,
        "scf_iterations": None if scf is None else scf.iterations,
    }
    if record.result.forces is not None:
        found["return_gradient"] = _gradient(record)
    return {key: value for key, value in found.items() if value is not None}


def _of_density(record: RunRecord) -> dict[str, Any]:
    """Properties of the final state's density; the dipole moment is in e·bohr."""
    found = record.result.properties
    if found is None:
        return {}
    dipole, atoms = found.dipole, found.atoms or ()
    values = {
        "natural_occupations": list(np.atleast_1d(found.natural_occupations.value).tolist()),
        "mulliken_charges": [atom.mulliken_charge for atom in atoms],
        "lowdin_charges": [atom.lowdin_charge for atom in atoms],
    }
    if dipole is not None:
        in_debye = np.atleast_1d(dipole.components.value)
        values["dipole_moment"] = (in_debye / DEBYE_PER_ATOMIC_UNIT).tolist()
    return values


def _beside(record: RunRecord) -> dict[str, Any]:
    """What QCSchema has no place for: how good the energy is, and properties of the state."""
    result, reference = record.result, record.reference
    checks = [check for check in record.checks if check.status in ("warn", "fail")]
    return {
        "verdict": record.verdict,
        "failed_checks": [check.model_dump(mode="json") for check in checks],
        "energy": result.energy,
        "standard_error": result.standard_error,
        "reference_energy": None if reference is None else reference.energy,
        "error_mha": record.error_mha,
        "corrections": {one.name: one.energy for one in result.corrections},
        "parameters": list(result.parameters),
        "fingerprint": record.fingerprint,
        "finished": record.provenance.get("finished"),
        **_of_density(record),
    }
