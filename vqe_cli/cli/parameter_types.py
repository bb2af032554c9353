"""Types of values on the command line, and how they are completed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

from vqe_cli._core.kinds import KINDS
from vqe_cli.cli.completion import bases, devices, matching, paths

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class SelectionType(click.types.StringParamType):
    """A name from a registry, or a mapping such as ``{name: spsa, maxiter: 50}``."""

    name = "name"

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names that begin with the incomplete word."""
        return matching(_names(self.kind, incomplete), incomplete)


class KnownTextType(click.types.StringParamType):
    """A text that is often one of some words, or a mapping.

    Args:
        name: What it is.
        words: Function that gives the words.
    """

    def __init__(self, name: str, words: Callable[[], Iterable[str]]) -> None:
        self.name, self._words = name, words

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Words that begin with the incomplete one."""
        return matching(self._words(), incomplete)


class AssignmentType(click.types.StringParamType):
    """``KEY=VALUE``, where the value can be a name from a registry."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Keys that begin with the incomplete word; after ``=`` the names of the entries."""
        key, separator, value = incomplete.partition("=")
        if not separator:
            return matching(dict.fromkeys(f"{path}=" for path in paths(key)), key)
        places = {".".join(map(str, kind.key)): kind.name for kind in KINDS.values() if kind.key}
        known = {"molecule.basis": bases, "backend.noise": devices, "backend.device": devices}
        name = places.get(key.removesuffix(".name"))
        words = known[key]() if key in known else () if name is None else _names(name, value)
        return matching(words, value, before=f"{key}=")


def _names(kind: str, incomplete: str) -> list[str]:
    """The names that can stand for an entry of a kind; devices once one begins to be typed."""
    names = KINDS[kind].registry.names()
    return names + devices() if kind == "backend" and incomplete[:1].lower() == "f" else names


class WholeNumber(click.types.IntParamType):
    """A whole number in plain digits; Python also accepts ``1_0`` and non-ASCII digits."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value of the text."""
        from vqe_cli.schema.numbers import NumberError, whole

        try:
            plain = whole(value) if isinstance(value, str) else value
        except NumberError as error:
            hint = self.meant(value)
            self.fail(f"{error.message}{'' if hint is None else f': {hint}'}", param, ctx)
        return super().convert(plain, param, ctx)

    def meant(self, text: str) -> str | None:
        """What to write for a text that is not a whole number; None if that is not known.

        Args:
            text: The text.
        """
        from vqe_cli._core.number_hints import number_meant

        return number_meant(text)


class Multiplicity(WholeNumber):
    """A multiplicity, whose names are answered with its number."""

    def meant(self, text: str) -> str | None:
        """The number of ``doublet``, or what the number is."""
        from vqe_cli._core.validation import multiplicity_meant

        return multiplicity_meant(text)


class WholeNumberRange(WholeNumber, click.IntRange):
    """A whole number within a range."""


class Count(WholeNumber):
    """A number of shots or steps, also written as ``1e4``, ``10k`` or ``2M``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value of the text."""
        from vqe_cli.schema.numbers import count

        plain = None if not isinstance(value, str) else count(value)
        return super().convert(value if plain is None else plain, param, ctx)


class NumberRange(click.FloatRange):
    """A number within a range; ``nan`` is within none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value of the text."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a number", param, ctx)
        return found


class SmilesType(click.types.StringParamType):
    """A SMILES text, not read as YAML, where ``[H][H]`` would be a list."""

    name = "smiles"


WHOLE = WholeNumber()
"""A whole number whose range is checked by the field that it sets."""

MULTIPLICITY = Multiplicity()
"""A multiplicity whose range is checked by the molecule."""

COUNT = Count()
"""A number of shots or steps."""

BASIS = KnownTextType("basis", bases)
"""The name of a basis set, or a mapping."""

DEVICE = KnownTextType("device", devices)
"""The name of a fake device, or a mapping of the parts of noise."""
