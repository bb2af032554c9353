"""Results of runs as QCSchema, held to QCElemental's models and to PySCF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto, mcscf, scf
from qcelemental.models import v1, v2

from tests.conftest import RunVqe, WriteFile

BOHR = 1.4
H2: dict[str, Any] = {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, BOHR]}
MODELS: dict[int, Any] = {1: v1, 2: v2}


def written(name: str = "out.json") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(name).read_text())
    return content


def test_both_versions_hold_energy_and_gradient_of_full_ci(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    task = {
        "molecule": H2,
        "driver": "gradient",
        "model": {"method": "vqe-uccsd", "basis": "6-31g"},
    }
    flags = [
        part
        for version in (1, 2)
        for part in ("--export", f"{{name: qcschema, version: {version}}}", f"{version}.json")
    ]
    outcome = run_vqe("run", write_file("in.json", json.dumps(task)), *flags, "--quiet")
    assert outcome.code == 0, outcome.err
    mole = gto.M(atom=f"H 0 0 0; H 0 0 {BOHR}", unit="bohr", basis="6-31g", verbose=0)
    casci = mcscf.CASCI(scf.RHF(mole).run(), 4, (1, 1)).run()
    gradient = casci.nuc_grad_method().kernel()
    for version in (1, 2):
        found = MODELS[version].AtomicResult(**written(f"{version}.json"))
        assert found.success
        assert found.properties.return_energy == pytest.approx(casci.e_tot, abs=1e-7)
        assert np.asarray(found.return_result) == pytest.approx(gradient, abs=1e-6)
        assert found.properties.return_gradient == pytest.approx(gradient, abs=1e-6)
        assert found.properties.scf_total_energy == pytest.approx(casci._scf.e_tot, abs=1e-9)
        assert found.properties.nuclear_repulsion_energy == pytest.approx(1 / BOHR, abs=1e-9)
        assert found.properties.calcinfo_nbasis == mole.nao
        assert found.molecule.geometry[1, 2] == pytest.approx(BOHR, abs=1e-12)
        assert found.extras["vqe"]["verdict"] == "pass"
    again = found.convert_v(1)
    assert np.asarray(again.return_result) == pytest.approx(gradient, abs=1e-6)


def test_the_input_within_a_result_repeats_the_run(run_vqe: RunVqe, write_file: WriteFile) -> None:
    """A cation, with its basis written out by element."""
    text = (
        "molecule:\n  geometry: |\n    He 0 0 0\n    H 0 0 0.8\n  charge: 1\n"
        "  basis: {He: 6-31g, H: sto-3g}\nansatz: {name: k-upccgsd, k: 2}\n"
    )
    first = run_vqe("run", write_file("in.yaml", text), "--json", "--export", "qcschema", "1.json")
    again = run_vqe("run", "1.json", "--json", "--export", "qcschema", "2.json")
    assert (first.code, again.code) == (0, 0), again.err
    energy = first.record["result"]["energy"]
    assert again.record["result"]["energy"] == pytest.approx(energy, abs=1e-12)
    before, after = (v1.AtomicResult(**written(f"{n}.json")) for n in (1, 2))
    assert before.keywords == after.keywords
    assert before.molecule.get_hash() == after.molecule.get_hash()
    mole = gto.M(
        atom="He 0 0 0; H 0 0 0.8", charge=1, basis={"He": "6-31g", "H": "sto-3g"}, verbose=0
    )
    exact, _ = fci.FCI(scf.RHF(mole).run(conv_tol=1e-12)).kernel()
    assert before.extras["vqe"]["reference_energy"] == pytest.approx(exact, abs=1e-8)


def test_driver_properties_has_the_dipole_moment_of_full_ci(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    """The moment of LiH in its smallest basis by PySCF, e·bohr."""
    geometry = "Li 0 0 0\nH 0 0 1.6"
    file = write_file("in.xyz", f"2\n\n{geometry}\n")
    export = "{name: qcschema, driver: properties, version: 2}"
    outcome = run_vqe("run", file, "--export", export, "out.json", "--quiet")
    assert outcome.code == 0, outcome.err
    found = v2.AtomicResult(**written()).return_result
    mole = gto.M(atom=geometry, basis="sto-3g", verbose=0)
    casci = mcscf.CASCI(scf.RHF(mole).run(), 6, (2, 2)).run()
    moment = casci._scf.dip_moment(mole, casci.make_rdm1(), unit="au", verbose=0)
    assert found["dipole_moment"] == pytest.approx(moment, abs=2e-3)  # UCCSD is not quite exact
    assert sum(found["mulliken_charges"]) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("changes", "code", "kind"),
    [
        ({"driver": "hessian"}, 2, "input_error"),
        ({"model": {"method": "vqe", "basis": "nosuch"}}, 2, "input_error"),
        ({"keywords": {"optimizer": {"name": "slsqp", "maxiter": 1}}}, 4, "convergence_error"),
    ],
)
def test_a_run_that_fails_is_a_failed_operation(
    run_vqe: RunVqe,
    write_file: WriteFile,
    version: int,
    changes: dict[str, Any],
    code: int,
    kind: str,
) -> None:
    asked = {"molecule": H2, "driver": "energy", "model": {"method": "vqe", "basis": "6-31g"}}
    file = write_file("in.json", json.dumps({**asked, **changes}))
    export = f"{{name: qcschema, version: {version}}}"
    outcome = run_vqe("run", file, "--export", export, "out.json", "--quiet")
    assert outcome.code == code
    found = MODELS[version].FailedOperation(**written())
    assert not found.success
    assert found.error.error_type == kind
    assert found.input_data["molecule"]["symbols"] == ["H", "H"]


def test_problems_without_a_molecule_are_refused_before_they_are_solved(
    run_vqe: RunVqe, write_file: WriteFile
) -> None:
    file = write_file("in.yaml", "hamiltonian: {paulis: {ZZ: -1.0, XX: 0.2}}\n")
    outcome = run_vqe("run", file, "--export", "qcschema", "out.json")
    assert outcome.code == 2
    assert "QCSchema describes a molecule" in outcome.err
    molecule = write_file("h2.xyz", "2\n\nH 0 0 0\nH 0 0 0.7\n")
    outcome = run_vqe("run", molecule, "--export", "{name: qcschema, driver: gradient}", "x.json")
    assert outcome.code == 2
    assert "needs forces" in outcome.err
