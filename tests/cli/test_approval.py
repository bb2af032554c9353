"""What is said about jobs is somebody else's text, too."""

import pytest

from vqe_cli.cli import approval

pytestmark = pytest.mark.quick


def test_what_is_asked_and_said_does_not_obey_escape_sequences(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(approval.click, "confirm", lambda text, **_: asked.append(text) or True)
    assert approval._ask("ibm_\x1b[2Jfez: the next job")
    assert approval._agree("ibm_\x1b[2Jfez: the next job")
    assert "\x1b" not in asked[0] + capsys.readouterr().err
