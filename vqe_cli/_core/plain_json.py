"""Plain data as JSON text that every reader accepts."""

from __future__ import annotations

import json
from typing import Any


def compact_json(data: Any) -> str:
    """One line of JSON, with keys in order, no spaces, and all digits of floats.

    Args:
        data: Plain data.

    Raises:
        ValueError: The data contain a NaN or an infinity, which JSON lacks.
    """
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return valid_text(text)


def valid_text(text: str) -> str:
    """The text with lone surrogates, which files and databases reject, replaced.

    Args:
        text: A text, such as a message with a file name of another encoding.
    """
    return text.encode("utf-8", "replace").decode()
