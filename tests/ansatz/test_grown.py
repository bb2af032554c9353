"""A grown ansatz written to a file and read back on any backend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import RunVqe, WriteFile
from tests.families import slow
from tests.problems import EXACT_H2, H2, H4, LIH, frontier, pyscf_mean_field, spec_of
from vqe_cli import run
from vqe_cli.errors import InputError
from vqe_cli.schema.records import RunRecord, to_json

CHAIN = {"geometry": "H 0 0 0\nH 0 0 1\nH 0 0 2\nH 0 0 3"}
STRETCHED = {"geometry": "H 0 0 0\nH 0 0 1.1\nH 0 0 2.2\nH 0 0 3.3"}

POOLS = ("generalized", "ceo", "qubit")


def grown_record(folder: Path, molecule: Any, pool: str, **parts: Any) -> tuple[RunRecord, str]:
    spec = spec_of(molecule, ansatz={"name": "adapt", "pool": pool}, **parts)
    question = repr(spec)
    if question not in _GROWN:
        _GROWN[question] = run(spec)
    record = _GROWN[question]
    file = folder / "grown.json"
    file.write_text(to_json(record))
    return record, str(file)


_GROWN: dict[str, RunRecord] = {}
"""Records by their questions: many tests read the same ones."""


def read_back(molecule: Any, file: str, **parts: Any) -> RunRecord:
    return run(spec_of(molecule, ansatz={"name": "grown", "file": file}, **parts))


@pytest.mark.parametrize("pool", POOLS)
def test_energy_is_that_of_the_record(pool: str, tmp_path: Path) -> None:
    record, file = grown_record(tmp_path, H4, pool)
    again = read_back(H4, file, optimizer="none")
    assert again.result.energy == pytest.approx(record.result.energy, abs=1e-10)
    assert again.result.parameters == record.result.parameters
    assert again.result.evaluations.energy == 1
    assert again.verdict == "pass"


def test_parameters_are_optimised_anew_at_another_geometry(tmp_path: Path) -> None:
    record, file = grown_record(tmp_path, {**H4, "geometry": H4["geometry"]}, "generalized")
    fixed = read_back(STRETCHED, file, optimizer="none")
    optimised = read_back(STRETCHED, file)
    assert optimised.result.energy < fixed.result.energy - 1e-4
    assert optimised.verdict == "pass"
    assert len(optimised.result.parameters) == len(record.result.parameters)


def test_given_parameters_take_the_place_of_those_of_the_record(tmp_path: Path) -> None:
    _, file = grown_record(tmp_path, H2, "generalized")
    found = read_back(H2, file, optimizer="none", initial="zeros", reference="none")
    assert found.result.energy == pytest.approx(-1.1169989968, abs=1e-6)  # Hartree-Fock


BACKENDS: dict[str, Any] = {
    "statevector": {"name": "aer"},
    "shots": {"name": "aer", "shots": 4000},
    "noise": {"name": "aer", "shots": 4000, "noise": "fake_manila"},
    "device": {"name": "ibm", "device": "fake_manila", "shots": 4000},
}


@pytest.mark.parametrize("pool", ["ceo", slow("qubit"), slow("generalized")])
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_measures_it(backend: str, pool: str, tmp_path: Path) -> None:
    """Hydrogen at the exact parameters: the exact energy, within error bars without noise."""
    _, file = grown_record(tmp_path, H2, pool)
    found = read_back(H2, file, optimizer="none", backend=BACKENDS[backend], seed=3)
    error = found.result.energy - EXACT_H2
    if backend == "statevector":
        assert error == pytest.approx(0.0, abs=1e-6)
    elif backend == "shots":
        assert found.result.standard_error is not None
        assert abs(error) < 5 * found.result.standard_error
    else:
        assert 0.0 < error < 0.3


@pytest.mark.parametrize("mapper", ["parity", "bravyi-kitaev"])
def test_excitations_may_be_read_with_another_mapping(mapper: str, tmp_path: Path) -> None:
    record, file = grown_record(tmp_path, H2, "ceo")
    backend = {"name": "aer"}
    found = read_back(H2, file, optimizer="none", mapper=mapper, backend=backend)
    assert found.result.energy == pytest.approx(record.result.energy, abs=1e-9)


def test_pauli_strings_of_another_mapping_are_refused_by_its_name(tmp_path: Path) -> None:
    _, file = grown_record(tmp_path, H2, "qubit")
    with pytest.raises(InputError, match="'jordan-wigner'") as caught:
        read_back(H2, file, mapper="parity")
    assert caught.value.path == ("mapper",)


def test_the_mapping_of_pauli_strings_is_named_with_its_tapering(tmp_path: Path) -> None:
    _, file = grown_record(tmp_path, H4, "qubit", mapper={"name": "jordan-wigner", "taper": True})
    with pytest.raises(InputError, match="'jordan-wigner with tapering'") as caught:
        read_back(H4, file, mapper="jordan-wigner")
    assert '"taper": true' in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("molecule", "words"),
    [
        (CHAIN, "tapered by other symmetries"),  # D2h has one parity more than C2v
        ({"geometry": H4["geometry"], "charge": 2}, "this problem has 1 alpha"),
        ({"geometry": H4["geometry"], "multiplicity": 3}, "this problem has 3 alpha"),
    ],
)
def test_tapered_pauli_strings_are_refused_in_another_sector(
    molecule: dict[str, Any], words: str, tmp_path: Path
) -> None:
    """On other qubits the strings once gave an energy that is no number."""
    tapered = {"name": "jordan-wigner", "taper": True}
    _, file = grown_record(tmp_path, H4, "qubit", mapper=tapered)
    with pytest.raises(InputError, match=words):
        read_back(molecule, file, mapper=tapered, optimizer="none")


def test_parameters_for_another_geometry_are_doubted(tmp_path: Path) -> None:
    _, file = grown_record(tmp_path, H4, "ceo")
    found = read_back(STRETCHED, file, optimizer="none", reference="none")
    assert found.check("grown-elsewhere").status == "warn"
    assert found.check("grown-elsewhere").value == pytest.approx(
        pyscf_mean_field(STRETCHED).e_tot, abs=1e-7
    )


def test_other_orbitals_with_the_same_determinant_are_doubted(tmp_path: Path) -> None:
    """Natural orbitals of MP2 leave the determinant, and change the empty orbitals."""
    space = {"electrons": 2, "orbitals": 3}
    frontier_orbitals = {"name": "frontier", **space}
    _, file = grown_record(tmp_path, LIH, "ceo", active_space=frontier_orbitals)
    natural = {"name": "mp2-natural", **space}
    found = read_back(LIH, file, optimizer="none", reference="none", active_space=natural)
    assert found.check("grown-elsewhere").expected == 0.0
    assert found.verdict == "warn"


def test_optimised_orbitals_are_told_from_hartree_fock_s(tmp_path: Path) -> None:
    """Parameters for optimised orbitals have no meaning in those of Hartree-Fock."""
    space = frontier(2, 3)
    _, file = grown_record(tmp_path, LIH, "generalized", active_space=space, orbitals="optimised")
    found = read_back(LIH, file, active_space=space, optimizer="none", reference="none")
    doubted = [check for check in found.checks if check.name == "grown-elsewhere"]
    assert len(doubted) == 1
    hartree_fock = pyscf_mean_field(LIH).e_tot
    assert doubted[0].value == pytest.approx(hartree_fock, abs=1e-7)


def test_an_optimiser_settles_the_doubt(tmp_path: Path) -> None:
    _, file = grown_record(tmp_path, H4, "ceo")
    assert "grown-elsewhere" not in {c.name for c in read_back(STRETCHED, file).checks}


def test_other_orbitals_or_electrons_are_refused_with_both_numbers(tmp_path: Path) -> None:
    space = frontier(2, 3)
    _, file = grown_record(tmp_path, LIH, "generalized", active_space=space)
    with pytest.raises(InputError, match="grown for 1 alpha and 1 beta electrons in 3 orbitals"):
        read_back(LIH, file, active_space=frontier(2, 4))
    with pytest.raises(InputError, match="has 2 alpha and 2 beta electrons in 3 orbitals"):
        read_back(LIH, file, active_space=frontier(4, 3))


def test_a_record_of_a_grown_ansatz_can_be_read_again_and_repeated(
    run_vqe: RunVqe, write_file: WriteFile, tmp_path: Path
) -> None:
    geometry = "".join(f"    {line}\n" for line in str(H4["geometry"]).splitlines())
    file = write_file("in.yaml", f"molecule:\n  geometry: |\n{geometry}")
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert run_vqe("run", file, "--ansatz", "adapt", "-o", str(first), "--quiet").code == 0
    grown = ("--ansatz", "grown", "--optimizer", "none", "--json", "--quiet")
    one = run_vqe("run", file, *grown, "--set", f"ansatz.file={first}", "-o", str(second))
    two = run_vqe("run", file, *grown, "--set", f"ansatz.file={second}")
    three = run_vqe("run", str(second), "--json", "--quiet")
    assert one.code == two.code == three.code == 0
    energy = json.loads(first.read_text())["result"]["energy"]
    for found in (one, two, three):
        assert found.record["result"]["energy"] == pytest.approx(energy, abs=1e-10)
        np.testing.assert_array_equal(
            found.record["result"]["parameters"], one.record["result"]["parameters"]
        )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[0.1]", "is no record of a run"),
        ("not json", "is no record of a run"),
        (
            '{"spec": {"ansatz": {"name": "uccsd"}}, "problem": {}, '
            '"result": {"operators": null, "parameters": []}}',
            "its ansatz is 'uccsd'",
        ),
        (
            '{"spec": {"ansatz": "adapt"}, "problem": {}, '
            '"result": {"operators": [], "parameters": []}}',
            "has grown no operators",
        ),
        ('{"spec": [], "problem": [], "result": {"operators": []}}', "is no record of a run"),
    ],
)
def test_what_is_no_grown_ansatz_is_refused_by_name(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "grown.json"
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        read_back(H2, str(file))


MOVE = {"create": [[[1, 0]]], "annihilate": [[[0, 0]]], "qubit": False, "label": "a move"}
IMPOSSIBLE = {
    "an even number of Y": {**MOVE, "create": [], "annihilate": [], "pauli": "XXII"},
    "letters of no matrix": {**MOVE, "create": [], "annihilate": [], "pauli": "QYII"},
    "fewer qubits": {**MOVE, "create": [], "annihilate": [], "pauli": "XY"},
    "an orbital too many": {**MOVE, "create": [[[2, 0]]]},
    "a negative orbital": {**MOVE, "create": [[[-1, 0]]]},
    "a spin flip": {**MOVE, "create": [[[1, 1]]]},
    "no electron moved": {**MOVE, "create": [[[0, 0]]]},
    "a half": {**MOVE, "annihilate": []},
    "nothing": {**MOVE, "create": [], "annihilate": []},
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
@pytest.mark.parametrize("backend", ["exact", "aer"])
def test_impossible_operators_of_an_edited_file_are_refused(case: str, backend: str) -> None:
    grown = {"name": "grown", "operators": [IMPOSSIBLE[case]], "mapper": {"name": "jordan-wigner"}}
    with pytest.raises(InputError) as caught:
        run(spec_of(H2, ansatz=grown, backend=backend, optimizer="none", initial=[0.1]))
    assert caught.value.path[:1] == ("ansatz",)


def test_grown_without_a_file_says_what_to_write() -> None:
    with pytest.raises(InputError, match="has no operators") as caught:
        run(spec_of(H2, ansatz="grown"))
    assert "file: RECORD" in (caught.value.hint or "")
