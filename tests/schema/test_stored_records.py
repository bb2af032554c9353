"""Records as inputs: of one run, of several, of failures and of other commands."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

import vqe_cli
from tests.conftest import WriteFile
from vqe_cli.errors import InputError
from vqe_cli.parts import fingerprint_of
from vqe_cli.schema import load
from vqe_cli.schema.records import to_json
from vqe_cli.schema.stored_records import read_stored_run

H2 = {
    "molecule": {"name": "Hydrogen", "geometry": "H 0 0 0; H 0 0 0.735"},
    "optimizer": "none",
    "initial": "mp2",
    "reference": "none",
}


def recorded(**changes: Any) -> dict[str, Any]:
    """The record of a run as plain data."""
    record = vqe_cli.run(vqe_cli.spec_from_data({**H2, **changes}))
    data = json.loads(to_json(record))
    assert isinstance(data, dict)
    return data


@pytest.fixture(scope="module")
def hydrogen() -> dict[str, Any]:
    return recorded()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"initial": [0.1]},
        {"ansatz": "puccd", "mapper": "parity", "seed": 5, "optimizer": "auto"},
        {"molecule": {"geometry": {"smiles": "[OH-]"}}, "active_space": "frozen-core"},
        {"molecule": {**H2["molecule"], "basis": {"H": "6-31g"}}, "correction": "mp2-outside",
         "active_space": {"name": "frontier", "electrons": 2, "orbitals": 2}},
        {"backend": {"name": "aer", "shots": 100, "measurement": "qubit-wise"}},
        {"solvent": "water"},
        {"environment": {"charges": [[0.0, 0.0, 5.0, 1.0]]}},
    ],
)  # fmt: skip
def test_a_record_is_the_input_of_the_same_run(
    write_file: WriteFile, changes: dict[str, Any]
) -> None:
    data = recorded(**changes)
    spec = vqe_cli.load(write_file("record.json", json.dumps(data)))
    assert spec.title == data["name"]
    assert fingerprint_of(spec) == data["fingerprint"]
    assert vqe_cli.run(spec).result.energy == pytest.approx(data["result"]["energy"], abs=1e-9)


def test_flags_override_a_record(write_file: WriteFile, hydrogen: dict[str, Any]) -> None:
    path = write_file("record.json", json.dumps(hydrogen))
    changes = [(("ansatz",), "puccd", "--ansatz"), (("optimizer",), "slsqp", "--optimizer")]
    spec = load(path, changes)
    assert (spec.selection("ansatz").name, spec.optimizer.name) == ("puccd", "slsqp")


def test_core_potentials_of_another_basis_are_forgotten(write_file: WriteFile) -> None:
    iodide = {"geometry": "I 0 0 0", "charge": -1, "basis": "def2-svp"}
    data = {**recorded(), "spec": {**H2, "molecule": {**iodide, "ecp": {"I": "def2-svp"}}}}
    path = write_file("record.json", json.dumps(data))
    assert vqe_cli.load(path).molecule.ecp == {"I": "def2-svp"}
    spec = load(path, [(("molecule", "basis"), "lanl2dz", "--basis")])
    assert spec.molecule is not None
    assert spec.molecule.ecp == "auto"


def test_properties_beside_the_energy_are_asked_for_again(
    write_file: WriteFile, hydrogen: dict[str, Any]
) -> None:
    gap = {"name": "gap", "options": {}, "values": {}, "wall_s": 0.1}
    path = write_file("record.json", json.dumps({**hydrogen, "properties": [gap]}))
    assert [one.name for one in vqe_cli.load(path).properties] == ["gap"]


def test_one_of_several_runs_is_chosen_by_name_or_number(
    write_file: WriteFile, hydrogen: dict[str, Any]
) -> None:
    failed = {"schema": "vqe-error/1", "name": "Iron", "error": {"message": "no memory"}}
    runs = [hydrogen, {**hydrogen, "name": "Helium"}, failed, {**hydrogen, "name": "Helium"}]
    path = write_file("runs.json", json.dumps({"schema": "vqe-runs/1", "runs": runs}))
    assert vqe_cli.load(path, run="Hydrogen").title == "Hydrogen"
    assert vqe_cli.load(path, run="4").molecule is not None
    for chosen, told, hint in (
        (None, "holds 4 runs", "choose one by --name"),
        ("hydrogn", "holds no run called 'hydrogn'", "did you mean 'Hydrogen'?"),
        ("Helium", "holds 2 runs called 'Helium'", "--name 2 or 4"),
        ("Iron", "records a run that failed: no memory", "run its input file again"),
    ):
        with pytest.raises(InputError, match=rf"runs\.json: {told}") as caught:
            vqe_cli.load(path, run=chosen)
        assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"schema": "vqe-error/1", "error": {"message": "too large"}}, "failed: too large"),
        ({"schema": "vqe-compare/1", "problems": []}, "is a record of `vqe compare`, version 1"),
        ({"schema": "vqe-run/2"}, "was written by a later version of vqe"),
        ({"schema": "vqe-runs/1", "runs": []}, "holds no runs"),
        ({"schema": "vqe-runs/1", "runs": [1, 2]}, "holds no runs"),
        ({"schema": "vqe-run/1"}, "is no complete record of a run"),
        ({"schema": "vqe-run/1", "spec": [], "name": "x"}, "is no complete record of a run"),
        ({"schema": 7}, "is no record of vqe"),
        ({}, "is no record of vqe"),
        ([1, 2], "is no record of vqe"),
    ],
)
def test_failed_foreign_and_damaged_records_are_refused_by_name(
    write_file: WriteFile, content: Any, told: str
) -> None:
    path = write_file("record.json", json.dumps(content))
    with pytest.raises(InputError, match=r"record\.json: ") as caught:
        read_stored_run(path)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("problem", "assumed"), 3),
        (("checks",), [1]),
        (("checks",), [{"status": "pass"}]),
        (("properties",), [{}]),
        (("properties",), [{"name": "gap", "options": "x"}]),
        (("spec", "molecule"), []),
        (("spec", "molecule"), None),
        (("result",), 3),
    ],
)
def test_records_with_damaged_parts_are_refused_by_name(
    write_file: WriteFile, hydrogen: dict[str, Any], keys: tuple[str, ...], value: Any
) -> None:
    data = copy.deepcopy(hydrogen)
    place = data
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    path = write_file("record.json", json.dumps(data))
    with pytest.raises(InputError, match=r"record\.json"):
        vqe_cli.load(path)


@pytest.mark.parametrize("content", ["molecule: H2", '{"schema": "vqe-run/1",', "[" * 100_000])
def test_what_is_not_json_is_refused_by_name(write_file: WriteFile, content: str) -> None:
    with pytest.raises(InputError, match=r"record\.json: is no record: it is not valid JSON"):
        read_stored_run(write_file("record.json", content))


def test_a_record_with_a_wrong_field_names_it(
    write_file: WriteFile, hydrogen: dict[str, Any]
) -> None:
    result = {**hydrogen["result"], "energy": "low"}
    path = write_file("record.json", json.dumps({**hydrogen, "result": result}))
    with pytest.raises(InputError, match=r"record\.json: is no complete record: result\.energy"):
        read_stored_run(path).record()


def test_an_fcidump_file_is_looked_for_beside_the_record_and_checked(write_file: WriteFile) -> None:
    source = Path(__file__).parents[2] / "molecules" / "h2.fcidump"
    write_file("h2.fcidump", source.read_text())
    path = write_file("h2.yaml", "fcidump: {file: h2.fcidump}\nreference: none\n")
    record = vqe_cli.run(vqe_cli.load(path))
    stored = write_file("elsewhere/record.json", to_json(record))
    with pytest.raises(InputError, match=r"elsewhere/h2\.fcidump: no such file"):
        vqe_cli.load(stored)
    write_file("elsewhere/h2.fcidump", source.read_text() + "\n")
    with pytest.raises(InputError, match="has changed"):
        vqe_cli.load(stored)
    write_file("elsewhere/h2.fcidump", source.read_text())
    assert vqe_cli.load(stored).title == "h2"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("h2.xyz", "2\ncharge=0 mult=one\nH 0 0 0\nH 0 0 0.735\n"),
        ("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735, basis: 6-31g}\n"),
    ],
)
def test_what_was_assumed_and_doubted_stays_so(
    write_file: WriteFile, name: str, content: str
) -> None:
    record = vqe_cli.run(vqe_cli.load(write_file(name, content)))
    again = vqe_cli.run(vqe_cli.load(write_file("record.json", to_json(record))))
    assert again.problem.assumed == record.problem.assumed
    assert record.problem.assumed
    names = [(check.name, check.status, check.detail) for check in record.checks]
    assert [(check.name, check.status, check.detail) for check in again.checks] == names
    assert again.verdict == record.verdict
    assert again.fingerprint == record.fingerprint
