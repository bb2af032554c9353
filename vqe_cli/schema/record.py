"""The base class of records, and the mark by which their files are known."""

from __future__ import annotations

from typing import Any, TypeGuard

from pydantic import BaseModel, ConfigDict

PREFIX = "vqe-"
"""The beginning of the schema of every record: ``vqe-run/1``."""


class Record(BaseModel):
    """Base class of immutable data that are written as JSON, and read back from it."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", serialize_by_alias=True, defer_build=True
    )


def is_record(data: object) -> TypeGuard[dict[str, Any]]:
    """Whether data are a record of this program, of whatever kind.

    Args:
        data: The content of a JSON file.
    """
    return isinstance(data, dict) and str(data.get("schema", "")).startswith(PREFIX)
