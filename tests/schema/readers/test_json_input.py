"""JSON of other programs: QCSchema of both versions, lists of Pauli strings."""

from __future__ import annotations

import json
from typing import Any

import pytest
from qcelemental.models.v1 import AtomicInput, Molecule

from tests.conftest import RunVqe, WriteFile
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.errors import InputError
from vqe_cli.schema import load

MOLECULE: dict[str, Any] = {"symbols": ["H", "H"], "geometry": [0.0, 0.0, 0.0, 0.0, 0.0, 1.4]}
MODEL = {"method": "b3lyp", "basis": "3-21g"}
BOHR = 0.529177210903
"""CODATA 2018, in Ångström."""


@pytest.mark.parametrize(
    "content",
    [
        MOLECULE,
        {"schema_name": "qcschema_molecule", "schema_version": 2, **MOLECULE},
        {**MOLECULE, "geometry": [[0, 0, 0], [0, 0, 1.4]]},
        {"schema_name": "qcschema_input", "molecule": MOLECULE, "model": MODEL, "driver": "energy"},
        {
            "schema_name": "qcschema_atomic_input",
            "schema_version": 2,
            "molecule": MOLECULE,
            "specification": {"model": MODEL, "driver": "gradient", "keywords": {"a": 1}},
        },
    ],
)
@pytest.mark.parametrize("through_yaml", [False, True], ids=["direct", "through-yaml"])
def test_a_molecule_is_in_bohr(write_file: WriteFile, content: Any, through_yaml: bool) -> None:
    file = write_file("h2.json", json.dumps(content))
    if through_yaml:
        file = write_file("in.yaml", "molecule: {geometry: {file: h2.json}}\n")
    spec = load(file)
    assert spec.molecule is not None
    first, second = atoms(spec.molecule).positions
    assert second[2] - first[2] == pytest.approx(1.4 * BOHR, abs=1e-12)
    assert spec.molecule.basis == ("3-21g" if "model" in json.dumps(content) else "sto-3g")
    assert bool(spec.source.remarks) == ("model" in json.dumps(content))


def test_ghosts_charge_and_multiplicity(write_file: WriteFile) -> None:
    content = {
        "symbols": ["He", "He"],
        "real": [True, False],
        "geometry": [0, 0, 0, 0, 0, 3],
        "molecular_charge": 1.0,
        "molecular_multiplicity": 2,
    }
    spec = load(write_file("a.json", json.dumps(content)))
    assert spec.molecule is not None
    assert atoms(spec.molecule).ghosts == (False, True)
    assert (spec.molecule.charge, spec.molecule.multiplicity) == (1, 2)
    assert {"charge", "multiplicity"} <= spec.molecule.model_fields_set


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (json.dumps({**MOLECULE, "molecular_charge": 0.5}), "whole number"),
        (json.dumps({**MOLECULE, "geometry": [0, 0, 0]}), "symbols"),
        (json.dumps({**MOLECULE, "geometry": [0, 0, 0, 0, 0]}), "three numbers"),
        (json.dumps({**MOLECULE, "geometry": [0, 0, 0, 0, 0, "1"]}), "three numbers"),
        (json.dumps({**MOLECULE, "symbols": ["H", "H;He"]}), "not an element"),
        (json.dumps({**MOLECULE, "real": [True]}), "symbols"),
        (json.dumps({"schema_name": "qcschema_basis"}), "not a molecule"),
        (json.dumps({**MOLECULE, "schema_version": 4}), "'schema_version' 4 is not known"),
        (json.dumps({"molecule": MOLECULE, "schema_version": 3}), "'schema_version' 3 is not"),
        (json.dumps({"molecule": MOLECULE, "model": "mp2"}), "'model' is not a mapping"),
        ('{"symbols": ["H"], "symbols": ["He"], "geometry": [0, 0, 0]}', "duplicate key"),
        ('[["ZZ", NaN]]', "NaN"),
        ('[["ZZ", 1e999]]', "finite"),
        ('[["ZZ", "0.5+0.1j"]]', "Hermitian"),
        ('[["ZZ", [0.5, 0]]]', "real number"),
        ("[]", "at least one"),
        ("[" * 100_000, "nested"),
        ('{"a":' * 100_000, "nested"),
    ],
)
def test_what_cannot_be_used_is_refused(
    write_file: WriteFile, run_vqe: RunVqe, content: str, words: str
) -> None:
    outcome = run_vqe("run", write_file("a.json", content))
    assert outcome.code == 2
    assert outcome.err.startswith("error: a.json: ")
    assert words in outcome.err


