"""Plain data as JSON text that every reader can take."""

from __future__ import annotations

import json
from typing import Any


def compact_json(data: Any) -> str:
    """One line of JSON: keys in their order, no spaces, floats to the last digit.

    Args:
        data: Plain data.

    Raises:
        ValueError: There is a NaN or an infinity in it, which JSON does not know.
    """
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return valid_text(text)


def valid_text(text: str) -> str:
    """The text with lone surrogates, which no file or database takes, replaced.

    Args:
        text: Such as a message with a file name of another encoding.
    """
    return text.encode("utf-8", "replace").decode()
