"""What `vqe inspect --export` writes is read by `vqe run`, with the same energies to 1e-10."""

from __future__ import annotations

import json

import pytest

from tests.conftest import RunVqe, WriteFile

MOLECULE = "molecule:\n  geometry: H 0 0 0; H 0 0 0.9; H 0 0.1 1.9; H 0 0 2.9\n"
ENERGY_AT_START = ("--quiet", "--json", "--optimizer", "none", "--initial", "zeros")
FORMATS = ["fcidump", "qiskit", "openfermion", "qcschema"]


@pytest.fixture(scope="module")
def exact() -> tuple[float, float]:
    """RHF and full CI by PySCF, Hartree."""
    from pyscf import fci, gto, scf

    mole = gto.M(atom="H 0 0 0; H 0 0 0.9; H 0 0.1 1.9; H 0 0 2.9", verbose=0)
    field = scf.RHF(mole).set(conv_tol=1e-13)
    field.kernel()
    return field.e_tot, fci.FCI(field).kernel()[0]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("mapper", ["jordan-wigner", "parity"])
def test_every_exported_problem_is_read_back(
    write_file: WriteFile,
    run_vqe: RunVqe,
    exact: tuple[float, float],
    name: str,
    mapper: str,
) -> None:
    file = write_file("h4.yaml", MOLECULE)
    assert run_vqe("inspect", file, "--mapper", mapper, "--export", name, "out").code == 0
    flags = ENERGY_AT_START if name in ("fcidump", "qcschema") else (*ENERGY_AT_START[:4],)
    record = run_vqe("run", "out", *flags).record
    assert record["reference"]["energy"] == pytest.approx(exact[1], abs=1e-8)
    direct = run_vqe("run", file, *ENERGY_AT_START, "--mapper", mapper).record
    assert record["reference"]["energy"] == pytest.approx(direct["reference"]["energy"], abs=1e-10)
    if flags == ENERGY_AT_START:
        assert record["result"]["energy"] == pytest.approx(exact[0], abs=1e-8)
        assert record["result"]["energy"] == pytest.approx(direct["result"]["energy"], abs=1e-10)


def test_an_ion_with_ghosts_through_qcschema(write_file: WriteFile, run_vqe: RunVqe) -> None:
    text = "molecule: {geometry: 'He 0 0 0; H 0 0 0.8; @He 0 0 2', charge: 1, basis: 3-21g}\n"
    file = write_file("a.yaml", text)
    assert run_vqe("inspect", file, "--export", "qcschema", "a.json").code == 0
    direct, back = (run_vqe("run", name, *ENERGY_AT_START).record for name in (file, "a.json"))
    assert back["result"]["energy"] == pytest.approx(direct["result"]["energy"], abs=1e-10)
    assert back["reference"]["energy"] == pytest.approx(direct["reference"]["energy"], abs=1e-10)


def test_a_potential_is_not_lost_on_the_way_to_qcschema(
    write_file: WriteFile, run_vqe: RunVqe
) -> None:
    file = write_file("a.yaml", "molecule: {geometry: Na 0 0 0; H 0 0 1.9, ecp: lanl2dz}\n")
    assert run_vqe("inspect", file, "--export", "qcschema", "a.json").code == 2


def test_the_circuit_is_told_from_the_problem(write_file: WriteFile, run_vqe: RunVqe) -> None:
    file = write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.7}\n")
    run_vqe("inspect", file, "--export", "qasm3", "h2.qasm")
    outcome = run_vqe("run", "h2.qasm", "--json")
    assert outcome.code == 2
    assert "circuit" in json.loads(outcome.out)["error"]["message"]
