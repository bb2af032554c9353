"""No token gets out."""

import json
import os

import pytest

from vqe_cli._core.redaction import redact

pytestmark = pytest.mark.quick


def test_a_token_of_the_environment_is_removed_wherever_it_stands(monkeypatch):
    monkeypatch.setenv("QISKIT_IBM_TOKEN", "MARKER-0815-secret")
    assert "MARKER" not in redact("url?key=MARKER-0815-secret&x=1 and MARKER-0815-secret")


def test_a_saved_token_is_removed(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".qiskit").mkdir()
    account = {"default-ibm-cloud": {"token": "saved-MARKER-token", "channel": "ibm_cloud"}}
    (tmp_path / ".qiskit" / "qiskit-ibm.json").write_text(json.dumps(account))
    assert "MARKER" not in redact("bad key saved-MARKER-token")


def test_a_user_without_a_home_has_no_saved_tokens(monkeypatch):
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert redact("a message") == "a message"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.MARKERMARKER",
        "apikey=MARKERMARKERMARKERMARKER1234",
        "{'token': 'MARKERMARKERMARKERMARKER1234'}",
    ],
)
def test_what_looks_like_a_credential_is_removed(text):
    assert "MARKER" not in redact(text)


def test_ordinary_messages_stay_as_they_are(monkeypatch):
    monkeypatch.delenv("QISKIT_IBM_TOKEN", raising=False)
    text = "No backend matches the criteria. The token is not valid."
    assert redact(text) == text
