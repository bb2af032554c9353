"""Basis sets and core potentials in the input: a name, a text, or a mapping by element."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, model_validator

from vqe_cli._core.validation import Frozen, SpecError
from vqe_cli.errors import Path
from vqe_cli.schema.basis_names import basis_name

DEFAULT = "default"
"""Key of a mapping by element that applies to all other elements."""

AUTO, NONE = "auto", "none"
"""Words in place of the name of a core potential."""


class WrittenOut(Frozen):
    """Basis functions and core potentials in the format of NWChem, Gaussian or Psi4."""

    text: str | None = Field(
        default=None, description="The text of basis functions or core potentials."
    )
    file: str | None = Field(
        default=None, description="File with the text, relative to the input file."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> WrittenOut:
        if (self.text is None) == (self.file is None):
            raise SpecError("needs exactly one of text and file", "for example {file: basis.nw}")
        return self


Choice = str | WrittenOut


def _choices(value: Any) -> Any:
    """The choice, or the choices by element, with elements spelt as in a formula."""
    if not isinstance(value, dict) or _is_written_out(value):
        return _choice(value)
    found: dict[Any, Any] = {}
    for key, item in value.items():
        symbol = element_key(key)
        if symbol in found:
            raise SpecError(f"'{key}' names {symbol} a second time", "keep one of the two", (key,))
        found[symbol] = _choice(item)
    return found


def _choice(value: Any) -> Any:
    """A name, or a `WrittenOut` for a text of several lines or a mapping of its keys."""
    if isinstance(value, str):
        return WrittenOut(text=value) if "\n" in value.strip() else name_or_word(value)
    return WrittenOut.model_validate(value) if _is_written_out(value) else value


def name_or_word(value: str) -> str:
    """The name of a basis set in the spelling of input files; ``auto`` and ``none`` in any case.

    Args:
        value: The name as it was written.
    """
    return value.lower() if value.lower() in (AUTO, NONE) else basis_name(value)


def in_one_spelling(value: Any) -> Any:
    """Plain data of a basis set or core potential with every name in the spelling of input files.

    Args:
        value: The unchecked value in the input.
    """
    if isinstance(value, str):
        return value if "\n" in value.strip() else name_or_word(value)
    if not isinstance(value, dict) or _is_written_out(value):
        return value
    return {element_key(key): in_one_spelling(item) for key, item in value.items()}


def _is_written_out(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.keys() & WrittenOut.model_fields.keys())


def element_key(key: Any) -> Any:
    """The element symbol of a key: ``CL`` and ``cl`` are ``Cl``.

    Args:
        key: Key of a mapping by element.
    """
    if not isinstance(key, str):
        return key
    return DEFAULT if key.lower() == DEFAULT else key.capitalize()


def text_path(path: Path) -> Path:
    """The keys that lead to the text of a basis set in the input.

    Args:
        path: Keys that lead to the choice, or to its text.
    """
    keys = path[:-1] if path[-1] == "text" else path
    return (*keys[:2], *map(element_key, keys[2:]), "text")


def _given(value: Any) -> Any:
    if value is None:
        raise SpecError("is empty", f"write {AUTO}, {NONE} or a name, or leave the key out")
    return value


Basis = Annotated[Choice | dict[str, Choice], BeforeValidator(_choices)]
CorePotentials = Annotated[
    Choice | dict[str, Choice], BeforeValidator(_choices), BeforeValidator(_given)
]


Read = Callable[[str, tuple[str, ...]], str]
"""Function that returns the text of a file, given its name and the keys that lead to it."""


def with_texts(value: Any, read: Read) -> Any:
    """The choice with every ``{file: ...}`` replaced by the text of the file.

    Args:
        value: The unchecked value in the input.
        read: Function that reads a file.
    """
    if _is_written_out(value):
        return _with_text(value, (), read)
    if not isinstance(value, dict):
        return value
    return {
        key: _with_text(item, (key,), read) if _is_written_out(item) else item
        for key, item in value.items()
    }


def _with_text(value: dict[str, Any], keys: tuple[str, ...], read: Read) -> dict[str, Any]:
    """The value with the text of its file; unchanged if the model will refuse it."""
    if not isinstance(value.get("file"), str) or "text" in value:
        return value
    rest = {key: item for key, item in value.items() if key != "file"}
    return {"text": read(value["file"], keys), **rest}


def basis_label(basis: Any) -> str:
    """A short label of a basis set or of core potentials.

    Args:
        basis: The model or its plain data.
    """
    if isinstance(basis, str):
        return basis
    if isinstance(basis, dict) and not _is_written_out(basis):
        return ", ".join(f"{key}: {basis_label(choice)}" for key, choice in basis.items())
    text = basis.get("text") if isinstance(basis, dict) else basis.text
    digest = hashlib.sha256(str(text).encode()).hexdigest()
    return f"written out ({digest[:8]})"


def as_basis(value: Any) -> Basis:
    """The model of a basis set.

    Args:
        value: The plain data of a checked input.
    """
    return _BASIS.validate_python(value)


_BASIS: TypeAdapter[Basis] = TypeAdapter(Basis)
