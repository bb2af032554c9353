"""Selected entries of registries: a name and options, which the entry checks."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ConfigDict, model_validator

from vqe_cli._core.kinds import Kind
from vqe_cli._core.validation import Frozen, SpecError, other_word

NONE = "none"
"""The name in place of an entry that says that there is to be none."""

_LISTED = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
"""The form of the names that `vqe list` prints."""


class Selection(Frozen):
    """A selected entry: its name, and its options, which the entry checks."""

    model_config = ConfigDict(extra="allow")

    name: str

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value}
        if not isinstance(value, dict):
            raise SpecError("must be a name, or a mapping with 'name' and options")
        for key in value if "name" not in value else ():
            if other_word(key, ["name"]) is not None:
                raise SpecError("has no name", f"write 'name' for '{key}'", (key,))
        return value

    def as_dict(self) -> dict[str, Any]:
        """The name and the options as one mapping."""
        return {"name": self.name, **(self.model_extra or {})}


def canonical(kind: Kind, selection: Any) -> Any:
    """A selection with the name as `vqe list` prints it; unknown names stay as they are.

    Only names in another form are looked up, such as ``UCCSD``, ``jordan_wigner`` or ``cas(2,2)``.

    Args:
        kind: The kind of the entry.
        selection: An unchecked name, or mapping with ``name``.
    """
    if isinstance(selection, list) and len(selection) == 2:
        selection = ",".join(map(str, selection))
    given = {"name": selection} if isinstance(selection, str) else selection
    name = name_of(given)
    if not isinstance(name, str) or _LISTED.fullmatch(name):
        return selection
    if kind.optional and name.lower() == NONE:
        return NONE
    return kind.registry.long_form(given)


def name_of(selection: Any) -> Any:
    """The name in an unchecked selection.

    Args:
        selection: A name, or a mapping with ``name``; other values stay as they are.
    """
    return selection.get("name") if isinstance(selection, dict) else selection
