"""Conversion of pydantic's errors to input errors with a message, a path and a hint."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from types import NoneType
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from vqe_cli._core.number_hints import number_to_write
from vqe_cli.errors import InputError, Path, did_you_mean


class Frozen(BaseModel):
    """A value object: immutable, no unknown fields, no silent conversion, no NaN."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True
    )


class InputPart(Frozen):
    """A part of the input: words of closed lists are accepted in any case, and kept as listed.

    An empty key, or one that is null, has its default, as if it were not there.
    """

    ambiguous_if_empty: ClassVar[frozenset[str]] = frozenset()
    """Keys that are refused if they are empty, since their default is not what none means."""

    @model_validator(mode="before")
    @classmethod
    def _words_in_any_case(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        empty = _defaulted(cls) - cls.ambiguous_if_empty
        value = {key: item for key, item in value.items() if item is not None or key not in empty}
        listed = {key: words for key, words in _words_of(cls).items() if key in value}
        return {**value, **{key: _as_listed(value[key], listed[key]) for key in listed}}


@cache
def _defaulted(model: type[BaseModel]) -> frozenset[str]:
    """The keys that have a default and do not take None themselves."""
    return frozenset(
        key
        for key, field in model.model_fields.items()
        if not field.is_required() and NoneType not in get_args(field.annotation)
    )


@cache
def _words_of(model: type[BaseModel]) -> dict[str, dict[str, str]]:
    """The listed words of each field that has any, by the words in small letters."""
    found = {key: _listed(field.annotation) for key, field in model.model_fields.items()}
    return {
        key: {word.lower(): word for word in words}
        for key, words in found.items()
        if len({word.lower() for word in words}) == len(words) > 0
    }


def _listed(annotation: Any) -> list[str]:
    """The words of the literals in an annotation, such as that of a list of them."""
    if get_origin(annotation) is Literal:
        return [word for word in get_args(annotation) if isinstance(word, str)]
    return [word for inner in get_args(annotation) for word in _listed(inner)]


def _as_listed(value: Any, words: dict[str, str]) -> Any:
    """A word, or the words of a list, in the case in which they are listed."""
    if isinstance(value, (list, tuple)):
        return type(value)(_as_listed(one, words) for one in value)
    return words.get(value.lower(), value) if isinstance(value, str) else value


_UNION_BRANCH = re.compile(r"str|int|float|(dict|tuple|list|function-\w+|literal)\[.*\]")
"""The parts of pydantic's paths that denote branches of unions."""

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "list_type": "a list",
    "tuple_type": "a list",
    "finite_number": "a finite number",
}
_FACTORS = {"k": 1_000, "K": 1_000, "M": 1_000_000}
_WHOLE = ("int_type", "int_from_float")


def input_error(error: ValidationError, model: type[BaseModel], prefix: Path = ()) -> InputError:
    """The `InputError` for pydantic's most relevant fault.

    Misspelt keys come first, since they cause missing ones.

    Args:
        error: Pydantic's error.
        model: The validated model.
        prefix: Path of the model in the input.
    """
    faults = error.errors(include_url=False)
    misspelt = [fault for fault in faults if fault["type"] == "extra_forbidden"]
    fault = (misspelt or faults)[0]
    loc = tuple(part for part in fault["loc"] if not _UNION_BRANCH.fullmatch(str(part)))
    path = prefix + loc
    name = f"'{'.'.join(str(part) for part in path)}'" if path else "the input"
    kind = fault["type"]
    if kind == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        parent = ".".join(str(part) for part in path[:-1])
        place = f" in '{parent}'" if parent else ""
        suggestion = _for_unknown(str(path[-1]), known, model if len(loc) == 1 else None)
        return InputError(f"unknown key '{path[-1]}'{place}", path=path, hint=suggestion)
    if kind == "missing":
        return InputError(f"{name} is missing", path=path[:-1], hint=f"add '{path[-1]}'")
    if kind in _KINDS:
        message = f"{name} must be {_KINDS[kind]}, not {_show(fault['input'])}"
        return InputError(message, path=path, hint=_form(kind, fault["input"], path))
    if kind == "value_error":
        cause = fault["ctx"]["error"]
        hint = getattr(cause, "hint", None)
        path += getattr(cause, "path", ())
        return InputError(f"{name}: {cause}" if loc else str(cause), path=path, hint=hint)
    if kind == "literal_error":
        message = f"{name} is {_show(fault['input'])}"
        return InputError(message, path=path, hint=f"it can be {fault['ctx']['expected']}")
    if kind == "too_short" and not fault["ctx"]["actual_length"]:
        message = f"{name} is empty"
    else:
        message = f"{name}: {_lower(fault['msg'])}, not {_show(fault['input'])}"
    is_spin = path[-1:] == ("multiplicity",)
    return InputError(message, path=path, hint=OF_MULTIPLICITY if is_spin else None)


