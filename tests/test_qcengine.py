"""VQE as a program of QCEngine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import qcengine
from pyscf import gto, mcscf, scf
from qcelemental.models import v1, v2

import vqe_cli.qcengine  # noqa: F401  # registers the program

H2: dict[str, Any] = {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4]}
N2: dict[str, Any] = {"symbols": ["N", "N"], "geometry": [0, 0, 0, 0, 0, 2.1]}
TASK: dict[str, Any] = {
    "molecule": H2,
    "driver": "energy",
    "model": {"method": "vqe-uccsd", "basis": "sto-3g"},
}


def test_energy_and_gradient_are_those_of_full_ci() -> None:
    mole = gto.M(atom="H 0 0 0; H 0 0 1.4", unit="bohr", basis="sto-3g", verbose=0)
    casci = mcscf.CASCI(scf.RHF(mole).run(), 2, (1, 1)).run()
    energy = qcengine.compute(TASK, "vqe", raise_error=True)
    assert isinstance(energy, v1.AtomicResult)
    assert energy.return_result == pytest.approx(casci.e_tot, abs=1e-8)
    assert energy.provenance.creator == "vqe"
    gradient = qcengine.compute({**TASK, "driver": "gradient"}, "vqe", raise_error=True)
    expected = casci.nuc_grad_method().kernel()
    assert np.asarray(gradient.return_result) == pytest.approx(expected, abs=1e-6)


def test_version_2_in_and_out() -> None:
    task = v2.AtomicInput(
        id="7",
        molecule=v2.Molecule(**H2),
        specification={"extras": {"tag": 1}, **{key: TASK[key] for key in ("driver", "model")}},
    )
    found = qcengine.compute(task, "vqe", raise_error=True)
    assert isinstance(found, v2.AtomicResult)
    assert found.input_data.id == "7"
    assert found.input_data.specification.extras == {"tag": 1}
    assert found.molecule.get_hash() == task.molecule.get_hash()


def test_unrestricted_orbitals_are_those_of_uhf() -> None:
    stretched = {**H2, "geometry": [0, 0, 0, 0, 0, 3.6]}
    mole = gto.M(atom="H 0 0 0; H 0 0 3.6", unit="bohr", basis="sto-3g", verbose=0)
    field, guess = scf.UHF(mole), np.array(scf.UHF(mole).get_init_guess())
    guess[0][0, 0] *= 0.1
    field.kernel(guess)
    keywords = {"molecule": {"scf": {"unrestricted": True}}}
    found = qcengine.compute({**TASK, "molecule": stretched, "keywords": keywords}, "vqe")
    assert found.properties.scf_total_energy == pytest.approx(field.e_tot, abs=1e-7)
    exact = mcscf.CASCI(scf.RHF(mole).run(), 2, (1, 1)).run().e_tot
    assert found.return_result == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"driver": "hessian"}, "input_error", "driver 'hessian'"),
        ({"model": {"method": "ccsd", "basis": "sto-3g"}}, "input_error", "'ccsd' is not VQE"),
        ({"model": {"method": "vqe-ucc", "basis": "sto-3g"}}, "input_error", "called 'ucc'"),
        ({"keywords": {"shots": 100}}, "input_error", "unknown key 'shots'"),
        (
            {"driver": "gradient", "keywords": {"molecule": {"scf": {"unrestricted": True}}}},
            "input_error",
            "different orbitals",
        ),
        ({"keywords": {"optimizer": {"name": "slsqp", "maxiter": 1}}}, "convergence_error", "fail"),
        ({"molecule": N2, "keywords": {"max_memory": "1 MB"}}, "resource_error", "memory"),
    ],
)
def test_failures_are_failed_operations_of_qcengines_classes(
    changes: dict[str, Any], kind: str, words: str
) -> None:
    found = qcengine.compute({**TASK, **changes}, "vqe")
    assert not found.success
    assert found.error.error_type == kind
    assert words in found.error.error_message


def test_qcengines_optimiser_relaxes_hydrogen() -> None:
    """In STO-3G, FCI: 1.3887 bohr, by PySCF's FCI on a fine grid."""
    asked = {"driver": "gradient", "model": TASK["model"]}
    task = {"initial_molecule": H2, "keywords": {"program": "vqe"}, "input_specification": asked}
    found = qcengine.compute(task, "geometric", raise_error=True)
    first, second = found.final_molecule.geometry
    assert np.linalg.norm(second - first) == pytest.approx(1.3887, abs=1e-3)
