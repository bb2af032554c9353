"""What a bundle of a run holds, as other programs read it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from pyscf import fci
from pyscf.tools import fcidump

import vqe_cli
from tests.cli.hydrogen import EXACT
from tests.conftest import RunVqe, WriteFile
from vqe_cli._core.bundles import RECORD, Bundle
from vqe_cli.analysis.bundles.integrals import INTEGRALS, Integrals
from vqe_cli.chemistry.problem import build_problem
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\n"
H4 = "molecule: {geometry: H 0 0 0; H 0 0 0.9; H 0 0 1.8; H 0 0 2.7}\nreference: none\n"


@pytest.fixture
def bundle(run_vqe: RunVqe, write_file: WriteFile) -> Bundle:
    done = run_vqe("run", "-q", write_file("h2.yaml", H2), "-o", "h2.zip")
    assert done.code == 0
    return Bundle(Path("h2.zip"))


def test_the_integrals_give_the_exact_energy_in_pyscf(bundle: Bundle) -> None:
    found = Integrals.from_bytes(bundle.read(INTEGRALS))
    energy, _ = fci.direct_spin1.kernel(found.h1, found.h2, 2, found.nelec)
    assert energy + found.core_energy == pytest.approx(EXACT, abs=1e-8)
    Path("integrals.fcidump").write_bytes(bundle.read("integrals.fcidump"))
    other = fcidump.read("integrals.fcidump", verbose=False)
    np.testing.assert_allclose(other["H1"], found.h1, rtol=0, atol=1e-15)
    assert other["ECORE"] == found.core_energy


@pytest.mark.parametrize("ansatz", ["uccsd", "two-local"])
def test_the_circuit_prepares_the_final_state(
    run_vqe: RunVqe, write_file: WriteFile, ansatz: str
) -> None:
    from qiskit import qasm3, qpy
    from qiskit.quantum_info import Statevector

    path = write_file("h2.yaml", H2)
    done = run_vqe("run", "-q", path, "--ansatz", ansatz, "-o", "h2.zip")
    bundle, spec = Bundle(Path("h2.zip")), vqe_cli.load(path)
    energy = json.loads(bundle.read(RECORD))["result"]["energy"]
    assert done.code == 0
    parts = look_up_parts(spec)
    hamiltonian = Encoding(build_problem(spec, parts.active_space), parts.mapper).hamiltonian
    (loaded,) = qpy.load(io.BytesIO(bundle.read("circuit.qpy")))
    for circuit in (loaded, qasm3.loads(bundle.read("circuit.qasm").decode())):
        assert circuit.num_parameters == 0
        value = Statevector(circuit).expectation_value(hamiltonian)
        assert value == pytest.approx(energy, abs=1e-8)


def test_the_same_run_makes_the_same_files(run_vqe: RunVqe, write_file: WriteFile) -> None:
    path = write_file("h4.yaml", H4)
    for name in ("one.zip", "two.zip"):
        assert run_vqe("run", "-q", path, "-o", name).code == 0
    one, other = Bundle(Path("one.zip")), Bundle(Path("two.zip"))
    timed = {"record.json", "manifest.json"}  # wall times and dates differ
    assert set(one.names) - timed
    for name in set(one.names) - timed:
        assert one.read(name) == other.read(name), name


def test_the_input_and_the_parameters_are_inputs(
    bundle: Bundle, run_vqe: RunVqe, write_file: WriteFile
) -> None:
    write_file("input.json", bundle.read("input.json"))
    write_file("parameters.json", bundle.read("parameters.json"))
    start = ("--initial", "{file: parameters.json}", "--optimizer", "none")
    found = run_vqe("run", "-q", "input.json", *start, "--json")
    assert found.code == 0
    assert found.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-8)


def test_the_readme_fits_a_terminal_and_the_requirements_are_versions(bundle: Bundle) -> None:
    lines = bundle.read("README.txt").decode().splitlines()
    assert max(map(len, lines)) <= 80
    assert f"numpy=={np.__version__}" in bundle.read("requirements.txt").decode().splitlines()


def test_no_circuit_is_made_of_too_many_excitations(
    run_vqe: RunVqe, write_file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vqe_cli.analysis.bundles.circuits.MOST_ROTATIONS", 0)
    run_vqe("run", "-q", write_file("h2.yaml", H2), "-o", "h2.zip")
    assert not any(name.startswith("circuit") for name in Bundle(Path("h2.zip")).names)


def test_equal_integrals_have_equal_checksums_and_others_do_not(bundle: Bundle) -> None:
    found = Integrals.from_bytes(bundle.read(INTEGRALS))
    assert Integrals.from_bytes(found.to_bytes()).sha256 == found.sha256
    shifted = Integrals(
        np.nextafter(found.h1, 1.0), found.h2, found.core_energy, found.nelec,
        found.orbital_energies, found.orbsym,
    )  # fmt: skip
    assert shifted.sha256 != found.sha256
    with pytest.raises(ValueError, match="no file of integrals"):
        Integrals.from_bytes(b"something else")
