"""Calls of tools: the same answers and refusals as on the command line, within limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.hydrogen import EXACT
from tests.cli.mcp.serving import HYDROGEN, Ask, ask, policy_of
from tests.conftest import RunVqe, WriteFile
from vqe_cli.cli.mcp.tools import command_line
from vqe_cli.errors import InputError, ResourceLimitError

__all__ = ["ask"]

SMILES = {"smiles": "[H][H]"}


def test_a_run_is_that_of_the_command_line(
    ask: Ask, run_vqe: RunVqe, write_file: WriteFile
) -> None:
    file = write_file("h2.yaml", "molecule: {geometry: H 0 0 0; H 0 0 0.735}\n")
    found = ask("run", policy_of(Path()), file="h2.yaml")
    own = run_vqe("run", file, "--json")
    assert (found.code, found.record.keys()) == (own.code, own.record.keys())
    assert found.record["fingerprint"] == own.record["fingerprint"]
    assert found.record["result"]["energy"] == own.record["result"]["energy"]
    assert found.record["result"]["energy"] == pytest.approx(EXACT, abs=1e-9)
    assert found.record["checks"] == own.record["checks"]


def test_the_input_itself_can_be_given_and_changed(ask: Ask) -> None:
    changes = {"molecule.basis": "6-31g", "optimizer.maxiter": 50, "ansatz": {"name": "uccsd"}}
    found = ask("inspect", policy_of(), input=HYDROGEN, set=changes, orbitals=True)
    assert found.code == 0
    assert len(found.record["orbitals"]) == 4
    assert found.record["spec"]["molecule"]["basis"] == "6-31g"


def test_a_yaml_text_and_a_smiles_are_inputs_as_well(ask: Ask) -> None:
    text = "molecule:\n  geometry: H 0 0 0; H 0 0 0.735\n"
    assert ask("inspect", policy_of(), input=text, orbitals=True).code == 0
    words = command_line("inspect", {"smiles": "[H][H]"}, policy_of())
    assert "--smiles=[H][H]" in words


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("rnu", {}, "there is no tool 'rnu'"),
        ("run", {}, "there is no molecule"),
        ("run", {"fil": "h2.yaml"}, "unknown key 'fil'"),
        ("run", {"smiles": "O", "set": [1]}, "'set' must be a mapping"),
        ("run", {"smiles": 7}, "'smiles' must be text"),
        ("run", {"file": "a", "input": {}}, "exclude each other"),
        ("run", {"smiles": "O", "set": {"anzatz": "uccsd"}}, "unknown key 'anzatz'"),
        ("run", {"smiles": "O", "set": {"ansatz": "ucsd"}}, "ucsd"),
        ("run", {"smiles": "O", "output": "o.json"}, "writes no files"),
        ("run", {"smiles": "O", "resume": True}, "keeps no checkpoints"),
        ("run", {"file": "nothing.yaml"}, "opens no folder"),
        ("run", {"smiles": "O", "set": {"fcidump.file": "/etc/passwd"}}, "outside of the folders"),
        ("compare", {"smiles": "O", "grid": {"backend.shots": [1]}}, "cannot be in the grid"),
        ("compare", {"smiles": "O", "grid": {"max_shots=9,": [1]}}, "is no key of the input"),
        ("inspect", {"smiles": "O", "terms": -1}, "'terms'"),
        ("screen_status", {}, "'folder' is missing"),
    ],
)
def test_mistakes_are_told(tool: str, arguments: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as refused:
        command_line(tool, arguments, policy_of())
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("backend", "told"),
    [
        ({"name": "aer", "shots": 2000}, "2,000 shots for each circuit"),
        ({"name": "aer", "precision": "1.6mHa"}, "leaves their number open"),
        ("ibm_fez", "ibm_fez is a real device"),
        ({"name": "ibm", "device": "ibm:least-busy"}, "is a real device"),
    ],
)
def test_more_shots_and_real_devices_are_refused(backend: Any, told: str) -> None:
    with pytest.raises(ResourceLimitError, match=told) as refused:
        command_line("run", {**SMILES, "set": {"backend": backend}}, policy_of(shots=1000))
    assert refused.value.hint


def test_limits_are_set_only_where_the_input_has_none_or_higher_ones() -> None:
    sampled = {"backend": {"name": "aer", "shots": 10}}
    call: dict[str, Any] = {"smiles": "[H][H]", "set": {**sampled, "max_memory": "2 GB"}}
    words = command_line("run", call, policy_of(shots=1000))
    assert "--set=max_shots=1000" in words
    assert not any("max_memory" in word and "kB" in word for word in words)
    call["set"] |= {"max_memory": "5 GB", "max_shots": 500}
    words = command_line("run", call, policy_of(shots=1000))
    assert words.index("--set=max_memory=4000000 kB") > words.index('--set=max_memory="5 GB"')
    assert "--set=max_shots=500" in words[words.index("--set=max_shots=500") :]
    assert not any("max_shots" in word for word in command_line("run", SMILES, policy_of()))


def test_jobs_are_sent_within_the_limits_that_the_server_was_started_with(tmp_path: Path) -> None:
    policy = policy_of(output=tmp_path, qpu_seconds=30.0, money=5.0)
    device = {"name": "ibm", "device": "ibm_fez", "max_qpu_seconds": 10, "max_cost": 80}
    words = command_line("run", {**SMILES, "set": {"backend": device}}, policy)
    assert "--yes" in words
    assert "--set=backend.max_qpu_seconds=10.0" in words
    assert "--set=backend.max_cost=5.0" in words
    assert "--yes" not in command_line("compare", SMILES, policy)


def test_a_comparison_and_its_limits() -> None:
    methods = ["hf", {"name": "dmrg", "bond_dimension": 500}]
    call = {
        **SMILES,
        "methods": methods,
        "grid": {"ansatz": ["uccsd", {"name": "lucj", "reps": 2}]},
    }
    words = command_line("compare", call, policy_of(seconds=60.0))
    assert '--methods=hf,{"name": "dmrg", "bond_dimension": 500}' in words
    assert '--grid=ansatz="uccsd",{"name": "lucj", "reps": 2}' in words
    assert {"--max-time=18", "--time-limit=18"} <= set(words)


def test_results_and_exports_lie_in_their_folder(tmp_path: Path, ask: Ask) -> None:
    policy = policy_of(output=tmp_path)
    files = [{"format": "fcidump", "path": "h2.fcidump"}]
    found = ask("inspect", policy, input=HYDROGEN, exports=files)
    assert found.code == 0
    assert found.record["schema"]
    assert (tmp_path / "h2.fcidump").read_text().startswith(" &FCI NORB=   2,NELEC= 2,MS2=0,")


def test_a_folder_without_a_campaign_is_refused_as_on_the_command_line(
    ask: Ask, tmp_path: Path
) -> None:
    found = ask("screen_status", policy_of(tmp_path), folder=".")
    assert found.code == 2
    assert "is not a campaign folder" in found.record["error"]["message"]
