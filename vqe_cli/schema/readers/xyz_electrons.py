"""What an extended .xyz file tells of its electrons without stating charge and multiplicity.

Charges and magnetic moments of atoms stand in columns, the moment of all of them and fields from
outside in the comment. Nothing is concluded from them; what contradicts the question as it is asked
is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vqe_cli.schema.numbers import NumberError, is_number, number
from vqe_cli.schema.readers.xyz_columns import Columns
from vqe_cli.schema.readers.xyz_comment import CHARGE, MULTIPLICITY, Comment
from vqe_cli.schema.source import Remark

_ASSUMED = {CHARGE: 0, MULTIPLICITY: 1}

_CHARGES = re.compile(r"^(?!.*(nuclear|core|born|effective)).*(charge|chrg|chg)|^q$", re.I)
_MOMENT = r"mag_?mom|magnetic_?moment|magneti[sz]ation"
_MOMENT_OF_ALL = re.compile(_MOMENT, re.I)
_MOMENTS = re.compile(rf"{_MOMENT}|spin|unpaired", re.I)
_SURROUNDINGS = re.compile(
    r"^(?!.*force_?field).*field|solvent|solvation|dielectric|perturb|embedding|pcm|cosmo|alpb|gbsa"
    r"|^c?smd$|(point|external)_?(charge|potential)",
    re.I,
)
_IN_WORDS = re.compile(
    r"(?<!\bno )(?<!without )(?<!zero )\b(?:electric|magnetic|external|applied) fields?\b", re.I
)
_OFF = frozenset({"", "none", "no", "off", "f", "false", "vacuum", "gas", "gas-phase"})


@dataclass(frozen=True)
class _Total:
    """What adds up to a charge, or to a number of unpaired electrons.

    Args:
        name: Of the column or key.
        key: `CHARGE` or `MULTIPLICITY`.
        value: A whole number, but for the round-off of a population analysis; None where it is
            no number.
    """

    name: str
    key: str
    value: float | None

    def fits(self, used: float) -> bool:
        """Whether charge or multiplicity may be the one that is used."""
        expected = used if self.key == CHARGE else used - 1
        return self.value is not None and round(self.value) == expected

    @property
    def meaning(self) -> str:
        """In words, what it speaks for."""
        if self.value is None:
            return "are not numbers"
        whole = round(self.value)
        told = f"{whole:+d}" if self.key == CHARGE else f"{whole + 1}"
        return f"add up to {self.value:.4g}, which speaks for {self.key} {told}"


def remarks_on_electrons(
    name: str, comment: Comment, columns: Columns | None, rows: Sequence[Sequence[str]]
) -> Iterator[Remark]:
    """Doubts about charge, multiplicity and what surrounds the molecule.

    Args:
        name: Of the file.
        comment: Its second line.
        columns: As they are named.
        rows: The words of each atom's line.
    """
    totals = [*_of_columns(columns, rows), *_of_keys(comment.keys)]
    for total in totals:
        used = comment.stated.get(total.key, _ASSUMED[total.key])
        if not total.fits(used):
            text = (
                f"the values of '{total.name}' in {name} {total.meaning}; {used:g} is used:"
                f" write {total.key}=... in the comment, or give it"
            )
            yield Remark(text, frozenset({total.key}), doubtful=True)
    around = [key for key, value in comment.keys.items() if _surrounds(key, value)]
    around += _IN_WORDS.findall(comment.text)
    if around:
        named = ", ".join(f"'{one}'" for one in around)
        text = (
            f"the comment of {name} names {named}; the molecule is computed by itself, without"
            " fields or surroundings: take it out if that is meant"
        )
        yield Remark(text, doubtful=True)


def _of_columns(columns: Columns | None, rows: Sequence[Sequence[str]]) -> Iterator[_Total]:
    """Sums over all atoms; moments with three components add up as vectors."""
    for name, (start, count) in columns.others.items() if columns is not None else ():
        values = [words[start : start + count] for words in rows]
        if _MOMENTS.search(name):
            yield _Total(name, MULTIPLICITY, _length(values))
        elif count == 1 and _CHARGES.search(name):
            yield _Total(name, CHARGE, _sum([value for (value,) in values]))


def _of_keys(keys: Mapping[str, str]) -> Iterator[_Total]:
    """Moments of all electrons, or a list of those of the atoms."""
    for name, value in keys.items():
        if _MOMENT_OF_ALL.search(name):
            words = re.split(r"[\s,]+", value)
            yield _Total(name, MULTIPLICITY, _length([[word] for word in words]))


def _length(vectors: Sequence[Sequence[str]]) -> float | None:
    """Of the sum of vectors; None where a component is no number."""
    sums = [_sum(components) for components in zip(*vectors, strict=True)]
    known = [value for value in sums if value is not None]
    return math.hypot(*known) if len(known) == len(sums) else None


def _sum(words: Sequence[str]) -> float | None:
    try:
        total = sum(map(number, words))
    except NumberError:
        return None
    return total if math.isfinite(total) else None


def _surrounds(key: str, value: str) -> bool:
    """Whether a key is of a field or a medium, and is not nought or off."""
    if not _SURROUNDINGS.search(key) or value.lower() in _OFF:
        return False
    return any(not is_number(word) or number(word) for word in re.split(r"[\s,]+", value))
