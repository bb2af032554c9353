"""Exports read by the programs that they are for, and the ground energy that these find.

`pip install '.[test,ecosystem]' && pytest -m ecosystem`; a missing program fails.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyscf import fci, gto, mcscf, scf
from pyscf.tools import fcidump

pytestmark = pytest.mark.ecosystem

LITHIUM_HYDRIDE = """\
molecule: {geometry: Li 0 0 0; H 0 0 1.6}
active_space: frozen-core
"""
ATOMS_OF_METHYLENE = "C 0 0 0; H 0 0.99 0.42; H 0 -0.99 0.42"
METHYLENE = f"""\
molecule: {{geometry: "{ATOMS_OF_METHYLENE}", multiplicity: 3}}
active_space: frozen-core
"""
INCLUDE = 'include "stdgates.inc";\n'


@dataclass(frozen=True)
class Files:
    """The exports of a run of lithium hydride.

    Args:
        hamiltonian: The qubit Hamiltonian for Qiskit.
        operator: The same for OpenFermion.
        circuit: The ansatz in OpenQASM 3.
        parameters: The parameters of the minimum.
        exact: Energy of CASCI by PySCF, Hartree.
    """

    hamiltonian: Path
    operator: Path
    circuit: Path
    parameters: list[float]
    exact: float


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    from vqe_cli.cli.main import main

    folder = tmp_path_factory.mktemp("exports")
    (folder / "lih.yaml").write_text(LITHIUM_HYDRIDE)
    names = {"qiskit": "h.json", "openfermion": "h.txt", "qasm3": "ansatz.qasm"}
    exports = [word for name, file in names.items() for word in ("--export", name, folder / file)]
    words = ["run", folder / "lih.yaml", "-q", "-o", folder / "record.json", *exports]
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert end.value.code == 0
    record = json.loads((folder / "record.json").read_text())
    found: list[float] = record["result"]["parameters"]
    assert len(found) > 1  # their order matters
    paths = [folder / file for file in names.values()]
    return Files(*paths, found, casci("Li 0 0 0; H 0 0 1.6", 5, 2))


def casci(atoms: str, orbitals: int, electrons: int, spin: int = 0) -> float:
    """The energy of CASCI by PySCF, Hartree."""
    mole = gto.M(atom=atoms, basis="sto-3g", spin=spin, symmetry=True, verbose=0)
    field = scf.ROHF(mole).run(conv_tol=1e-12)
    return float(mcscf.CASCI(field, orbitals, electrons).kernel()[0])


def exported(tmp_path: Path, text: str) -> Path:
    """The FCIDUMP of an input."""
    from vqe_cli.cli.main import main

    (tmp_path / "in.yaml").write_text(text)
    words = ["inspect", tmp_path / "in.yaml", "--export", "fcidump", tmp_path / "FCIDUMP"]
    with pytest.raises(SystemExit) as end:
        main([str(word) for word in words])
    assert end.value.code == 0
    return tmp_path / "FCIDUMP"


def test_qiskit_reads_hamiltonian_and_circuit(files: Files) -> None:
    from qiskit import qasm3
    from qiskit.quantum_info import SparsePauliOp, Statevector

    operator = SparsePauliOp.from_list(json.loads(files.hamiltonian.read_text()))
    circuit = qasm3.loads(files.circuit.read_text()).assign_parameters(files.parameters)
    energy = Statevector(circuit).expectation_value(operator).real
    assert energy == pytest.approx(files.exact, abs=1e-6)


def test_qiskit_nature_reads_fcidump(tmp_path: Path) -> None:
    from qiskit_algorithms import NumPyMinimumEigensolver
    from qiskit_nature.second_q.algorithms import GroundStateEigensolver
    from qiskit_nature.second_q.formats import fcidump_to_problem
    from qiskit_nature.second_q.formats.fcidump import FCIDump
    from qiskit_nature.second_q.mappers import JordanWignerMapper

    content = FCIDump.from_file(exported(tmp_path, LITHIUM_HYDRIDE))
    problem = fcidump_to_problem(content)
    solver = NumPyMinimumEigensolver(filter_criterion=_has_two_electrons)
    found = GroundStateEigensolver(JordanWignerMapper(), solver).solve(problem)
    assert found.total_energies[0] == pytest.approx(casci("Li 0 0 0; H 0 0 1.6", 5, 2), abs=1e-8)


def _has_two_electrons(_: Any, __: float, found: dict[str, tuple[float, Any]]) -> bool:
    return bool(np.isclose(found["ParticleNumber"][0], 2))


def test_openfermion_reads_the_hamiltonian(files: Files) -> None:
    from openfermion import QubitOperator, get_sparse_operator
    from openfermion.linalg import jw_get_ground_state_at_particle_number

    operator = QubitOperator(files.operator.read_text())
    energy, _ = jw_get_ground_state_at_particle_number(get_sparse_operator(operator), 2)
    assert energy == pytest.approx(files.exact, abs=1e-8)


def test_pennylane_reads_hamiltonian_and_circuit(files: Files) -> None:
    import pennylane as qml
    from openfermion import QubitOperator

    wires = [f"q[{number}]" for number in range(10)]
    operator = qml.import_operator(
        QubitOperator(files.operator.read_text()), format="openfermion", wires=wires
    )
    text = files.circuit.read_text()
    inputs = [line.split()[-1].rstrip(";") for line in text.splitlines() if line[:5] == "input"]

    @qml.qnode(qml.device("default.qubit", wires=wires))
    def energy() -> Any:
        bound = dict(zip(inputs, files.parameters, strict=True))
        qml.from_qasm3(text.replace(INCLUDE, ""))(**bound)
        return qml.expval(operator)

    assert float(energy()) == pytest.approx(files.exact, abs=1e-6)


def test_pyscf_reads_fcidump_with_irreps(tmp_path: Path) -> None:
    content = fcidump.read(str(exported(tmp_path, METHYLENE)), molpro_orbsym=True, verbose=False)
    solver = fci.direct_spin1_symm.FCI()
    solver.orbsym = np.array(content["ORBSYM"])
    solver.wfnsym = fcidump.ORBSYM_MAP["C2v"].index(content["ISYM"])
    energy, _ = solver.kernel(content["H1"], content["H2"], 6, (4, 2), ecore=content["ECORE"])
    assert energy == pytest.approx(casci(ATOMS_OF_METHYLENE, 6, 6, 2), abs=1e-8)


def test_block2_reads_fcidump_with_irreps(tmp_path: Path) -> None:
    from pyblock2.driver.core import DMRGDriver, SymmetryTypes

    file = exported(tmp_path, METHYLENE)
    driver = DMRGDriver(scratch=str(tmp_path / "scratch"), symm_type=SymmetryTypes.SU2, n_threads=1)
    driver.read_fcidump(str(file), pg="c2v", iprint=0)
    driver.initialize_system(
        driver.n_sites, driver.n_elec, driver.spin, driver.pg_irrep, driver.orb_sym
    )
    operator = driver.get_qc_mpo(driver.h1e, driver.g2e, ecore=driver.ecore, iprint=0)
    state = driver.get_random_mps(tag="ket", bond_dim=100, nroots=1)
    energy = driver.dmrg(operator, state, n_sweeps=10, noises=[1e-4] * 4 + [0], iprint=0)
    assert energy == pytest.approx(casci(ATOMS_OF_METHYLENE, 6, 6, 2), abs=1e-7)
