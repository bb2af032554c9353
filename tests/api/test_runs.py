"""Runs and problems from whatever a Python program has, against PySCF and Qiskit by themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pyscf import fci, gto, mcscf, scf
from qiskit.primitives import StatevectorEstimator
from qiskit.quantum_info import SparsePauliOp

import vqe_cli
from tests.conftest import WriteFile

H2_TEXT = "molecule: {name: pair, geometry: H 0 0 0; H 0 0 0.74}\n"
H2 = {"molecule": {"name": "pair", "geometry": "H 0 0 0; H 0 0 0.74"}}

pytestmark = pytest.mark.filterwarnings("ignore::scipy.sparse.SparseEfficiencyWarning")


@pytest.fixture(scope="module")
def h2() -> vqe_cli.RunRecord:
    return vqe_cli.run(H2)


@pytest.fixture(scope="module")
def exact() -> float:
    mole = gto.M(atom="H 0 0 0; H 0 0 0.74", basis="sto-3g", verbose=0)
    return float(fci.FCI(scf.RHF(mole).run(conv_tol=1e-12)).kernel()[0])


def test_every_kind_of_input_leads_to_the_same_energy(
    write_file: WriteFile, h2: vqe_cli.RunRecord, exact: float
) -> None:
    path = write_file("h2.yaml", H2_TEXT)
    mole = gto.M(atom="H 0 0 0; H 0 0 0.74", basis="sto-3g", verbose=0)
    atoms = [("H", (0, 0, 0)), ("H", np.array([0, 0, 0.74]))]
    found = [
        h2,
        vqe_cli.run(path),
        vqe_cli.run(str(path)),
        vqe_cli.run(vqe_cli.load(path)),
        vqe_cli.run(h2),
        vqe_cli.run(h2.model_dump(mode="json")),
        vqe_cli.run(geometry="H 0 0 0; H 0 0 0.74"),
        vqe_cli.run(geometry=atoms),
        vqe_cli.run(geometry=[(1, 0, 0, 0), (1, 0, 0, 0.74)]),
        vqe_cli.run(geometry=write_file("h2.xyz", "2\n\nH 0 0 0\nH 0 0 0.74\n")),
        vqe_cli.run(mole),
        vqe_cli.run(scf.RHF(mole).run()),
        vqe_cli.run(vqe_cli.problem(H2)),
    ]
    assert [one.energy for one in found] == pytest.approx([exact] * len(found), abs=1e-7)
    assert {one.verdict for one in found} == {"pass"}


def test_keywords_are_flags_keys_and_set(write_file: WriteFile) -> None:
    path = write_file("h2.yaml", H2_TEXT + "optimizer: slsqp\n")
    spec = vqe_cli.load(
        path,
        basis="6-31g",
        charge=np.int64(1),
        multiplicity=2,
        ansatz={"name": "k-upccgsd", "repetitions": 2},
        active_space="{name: frontier, electrons: 1, orbitals: 2}",
        shots=np.int32(4096),
        backend="aer",
        states=2,
        set={"optimizer.maxiter": 20},
    )
    molecule = spec.molecule
    assert molecule is not None
    assert (molecule.basis, molecule.charge, molecule.multiplicity) == ("6-31g", 1, 2)
    assert spec.ansatz.as_dict() == {"name": "k-upccgsd", "repetitions": 2}
    assert spec.active_space.as_dict() == {"name": "frontier", "electrons": 1, "orbitals": 2}
    assert spec.backend.as_dict() == {"name": "aer", "shots": 4096}
    assert spec.optimizer.as_dict() == {"name": "slsqp", "maxiter": 20}
    assert spec.states is not None
    assert spec.states.number == 2


def test_a_spec_is_changed_without_losing_the_folder_of_its_file(write_file: WriteFile) -> None:
    write_file("deep/h2.xyz", "2\n\nH 0 0 0\nH 0 0 0.74\n")
    path = write_file("deep/h2.yaml", "molecule: {geometry: {file: h2.xyz}}\n")
    spec = vqe_cli.load(vqe_cli.load(path), basis="3-21g")
    assert spec.title == "h2"
    assert vqe_cli.load(spec, seed=3).seed == 3


def test_keywords_are_the_flags_of_run_and_the_keys_of_an_input() -> None:
    from vqe_cli.api.changes import PLACES, Changes
    from vqe_cli.cli.options import FLAGS

    flags = {flag.split("/")[0].lstrip("-").replace("-", "_"): path for flag, path, *_ in FLAGS}
    own = {"geometry", "set"}
    assert set(Changes.__annotations__) == {*flags, *vqe_cli.RunSpec.model_fields, *own}
    for name, path in flags.items():
        assert PLACES.get(name, path) == path
        assert name in PLACES or path[0] == name


def test_circuit_and_hamiltonian_have_the_energy_of_the_record() -> None:
    record = vqe_cli.run(
        geometry="N 0 0 0; N 0 0 1.4",
        active_space={"name": "frontier", "electrons": 4, "orbitals": 4},
        mapper="parity",
    )
    problem = vqe_cli.problem(record)
    job = StatevectorEstimator().run([(record.circuit(), problem.hamiltonian)])
    assert float(job.result()[0].data.evs) == pytest.approx(record.energy, abs=1e-9)
    assert problem.energy(record.result.parameters) == pytest.approx(record.energy, abs=1e-9)
    gradient = problem.gradient(record.result.parameters)
    assert np.abs(gradient).max() < 1e-4


@pytest.mark.parametrize("ansatz", ["adapt", "tups", "efficient-su2"])
def test_bound_circuits_of_every_form_have_the_recorded_energy(ansatz: str) -> None:
    record = vqe_cli.run(H2, ansatz=ansatz)
    problem = vqe_cli.problem(record)
    for decomposed in (True, False):
        circuit = problem.bind(record.result.parameters, decomposed=decomposed)
        job = StatevectorEstimator().run([(circuit, problem.hamiltonian)])
        assert float(job.result()[0].data.evs) == pytest.approx(record.energy, abs=1e-9)


def test_density_matrices_are_those_of_casci() -> None:
    mole = gto.M(atom="Li 0 0 0; H 0 0 1.6", basis="sto-3g", verbose=0)
    field = scf.RHF(mole).run(conv_tol=1e-12)
    casci = mcscf.CASCI(field, 3, 2).run()
    rdm1, rdm2 = casci.fcisolver.make_rdm12(casci.ci, 3, 2)
    record = vqe_cli.run(field, active_space={"name": "frontier", "electrons": 2, "orbitals": 3})
    assert np.abs(record.rdm1()) == pytest.approx(np.abs(rdm1), abs=1e-5)  # signs are open
    assert np.abs(record.rdm2()) == pytest.approx(np.abs(rdm2), abs=1e-5)
    assert np.abs(rdm1[0, 1:]).max() > 1e-3
    integrals = vqe_cli.problem(record).electrons
    assert isinstance(integrals, vqe_cli.ElectronicProblem)
    energy = np.einsum("pq,pq", integrals.h1, record.rdm1()) + integrals.core_energy
    energy += 0.5 * np.einsum("pqrs,pqrs", integrals.h2, record.rdm2())
    assert energy == pytest.approx(casci.e_tot, abs=1e-8)
    alpha, beta = record.rdm1(by_spin=True)
    assert alpha + beta == pytest.approx(record.rdm1())


def test_a_record_starts_another_run(h2: vqe_cli.RunRecord) -> None:
    stretched = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.76"}}
    start = vqe_cli.run(stretched, initial=h2, optimizer="none").energy
    again = vqe_cli.run(stretched, initial=np.array(h2.result.parameters), optimizer="none")
    assert start == pytest.approx(again.energy, abs=1e-12)
    assert start == pytest.approx(vqe_cli.problem(stretched).energy(h2.result.parameters))


def test_a_grown_ansatz_goes_on_elsewhere() -> None:
    grown = vqe_cli.run(geometry="H 0 0 0; H 0 0 0.9; H 0 0 1.9; H 0 0 3.1", ansatz="adapt")
    with pytest.raises(vqe_cli.InputError, match="belong to the operators") as refused:
        vqe_cli.load(grown, initial=grown)
    assert refused.value.hint == "ansatz=record starts from both"
    again = vqe_cli.run(
        geometry="H 0 0 0; H 0 0 0.9; H 0 0 1.9; H 0 0 3.1", ansatz=grown, optimizer="none"
    )
    same = vqe_cli.run(grown, ansatz=grown, optimizer="none")
    other = vqe_cli.run(grown, ansatz=grown, optimizer="none", initial="zeros")
    assert [again.energy, same.energy] == pytest.approx([grown.energy] * 2, abs=1e-9)
    assert other.energy == pytest.approx(grown.problem.hartree_fock_energy, abs=1e-9)


def test_a_problem_tells_where_a_run_begins_and_ends(exact: float) -> None:
    problem = vqe_cli.problem(H2)
    assert (problem.num_qubits, problem.num_parameters) == (4, 1)
    assert problem.initial_point.shape == (1,)
    assert problem.exact_energy() == pytest.approx(exact, abs=1e-9)
    mole = gto.M(atom="H 0 0 0; H 0 0 0.74", basis="sto-3g", verbose=0)
    assert problem.hartree_fock_energy == pytest.approx(scf.RHF(mole).run().e_tot, abs=1e-8)
    assert problem.energies([[0.0], [0.1]])[0] == pytest.approx(problem.hartree_fock_energy)
    assert repr(problem) == "<VariationalProblem pair: 4 qubits, ansatz uccsd>"


def test_a_problem_of_pauli_strings_has_the_eigenvalue_by_hand() -> None:
    operator = SparsePauliOp.from_list([("ZZ", -1.0), ("ZI", 0.5), ("IZ", 0.5), ("XX", 0.2)])
    record = vqe_cli.run(operator, ansatz="two-local", seed=3)
    assert record.energy == pytest.approx(-1 - np.sqrt(1.04), abs=1e-6)
    with pytest.raises(vqe_cli.InputError, match="no density matrices"):
        record.rdm1()


def test_the_package_is_typed() -> None:
    assert (Path(vqe_cli.__file__).parent / "py.typed").exists()
