"""The base class of records."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Base class of immutable data that are written as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
