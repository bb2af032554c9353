"""Removal of access tokens from printed and stored text."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

TOKEN_VARIABLES = ("QISKIT_IBM_TOKEN", "IBM_QUANTUM_TOKEN", "IBMCLOUD_API_KEY")
SAVED_ACCOUNTS = Path(".qiskit") / "qiskit-ibm.json"
BLOT = "[token removed]"

_CREDENTIALS = re.compile(
    r"(?i)((?:bearer|apikey|api[_-]key|access[_-]token|token)[\"']?\s*[=: ]\s*[\"']?)"
    r"([A-Za-z0-9_\-.]{20,})"
)
_SHORTEST = 6
"""Minimum number of characters of a secret; shorter ones occur in ordinary words."""


def redact(text: str) -> str:
    """The text without the tokens stored on this machine, and without what looks like one.

    Args:
        text: A message of IBM's client, or a text derived from it.
    """
    for secret in _known_tokens():
        text = text.replace(secret, BLOT)
    return _CREDENTIALS.sub(lambda found: found[1] + BLOT, text)


def _known_tokens() -> list[str]:
    found = [os.environ.get(name, "") for name in TOKEN_VARIABLES] + _saved_tokens()
    return sorted({token for token in found if len(token) >= _SHORTEST}, key=len, reverse=True)


def _saved_tokens() -> list[str]:
    """Tokens of accounts saved by IBM's client; empty if the file is not readable."""
    try:
        home = Path(os.path.expanduser("~"))  # a container's user may have no home, without error
        content: Any = json.loads((home / SAVED_ACCOUNTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    accounts = content.values() if isinstance(content, dict) else ()
    return [str(account.get("token", "")) for account in accounts if isinstance(account, dict)]