@pytest.mark.parametrize("method", ["hf", "vqe"])
def test_keys_that_qcschema_does_not_have_are_doubts(write_file: WriteFile, method: str) -> None:
    """QCElemental's models refuse them."""
    molecule = {**MOLECULE, "molecularcharge": 1}
    with pytest.raises(ValueError, match="molecularcharge"):
        Molecule(**molecule)
    document = {"molecule": molecule, "model": {"method": method}, "keyword": {}}
    spec = load(write_file("h2.json", json.dumps(document)))
    (doubt,) = [remark.text for remark in spec.source.remarks if remark.doubtful]
    assert doubt.endswith("were not used: molecularcharge, keyword")


def test_the_keys_of_qcelementals_models_are_known(write_file: WriteFile) -> None:
    molecule = Molecule(**MOLECULE, comment="x", connectivity=[(0, 1, 1)], fix_symmetry="c1")
    found = AtomicInput(molecule=molecule, driver="energy", model=MODEL, id="1", extras={"a": 1})
    spec = load(write_file("h2.json", found.json()))
    assert not [remark for remark in spec.source.remarks if remark.doubtful]


@pytest.mark.parametrize(
    ("keywords", "doubted"),
    [
        ({"scf_type": "df", "MAXITER": 50, "e_convergence": 8, "freeze_core": True}, ""),
        ({"scf__maxiter": 50, "reference": "ROHF", "guess": "sad", "print": 2}, ""),
        ({"perturb_h": True, "maxiter": 50, "perturb_dipole": [0, 0, 0.1]}, "perturb_h, perturb_d"),
        ({"pcm": True}, "pcm"),
        ({"solvent": "water"}, "solvent"),
        ({"function_kwargs": {"external_potentials": [[1, [0, 0, 5]]]}}, "function_kwargs"),
        ({"reference": "rks"}, "reference"),
        ({"docc": [1]}, "docc"),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_keywords_that_may_change_the_hamiltonian_are_doubts(
    write_file: WriteFile, keywords: dict[str, Any], doubted: str, version: int
) -> None:
    asked = {"model": MODEL, "keywords": keywords, "protocols": {"stdout": False}}
    asked = asked if version == 1 else {"specification": asked}
    spec = load(write_file("h2.json", json.dumps({"molecule": MOLECULE, **asked})))
    doubts = [remark.text for remark in spec.source.remarks if remark.doubtful]
    assert len(doubts) == bool(doubted)
    assert all(f"not used: {doubted}" in text for text in doubts)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '[["ZZ", -1.0], ["ZI", "(0.5+0j)"], ["IZ", "0.5+0j"], ["XX", 0.2]]'),
        ("a.txt", "(-1+0j) [Z0 Z1] +\n0.5 [Z1] +\n0.5 [Z0] +\n(0.1+0j) [X0 X1] + 0.1 [X0 X1]"),
        ("a.yaml", "hamiltonian: {paulis: {ZZ: (-1+0j), ZI: 0.5, IZ: 0.5, XX: 0.2-0j}}"),
        (
            "b.yaml",
            "hamiltonian:\n  paulis: [[ZZ, -1.0], [ZI, 0.5], [IZ, 0.5], [XX, .1], [XX, .1]]",
        ),
    ],
)
def test_pauli_terms_in_every_notation(
    write_file: WriteFile, run_vqe: RunVqe, name: str, content: str
) -> None:
    """Its block of |00> and |11> is [[0, 0.2], [0.2, -2]]: E = -1 - sqrt(1.04), by hand."""
    record = run_vqe("run", write_file(name, content), "--json", "--quiet").record
    assert record["reference"]["energy"] == pytest.approx(-1 - 1.04**0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("1.0 [0^ 1]\n", 1, "FermionOperator"),
        ("1.0 [Z0]\n2.0 [Z1]\n", 2, "joined by +"),
        ("1.0 [Z0] +\n2.0 [Z1 Z1]\n", 2, "twice"),
        ("1.0 [Z0] +\n1_0 [Z1]\n", 2, "not a number"),
        ("1.0 [Z0] +\nand so on\n", 2, "not a term"),
        ("OPENQASM 3.0;\n", None, "circuit"),
    ],
)
def test_a_text_that_is_no_qubit_operator(
    write_file: WriteFile, content: str, line: int | None, words: str
) -> None:
    with pytest.raises(InputError) as error:
        load(write_file("a.txt", content))
    assert error.value.where == ("a.txt" if line is None else f"a.txt:{line}")
    assert words in f"{error.value.message} {error.value.hint}"
