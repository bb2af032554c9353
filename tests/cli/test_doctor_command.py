"""``vqe doctor`` and accounts that cannot be used any more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import RunVqe
from vqe_cli.cli import doctor_command

pytestmark = pytest.mark.quick


@pytest.fixture(autouse=True)
def _no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QISKIT_IBM_TOKEN", "QISKIT_IBM_CHANNEL"):
        monkeypatch.delenv(name, raising=False)


def finding(run_vqe: RunVqe) -> dict[str, str]:
    rows = {row["name"]: row for row in run_vqe("doctor", "--json").record["findings"]}
    return dict(rows["ibm account"])


@pytest.mark.parametrize(
    ("channels", "status"),
    [
        (["ibm_quantum"], "fault"),
        (["ibm_quantums"], "fault"),
        (["ibm_quantum", "ibm_quantum_platform"], "ok"),
        (["ibm_cloud"], "ok"),
        ([], "missing"),
    ],
)
def test_saved_accounts_are_as_good_as_their_channels(
    run_vqe: RunVqe,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    channels: list[str],
    status: str,
) -> None:
    file = tmp_path / "accounts.json"
    accounts = {f"account-{i}": {"channel": c, "token": "secret"} for i, c in enumerate(channels)}
    file.write_text(json.dumps(accounts))
    monkeypatch.setattr(doctor_command, "IBM_ACCOUNTS", file)
    found = finding(run_vqe)
    assert found["status"] == status
    assert "secret" not in found["detail"]
    if status == "fault":
        assert "use ibm_quantum_platform" in found["detail"]


@pytest.mark.parametrize(
    ("channel", "status"),
    [("ibm_quantum", "fault"), ("ibm_quantum_platform", "ok"), (None, "ok")],
)
def test_a_token_in_the_environment_needs_a_channel_that_exists(
    run_vqe: RunVqe, monkeypatch: pytest.MonkeyPatch, channel: str | None, status: str
) -> None:
    monkeypatch.setenv("QISKIT_IBM_TOKEN", "secret")
    if channel is not None:
        monkeypatch.setenv("QISKIT_IBM_CHANNEL", channel)
    assert finding(run_vqe)["status"] == status
