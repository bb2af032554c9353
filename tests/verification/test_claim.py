"""Claims as they are read: what is wrong is refused, with file and line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import WriteFile
from vqe_cli import run, spec_from_data
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord, runs_record, to_json
from vqe_cli.verification.claim import claim_from_data, read_claim
from vqe_cli.verification.verification import verify

pytestmark = pytest.mark.quick

H2 = 'molecule: {geometry: "H 0 0 0; H 0 0 0.735"}\n'


@pytest.mark.parametrize(
    ("text", "where", "says", "hint"),
    [
        ("clam: {energy: -1.1}", ":2", "unknown key 'clam'", "did you mean 'claim'?"),
        ("claim:\n  energy: -1\n  tolerence: 1e-3", ":4", "'tolerence' in 'claim'", "tolerance"),
        ("claim: {energy: much}", ":2", "must be a number", None),
        ("claim: {energy: -1, tolerance: 0}", ":2", "greater than 0", None),
        ("seed: 3", "", "'claim' is missing", "--energy"),
        ("claim: {energy: -1}\nbitstrings: [0101]", ":3", "is a number", "in quotes"),
        (
            "claim: {energy: -1}\ncircuit: a.qasm\ndensity: b.npz",
            ":4",
            "circuit and density are several kinds of evidence",
            "claims of their own",
        ),
        ("claim: {energy: -1}\nrecord: claim.yaml", ":3", "is no record", None),
        ("claim: {energy: -1}\nansatz: uccsd\nspin: 2", ":4", "unknown key 'spin'", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    write_file: WriteFile, text: str, where: str, says: str, hint: str | None
) -> None:
    path = write_file("claim.yaml", H2 + text + "\n")
    with pytest.raises(InputError) as caught:
        read_claim(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"claim.yaml{where}")
    assert hint is None or hint in (caught.value.hint or "")


def test_other_records_are_refused(write_file: WriteFile) -> None:
    path = write_file("runs.json", '{"schema": "vqe-runs/1", "runs": []}')
    with pytest.raises(InputError, match=r"runs\.json: holds no runs"):
        read_claim(path)


def test_corrected_energies_are_refused() -> None:
    data = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.735"}, "correction": "nevpt2"}
    claim = claim_from_data({**data, "claim": {"energy": -1.1}})
    with pytest.raises(InputError, match="with a correction are not verified"):
        verify(claim)


def test_json_is_read_as_yaml_is(write_file: WriteFile) -> None:
    data = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.735"}, "claim": {"energy": -1.137306}}
    claim = read_claim(write_file("claim.json", json.dumps(data)))
    assert claim.keys.claim.energy == -1.137306
    assert claim.keys.evidence == []


def test_flags_set_the_claim_of_a_plain_input_file(write_file: WriteFile) -> None:
    path = write_file("h2.yaml", H2)
    claim = read_claim(path, [(("claim", "energy"), -1.1, "--energy")])
    assert claim.keys.claim.energy == -1.1


def test_a_record_claims_its_energy_with_its_error_bar(tmp_path: Path) -> None:
    data = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.735"}, "backend": {"name": "exact"}}
    data |= {"optimizer": "none"}
    record = run(spec_from_data({**data, "backend": {"name": "exact", "shots": 100}}))
    path = tmp_path / "record.json"
    path.write_text(to_json(record))
    claim = read_claim(path, [(("claim", "tolerance"), 1e-4, "--tolerance")])
    assert claim.record == record
    assert claim.keys.claim.energy == record.result.energy
    assert claim.keys.claim.standard_error == record.result.standard_error
    assert claim.keys.claim.tolerance == 1e-4
    damaged = json.loads(to_json(record))
    del damaged["result"]["energy"]
    path.write_text(json.dumps(damaged))
    with pytest.raises(InputError, match=r"record\.json.*'result\.energy' is missing"):
        read_claim(path)


def test_a_record_beside_a_problem_brings_the_other_settings(tmp_path: Path) -> None:
    data = {"molecule": {"geometry": "H 0 0 0; H 0 0 0.735"}, "mapper": "parity"}
    record = run(spec_from_data({**data, "optimizer": "none"}))
    (tmp_path / "record.json").write_text(to_json(record))
    claim = claim_from_data(
        {"molecule": {"geometry": "H 0 0 0; H 0 0 0.9"}, "claim": {"energy": -1.0}}
        | {"record": str(tmp_path / "record.json")}
    )
    assert claim.spec.mapper.name == "parity"
    assert "0.9" in str(claim.spec.molecule)


def test_one_of_several_runs_is_chosen_by_name(tmp_path: Path) -> None:
    runs = [
        run(spec_from_data({"molecule": {"name": name, "geometry": geometry}, "ansatz": ansatz}))
        for name, geometry, ansatz in (
            ("near", "H 0 0 0; H 0 0 0.7", "uccsd"),
            ("far", "H 0 0 0; H 0 0 1.4", "puccd"),
        )
    ]
    path = tmp_path / "two.json"
    path.write_text(to_json(runs_record(runs)))
    for choice in ("far", "2"):
        claim = read_claim(path, run=choice)
        assert claim.record == runs[1]
        assert claim.spec.molecule == runs_spec(runs[1]).molecule
        beside = claim_from_data({"record": str(path), "claim": {"energy": -1.0}}, run=choice)
        assert beside.spec.ansatz.name == "puccd"
    with pytest.raises(InputError, match="holds 2 runs") as refused:
        read_claim(path)
    assert "--name of" in str(refused.value.hint)
    assert "`vqe verify`" in str(refused.value.hint)
    with pytest.raises(InputError, match="no record to choose 'far' from"):
        claim_from_data(
            {"molecule": runs[0].spec["molecule"], "claim": {"energy": -1.0}}, run="far"
        )


def runs_spec(record: RunRecord) -> RunSpec:
    """The input of a recorded run."""
    return spec_from_data(record.spec)
