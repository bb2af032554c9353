"""QCSchema inputs whose method is VQE."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import WriteFile
from vqe_cli.errors import InputError
from vqe_cli.schema import load

pytestmark = pytest.mark.quick

MOLECULE: dict[str, Any] = {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4]}


def document(version: int, **changes: Any) -> str:
    asked = {
        "driver": "energy",
        "model": {"method": "vqe", "basis": "3-21g"},
        "keywords": {},
        **changes,
    }
    head = {"schema_name": "qcschema_input" if version == 1 else "qcschema_atomic_input"}
    body = asked if version == 1 else {"specification": asked}
    return json.dumps({**head, "schema_version": version, "molecule": MOLECULE, **body})


@pytest.mark.parametrize("version", [1, 2])
def test_driver_method_and_keywords_are_those_of_the_run(
    write_file: WriteFile, version: int
) -> None:
    keywords = {"optimizer": {"maxiter": 9}, "ansatz": {"k": 2}, "molecule": {"ecp": "none"}}
    asked = {"driver": "gradient", "keywords": keywords}
    asked["model"] = {"method": "VQE-k-UpCCGSD", "basis": "6-31g"}
    spec = load(write_file("a.json", document(version, **asked)))
    assert spec.molecule is not None
    assert spec.forces
    assert spec.molecule.basis == "6-31g"
    assert spec.molecule.ecp == "none"
    assert spec.selection("ansatz").as_dict() == {"name": "k-upccgsd", "k": 2}
    assert spec.selection("optimizer").as_dict()["maxiter"] == 9
    assert not spec.source.remarks


def test_the_program_alone_asks_for_vqe(write_file: WriteFile) -> None:
    model = {"method": "b3lyp", "basis": "sto-3g"}
    file = write_file("a.json", document(2, program="vqe", model=model))
    with pytest.raises(InputError, match=r"model.method 'b3lyp' is not VQE"):
        load(file)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"driver": "hessian"}, "driver 'hessian'"),
        ({"keywords": {"ansats": "uccsd"}}, "unknown key 'ansats'"),
        ({"keywords": {"forces": True}}, "keyword 'forces'"),
        ({"keywords": {"hamiltonian": {}}}, "keyword 'hamiltonian'"),
        ({"keywords": {"molecule": {"charge": 1}}}, "keyword 'molecule.charge'"),
        ({"keywords": {"molecule": {"basis": "6-31g"}}}, "basis is in model.basis and"),
        ({"keywords": {"molecule": "x"}}, "keyword 'molecule' is not a mapping"),
        ({"keywords": [1]}, "'keywords' is not a mapping"),
        (
            {
                "model": {"method": "vqe-uccsd", "basis": "sto-3g"},
                "keywords": {"ansatz": {"name": "puccd"}},
            },
            "ansatz 'uccsd', the keywords 'puccd'",
        ),
        ({"protocols": {"wavefunction": "all"}}, "protocol wavefunction"),
        ({"protocols": {"native_files": "all"}}, "protocol native_files"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(
    write_file: WriteFile, version: int, changes: dict[str, Any], words: str
) -> None:
    file = write_file("a.json", document(version, **changes))
    with pytest.raises(InputError) as error:
        load(file)
    assert words in error.value.message
    assert str(error.value.where).startswith("a.json")


def test_a_result_of_version_2_keeps_its_basis(write_file: WriteFile) -> None:
    """Its model is that of the input within it."""
    asked = json.loads(document(2, model={"method": "hf", "basis": "6-31g"}))
    content = {
        "schema_name": "qcschema_atomic_result",
        "molecule": MOLECULE,
        "input_data": asked,
    }
    spec = load(write_file("a.json", json.dumps(content)))
    assert spec.molecule is not None
    assert spec.molecule.basis == "6-31g"
