"""What is no input is answered with what would be right."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pyscf import cc, gto, mcscf, scf
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

import vqe_cli
from tests.conftest import WriteFile

ATOMS = "H 0 0 0; H 0 0 0.74"
H2 = {"molecule": {"geometry": ATOMS}}


@pytest.fixture
def files(write_file: WriteFile) -> None:
    """The working directory of a user."""
    write_file("water.xyz", "3\n\nO 0 0 0.1173\nH 0 0.7572 -0.4692\nH 0 -0.7572 -0.4692\n")
    write_file("h2.yaml", "molecule:\n  geometry: H 0 0 0; H 0 0 0.74\n")
    write_file("typo.yaml", "molecule:\n  geometry: H 0 0 0; H 0 0 0.74\nansats: uccsd\n")
    write_file("notes.json", "{}")


def mole(**options: Any) -> Any:
    return gto.M(atom=ATOMS, basis="sto-3g", verbose=0, **options)


SOURCES: list[tuple[Any, str, str]] = [
    (None, "no input", "smiles="),
    (42, "int is no input", "path of a file"),
    (b"h2.yaml", "bytes is no input", "path of the file"),
    (np.eye(2), "ndarray is no input", "path of a file"),
    ("", "path is empty", "path of a file"),
    ("watr.xyz", "no such file", "did you mean 'water.xyz'?"),
    ("data/h2.yaml", "no such file", "no folder data"),
    (".", "is a directory", "name the files"),
    ("CCO", "no such file", "smiles='CCO'"),
    ("[H][H]", "no such file", "smiles='[H][H]'"),
    ("H2", "no such file", "vqe init H2"),
    (ATOMS, "is a geometry", "geometry='H 0 0 0; H 0 0 0.74'"),
    (ATOMS.replace("; ", "\n"), "is a geometry", "geometry='H 0 0 0; H 0 0 0.74'"),
    ("molecule:\n  geometry: H 0 0 0\n", "content of an input file", "write it to a file"),
    ("a\nb", "not the path", "path of a file"),
    ({"molecul": {"geometry": ATOMS}}, "unknown key 'molecul'", "did you mean 'molecule'?"),
    ({"molecule": {"geometri": ATOMS}}, "unknown key 'geometri'", "did you mean 'geometry'?"),
    ({"molecule": "water.xyz"}, "must be a mapping", "{'file': 'water.xyz'}"),
    ({"molecule": {"geometry": "water.xyz"}}, "'symbol x y z'", "{'file': 'water.xyz'}"),
    ({"molecule": {"geometry": "CCO"}}, "'symbol x y z'", "smiles='CCO'"),
    ({"geometry": ATOMS}, "'molecule.geometry'", "vqe_cli.run(geometry=..., ...)"),
    ({"molecule": {"geometry": ATOMS, "charge": "no"}}, "must be a whole number", ""),
    ("typo.yaml", "typo.yaml:3: unknown key 'ansats'", "did you mean 'ansatz'?"),
    ([H2, H2], "list is no input", "vqe_cli.Records("),
    ([["H", 0, 0, 0], ["H", 0, 0, 1]], "list is no input", "geometry=[...]"),
    (io.StringIO("molecule"), "StringIO is no input", "not the open file"),
    (gto.Mole, "class Mole is no input", "give an object"),
    (QuantumCircuit(1), "QuantumCircuit is no input", "the molecule or the Hamiltonian"),
    (SparsePauliOp(["XX"], [1j]), "must be a real number", "Hermitian"),
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("source", "message", "hint"), SOURCES)
def test_wrong_sources_are_answered(source: Any, message: str, hint: str) -> None:
    with pytest.raises(vqe_cli.InputError) as refused:
        vqe_cli.load(source)
    assert message in str(refused.value)
    assert hint in (refused.value.hint or "")


KEYWORDS: list[tuple[dict[str, Any], str, str]] = [
    ({"ansats": "uccsd"}, "there is no keyword 'ansats'", "did you mean 'ansatz'?"),
    ({"max_iter": 3}, "there is no keyword", "did you mean 'maxiter'?"),
    ({"optimizer__maxiter": 3}, "there is no keyword", 'set={"optimizer.maxiter": ...}'),
    ({"name": "x"}, "there is no keyword", 'set={"molecule.name": ...}'),
    ({"shots": "many"}, "keyword shots: 'backend.shots' must be a whole number", ""),
    ({"shots": 1e3}, "must be a whole number", "write a whole number: 1000"),
    ({"reference": None}, "None may mean the default or none", 'reference="none"'),
    ({"smiles": "O", "geometry": ATOMS}, "both given", "leave one of them out"),
    ({"smiles": 3}, "a SMILES is text", 'smiles="CCO"'),
    ({"set": "optimizer.maxiter=3"}, "is a mapping", 'set={"optimizer.maxiter": 200}'),
    ({"set": {"": 3}}, "not the key of a field", "joined by dots"),
    ({"set": {"backend.x.y": 3}}, "keyword set", ""),
    ({"active_space": "{name: frontier"}, "not valid YAML", ""),
    ({"initial": [float("nan")]}, "finite number", ""),
    ({"initial": "ones"}, "keyword initial", "it can be"),
    ({"initial": "h2.json"}, "no kind of start", "pathlib.Path('h2.json')"),
    ({"initial": 0.1}, "no list of parameters", "initial=[0.1]"),
    ({"active_space": (4, 4)}, "tuple is no active-space", "'electrons': 4"),
    ({"ansatz": QuantumCircuit(4)}, "QuantumCircuit is no ansatz", "add-an-ansatz"),
    ({"optimizer": print}, "is no optimizer", "vqe list optimizer"),
    ({"geometry": "water.xyz"}, "keyword geometry", "pathlib.Path('water.xyz')"),
]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("keywords", "message", "hint"), KEYWORDS)
def test_wrong_keywords_are_answered(keywords: Any, message: str, hint: str) -> None:
    with pytest.raises(vqe_cli.InputError) as refused:
        vqe_cli.run("h2.yaml", **keywords)
    assert message in str(refused.value) or "backend" in str(refused.value)
    assert hint in (refused.value.hint or "")


FIELDS: list[tuple[Callable[[], Any], str, str]] = [
    (lambda: mole().RHF(), "has not been run", "mf.run()"),
    (lambda: mole().RHF(max_cycle=0).run(), "is not converged", "mf.newton()"),
    (lambda: mole().UHF().run(), "UHF has other orbitals", "molecule.scf.unrestricted"),
    (lambda: mole().UKS(xc="lda").run(), "UKS has other orbitals", "mf.mol.RHF()"),
    (lambda: mole().GHF().run(), "GHF mixes", "restricted"),
    (lambda: mole(cart=True), "Cartesian", "mol.cart = False"),
    (lambda: mole(spin=-2), "more beta than alpha", "mol.spin = 2"),
    (lambda: mcscf.CASCI(mole().RHF().run(), 2, 2), "CASCI is no input", "VQESolver"),
    (lambda: cc.CCSD(mole().RHF().run()), "CCSD is no input", "mean field"),
]


@pytest.mark.parametrize(("make", "message", "hint"), FIELDS)
def test_other_objects_of_pyscf_are_answered(
    make: Callable[[], Any], message: str, hint: str
) -> None:
    with pytest.raises((vqe_cli.InputError, vqe_cli.NotConvergedError)) as refused:
        vqe_cli.run(make())
    assert message in str(refused.value)
    assert hint in (refused.value.hint or "")


@pytest.mark.parametrize("change", [{"basis": "6-31g"}, {"charge": 2}, {"solvent": "water"}])
def test_a_mean_field_keeps_its_molecule(change: Any) -> None:
    with pytest.raises(vqe_cli.InputError, match="that of its own molecule") as refused:
        vqe_cli.run(mole().RHF().run(), **change)
    assert "vqe_cli.run(mf.mol, ...)" in (refused.value.hint or "")


def test_another_hamiltonian_of_a_mean_field_is_noticed() -> None:
    molecule = mole()
    field = scf.RHF(molecule)
    hcore = field.get_hcore() + 0.05 * molecule.intor("int1e_r")[2]
    field.get_hcore = lambda *_: hcore
    with pytest.raises(vqe_cli.InputError, match="Hamiltonian of its molecule alone"):
        vqe_cli.run(field.run())


def test_parameters_that_do_not_fit_are_answered() -> None:
    problem = vqe_cli.problem(H2)
    for wrong, message in (
        ([1, 2, 3], "3 parameters given, the ansatz has 1 parameter"),
        (0.1, r"shape \(\) given"),
        ("abc", "parameters are real numbers"),
        (None, "parameters are real numbers"),
        ([0.1j], "parameters are real numbers"),
        ([np.inf], "not all finite"),
    ):
        for use in (problem.bind, problem.energy, problem.gradient):
            with pytest.raises(vqe_cli.InputError, match=message):
                use(wrong)  # type: ignore[arg-type]
    for wrong in ([0.1], 0.1, None):
        with pytest.raises(vqe_cli.InputError, match="points have shape"):
            problem.energies(wrong)  # type: ignore[arg-type]
    with pytest.raises(vqe_cli.InputError, match="no circuit before a run has grown it"):
        vqe_cli.problem(H2, ansatz="adapt").circuit()


@pytest.mark.usefixtures("files")
def test_wrong_uses_of_records_are_answered() -> None:
    record = vqe_cli.run(H2)
    for name in ("folder.json", "folder.png"):
        os.mkdir(name)
    for use, message in (
        (lambda: vqe_cli.read("h2.yaml"), "is no record"),
        (lambda: vqe_cli.read("notes.json"), "is no record of vqe"),
        (lambda: vqe_cli.read("lost.json"), "no such file"),
        (lambda: vqe_cli.read(record), "is not the path of a record"),
        (lambda: record.save("h2.txt"), "written as JSON"),
        (lambda: record.save("nowhere/h2.json"), "there is no folder nowhere"),
        (lambda: record.plot("h2.gif"), "not written as '.gif'"),
        (lambda: record.plot(kind="pie"), "no kind of plot"),
        (lambda: record.save(None), "NoneType is not the path of a file"),
        (lambda: record.plot(3), "int is not the path of a file"),
        (lambda: record.save("folder.json"), "cannot be written"),
        (lambda: record.plot("folder.png"), "cannot be written"),
        (lambda: vqe_cli.Records([record]).save(io.StringIO()), "StringIO is not the path"),
        (lambda: vqe_cli.run(H2, context=3), "int is no context"),
        (lambda: vqe_cli.run(vqe_cli.Records([record])), "Records is no input of a run"),
        (lambda: vqe_cli.Records(record), "several records"),
        (lambda: vqe_cli.Records(["h2.json"]), "str is no record"),
        (lambda: vqe_cli.Records([record]).table("spec.molecule.basi"), "no record has"),
        (lambda: vqe_cli.Records([record]).table(["spec"]), "a column is text"),
        (lambda: vqe_cli.Records([]).plot(), "no records to plot"),
        (lambda: vqe_cli.run("h2.yaml", ansatz=record), "has no operators"),
        (lambda: vqe_cli.run("h2.yaml", mapper=record), "a record cannot stand here"),
    ):
        with pytest.raises(vqe_cli.InputError, match=message):
            use()


def test_a_notebook_shows_line_message_and_hint_alone() -> None:
    with pytest.raises(vqe_cli.InputError) as refused:
        vqe_cli.run("h3.yaml")
    lines = refused.value._render_traceback_()
    assert lines[0].endswith('vqe_cli.run("h3.yaml")')
    assert lines[1] == "InputError: h3.yaml: no such file"
    assert lines[2].startswith("hint: ")


def test_an_input_does_not_lose_the_orbitals_of_a_mean_field() -> None:
    field = mole().RHF().run()
    with pytest.raises(vqe_cli.InputError, match="would be lost"):
        vqe_cli.load(field)
    found = vqe_cli.run(vqe_cli.problem(field), optimizer="none").problem.scf
    assert found is not None
    assert found.chosen == "orbitals of the given mean field"