def _form(kind: str, value: object, path: Path) -> str | None:
    """A hint for a value of another type: how the same is written in that type."""
    if kind in _WHOLE and (hint := _as_whole(value)) is not None:
        return hint
    if kind == "string_type" and isinstance(value, (int, float)):
        return "write it in quotes"
    if kind == "model_type" and path == ("molecule",) and isinstance(value, str):
        return f"write 'molecule: {{geometry: {{file: {value}}}}}'"
    if not isinstance(value, str) or kind not in (*_WHOLE, "float_type"):
        return None
    if path[-1:] == ("multiplicity",):
        return multiplicity_meant(value)
    return number_to_write(value)


def multiplicity_meant(text: str) -> str:
    """What to write for a text that is no multiplicity, such as ``doublet``.

    Args:
        text: The text.
    """
    named = _MULTIPLICITIES.get(text.strip().lower())
    return OF_MULTIPLICITY if named is None else f"write {named}"


_MULTIPLICITIES = {
    name: number
    for number, name in enumerate(
        ("singlet", "doublet", "triplet", "quartet", "quintet", "sextet", "septet"), start=1
    )
}

OF_MULTIPLICITY = "it is 2S+1: 1 for a singlet, 2 for a doublet"


class SpecError(ValueError):
    """A fault that a validator found.

    Args:
        message: What is wrong.
        hint: Advice on the correct value.
        path: Path of the fault below the validated value.
    """

    def __init__(self, message: str, hint: str | None = None, path: Path = ()) -> None:
        super().__init__(message)
        self.hint = hint
        self.path = path


def _fields_at(model: type[BaseModel], loc: Path) -> list[str]:
    """The keys of the model at `loc` below `model`."""
    for part in loc:
        if isinstance(part, int):  # a place in a list of models
            continue
        field = model.model_fields.get(str(part))
        inner = [] if field is None else models_in(field.annotation)
        if not inner:
            return []
        model = inner[0]
    return list(model.model_fields)


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models in a field's annotation, without `None` and plain types."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for arg in getattr(annotation, "__args__", ()) for m in models_in(arg)]


OTHER_WORDS = {
    "spin": ("multiplicity",),
    "mult": ("multiplicity",),
    "atom": ("geometry",),
    "atoms": ("geometry",),
    "coordinates": ("geometry",),
    "coords": ("geometry",),
    "xyz": ("geometry",),
    "basis_set": ("basis",),
    "unit": ("units",),
    "method": ("ansatz", "name"),
    "type": ("name",),
    "kind": ("name",),
    "qubit_mapper": ("mapper",),
    "nelec": ("electrons",),
    "nelecas": ("electrons",),
    "norb": ("orbitals",),
    "ncas": ("orbitals",),
    "tol": ("tolerance",),
    "smiles": ("geometry",),
    "zmatrix": ("geometry",),
    "nroots": ("number", "states"),
    "n": ("number",),
}
"""Words that other programs have for keys of the input; of several keys the first that there is."""


PART_OF_OPTION = {
    "shots": "backend", "precision": "backend", "noise": "backend", "mitigation": "backend",
    "measurement": "backend", "maxiter": "optimizer", "tolerance": "optimizer",
    "reps": "ansatz", "k": "ansatz", "pool": "ansatz", "electrons": "active_space",
    "taper": "mapper",
}  # fmt: skip
"""Parts of a run by the options that are most often written at the top of the input."""


def _for_unknown(key: str, known: list[str], model: type[BaseModel] | None) -> str:
    """A hint for an unknown key: where it belongs, or the nearest known key.

    Args:
        key: The unknown key.
        known: The keys that are known there.
        model: The model of the input, if the key stands at its top.
    """
    if key == "<<":
        return "merge keys are not read: repeat the keys where they are needed"
    other = other_word(key, known)
    if other is not None:
        remark = ", which is 2S+1" if other == "multiplicity" else ""
        if key.lower() in _NOTATIONS:
            return f"write '{other}: {{{key.lower()}: ...}}'"
        return f"write '{other}'{remark}"
    for parent, field in (model.model_fields if model else {}).items():
        if any(key in inner.model_fields for inner in models_in(field.annotation)):
            return f"write it below '{parent}'"
    if model is not None and (part := PART_OF_OPTION.get(key)) in model.model_fields:
        return f"write it below '{part}': {part}.{key}"
    return did_you_mean(key, known)


_NOTATIONS = ("smiles", "zmatrix")
"""Keys of a geometry that are written beside it."""


def other_word(key: str, known: Collection[str]) -> str | None:
    """The key that another program's word stands for; None without one.

    Args:
        key: The unknown key.
        known: The keys that are known there.
    """
    return next((one for one in OTHER_WORDS.get(key.lower(), ()) if one in known), None)


def _as_whole(value: object) -> str | None:
    """A hint for whole numbers in another form, such as ``"+1"``, ``1.0`` or ``10k``."""
    if isinstance(value, bool) or not isinstance(value, (str, float)):
        return None
    factor = _FACTORS.get(value[-1:], 1) if isinstance(value, str) else 1
    try:
        number = float(value if factor == 1 else str(value)[:-1]) * factor
    except ValueError:
        return None
    is_whole = number.is_integer() and abs(number) < 1e9
    return f"write a whole number: {int(number)}" if is_whole else None


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
