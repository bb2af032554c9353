"""Basis functions of elements: by the names that PySCF knows, or written out."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Any

from vqe_cli.chemistry.basis.basis_text import Shell, WrittenBasis, read_basis_text
from vqe_cli.errors import InputError, Path
from vqe_cli.schema.basis import DEFAULT, Basis, Choice, CorePotentials

BASIS_PATH: Path = ("molecule", "basis")

_NAME = re.compile(r"[\w+*(),.@ -]{1,60}")

_AUXILIARY = re.compile(r".*fit|.*ri|weigend.*|demon")
"""Names of sets that fit densities or complete other sets, as PySCF spells them."""

_RELATIVISTIC = re.compile(r"anorcc|ano|dyall.z|.*dk(?:h2?|3)?")

COMMON_BASES = (
    "sto-3g", "sto-6g", "3-21g", "6-31g", "6-31g*", "6-31g**", "6-311g", "6-31+g*", "6-311++g**",
    "cc-pvdz", "cc-pvtz", "cc-pvqz", "aug-cc-pvdz", "aug-cc-pvtz", "def2-svp", "def2-svpd",
    "def2-tzvp", "def2-tzvpp", "def2-qzvp", "lanl2dz", "cc-pvdz-pp", "minao", "dzp", "ano-rcc",
)  # fmt: skip

SUGGESTED = 4
"""Bases that a hint names."""

TIGHT = 1.0
"""Largest exponent of s functions over Z², in 1/bohr², below which a basis has no 1s orbital: that
of STO-3G is 2.0 to 3.4, others are larger."""


def chosen(choices: Basis | CorePotentials, symbol: str, path: Path) -> tuple[Choice | None, Path]:
    """What is chosen for an element, and where in the input that stands.

    Args:
        choices: One for all, or by element.
        symbol: Of the element.
        path: Of the choices in the input.
    """
    if not isinstance(choices, dict):
        return choices, path
    if symbol in choices:
        return choices[symbol], (*path, symbol)
    return choices.get(DEFAULT), (*path, DEFAULT) if DEFAULT in choices else path


def shells_of(basis: Basis, symbols: Iterable[str]) -> dict[str, list[Shell]]:
    """The basis functions of elements, in PySCF's form.

    Args:
        basis: As it was asked for.
        symbols: The elements.

    Raises:
        InputError: None is given for an element, or PySCF does not have it.
    """
    refuse_unknown_elements(basis, BASIS_PATH)
    return {symbol: _shells(basis, symbol) for symbol in sorted(symbols)}


def _shells(basis: Basis, symbol: str) -> list[Shell]:
    choice, path = chosen(basis, symbol, BASIS_PATH)
    if not choice:
        hint = f"add '{symbol}: ...' or '{DEFAULT}: ...'"
        raise InputError(f"no basis is given for {symbol}", path=path, hint=hint)
    if not isinstance(choice, str):
        return _written_shells(written(choice, path), symbol, path)
    refuse_no_name(choice, path)
    _refuse_auxiliary(choice, path)
    shells = named_shells(choice, symbol)
    if shells is None:
        raise InputError(
            f"PySCF has no basis '{choice}' for {symbol}", path=path, hint=_hint(choice, symbol)
        )
    return shells


def _refuse_auxiliary(name: str, path: Path) -> None:
    """Refuse sets that fit densities: PySCF has them beside those that hold orbitals."""
    if _AUXILIARY.fullmatch(spelling_of(name)):
        raise InputError(
            f"'{name}' is an auxiliary basis: it fits densities and cannot hold orbitals",
            path=path,
            hint="name the orbital basis that it belongs to",
        )


def _written_shells(found: WrittenBasis, symbol: str, path: Path) -> list[Shell]:
    if symbol in found.shells:
        return found.shells[symbol]
    there = ", ".join(sorted(found.shells)) or "none at all"
    raise InputError(
        f"the basis that is written out has no functions of {symbol}",
        path=path,
        hint=f"it has those of {there}; other elements can be given theirs: "
        f"basis: {{{symbol}: ..., {DEFAULT}: ...}}",
    )


def written(choice: Choice, path: Path) -> WrittenBasis:
    """What a choice that is written out holds.

    Args:
        choice: With its text.
        path: Where it stands in the input.

    Raises:
        InputError: It is no basis set, with its line.
    """
    assert not isinstance(choice, str)
    if choice.text is None:
        raise InputError("the file was not read", path=path, hint="use vqe_cli.load")
    return read_basis_text(choice.text, path)


def named_shells(name: str, symbol: str) -> list[Shell] | None:
    """The basis functions that PySCF has by a name; None if it has none for this element.

    Args:
        name: In any of PySCF's spellings.
        symbol: Of the element.
    """
    return _named_shells(not_a_path(name), symbol)


@cache
def _named_shells(name: str, symbol: str) -> list[Shell] | None:
    from pyscf.gto.basis import load
    from pyscf.lib.exceptions import BasisNotFoundError

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Basis may be available")
            return load(name, symbol) or None
    except (BasisNotFoundError, KeyError, ValueError, OSError, RuntimeError, AssertionError):
        return None


def not_a_path(name: str) -> str:
    """The name in a spelling that is no file's: PySCF would read that instead.

    It takes no notice of spaces in names.

    Args:
        name: Of a basis, perhaps with a contraction after ``@``.
    """
    bare, at, contraction = name.partition("@")
    while os.path.exists(bare):
        bare += " "
    return f"{bare}{at}{contraction}"


def functions_in(shells: list[Shell]) -> int:
    """Number of contracted spherical functions.

    Args:
        shells: In PySCF's form.
    """
    return sum((2 * _momentum(shell) + 1) * (len(_rows(shell)[0]) - 1) for shell in shells)


def holds_core(shells: list[Shell], nuclear_charge: int) -> bool:
    """Whether there are functions for the 1s orbital of a bare nucleus.

    Args:
        shells: In PySCF's form.
        nuclear_charge: Protons.
    """
    exponents = (row[0] for shell in shells if _momentum(shell) == 0 for row in _rows(shell))
    return max(exponents, default=0.0) >= TIGHT * nuclear_charge**2


def basis_notes(basis: Basis, symbols: Iterable[str]) -> tuple[str, ...]:
    """What should be said about a basis, in sentences.

    Args:
        basis: As it was asked for.
        symbols: The elements that use it.
    """
    found = {}
    for symbol in sorted(symbols):
        choice, path = chosen(basis, symbol, BASIS_PATH)
        if isinstance(choice, str):
            if _RELATIVISTIC.fullmatch(spelling_of(choice)):
                found[choice] = (
                    f"{choice} is contracted for relativistic Hamiltonians, this is none"
                )
        elif choice is not None and _asks_for_six_d_functions(written(choice, path), symbol):
            found["cartesian"] = "cartesian d and higher functions are taken as spherical ones"
    return tuple(found.values())


def _asks_for_six_d_functions(found: WrittenBasis, symbol: str) -> bool:
    return found.cartesian and any(_momentum(shell) > 1 for shell in found.shells.get(symbol, []))


def spelling_of(name: str) -> str:
    """A basis' name without what PySCF takes no notice of, and without a contraction.

    Args:
        name: Of a basis.
    """
    return re.sub("[-_ ]", "", name.partition("@")[0].lower())


def _momentum(shell: Shell) -> int:
    momentum = shell[0]
    assert isinstance(momentum, int)
    return momentum


def _rows(shell: Shell) -> list[Any]:
    """Of [l, (kappa,) [exponent, coefficient, ...], ...]."""
    return [row for row in shell[1:] if isinstance(row, list | tuple)]


def refuse_unknown_elements(choices: Basis | CorePotentials, path: Path) -> None:
    """Refuse a mapping with a key that is no element.

    Args:
        choices: One for all, or by element.
        path: Where they stand in the input.

    Raises:
        InputError: With the key.
    """
    from pyscf.data.elements import ELEMENTS

    known = ELEMENTS[1:]
    for symbol in choices if isinstance(choices, dict) else ():
        if symbol not in known and symbol != DEFAULT:
            element = str(symbol).rstrip("0123456789_-")
            hint = f"it is given by element, not by atom: {element}" if element in known else None
            raise InputError(f"'{symbol}' is not an element", path=(*path, symbol), hint=hint)


def refuse_no_name(text: str, path: Path) -> None:
    """Refuse what cannot be the name of a basis or core potential.

    Args:
        text: As it was written.
        path: Where it stands in the input.

    Raises:
        InputError: With how a basis is written out.
    """
    if not _NAME.fullmatch(text):
        raise InputError(
            f"'{text[:40]}' is not a name",
            path=path,
            hint=f"a name that PySCF knows, or {path[1]}: {{file: FILE}}",
        )


def _hint(name: str, symbol: str) -> str:
    """The nearest name that there is for the element, or some that there are."""
    if os.path.isfile(name):
        return f"to read the file of that name, write basis: {{file: {name}}}"
    there = bases_with(symbol)
    close = get_close_matches(name.lower().replace("_", "-"), there, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"for {symbol} there are {', '.join(there[:SUGGESTED])} and others"


def bases_with(symbol: str) -> list[str]:
    """Common bases that have functions for an element.

    Args:
        symbol: Of the element.
    """
    return [name for name in COMMON_BASES if named_shells(name, symbol)]
