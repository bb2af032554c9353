"""Basis functions of elements, by PySCF's names or written out in full."""

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
from vqe_cli.schema.basis_names import published_name

BASIS_PATH: Path = ("molecule", "basis")

_NAME = re.compile(r"[\w+*(),.@ -]{1,60}")

_AUXILIARY = re.compile(r".*fit|.*ri|weigend.*|demon")
"""PySCF's names of auxiliary sets, which fit densities or complete other sets."""

_RELATIVISTIC = re.compile(r"anorcc|ano|dyall.z|.*dk(?:h2?|3)?")

COMMON_BASES = (
    "sto-3g", "sto-6g", "3-21g", "6-31g", "6-31g*", "6-31g**", "6-311g", "6-31+g*", "6-311++g**",
    "cc-pvdz", "cc-pvtz", "cc-pvqz", "aug-cc-pvdz", "aug-cc-pvtz", "def2-svp", "def2-svpd",
    "def2-tzvp", "def2-tzvpp", "def2-qzvp", "lanl2dz", "cc-pvdz-pp", "minao", "dzp", "ano-rcc",
)  # fmt: skip

SUGGESTED = 4
"""Maximum number of bases that a hint names."""

TIGHT = 1.0
"""Largest s exponent over Z², 1/bohr², of a basis without the 1s orbital; STO-3G: 2.0 to 3.4."""


def chosen(choices: Basis | CorePotentials, symbol: str, path: Path) -> tuple[Choice | None, Path]:
    """The choice for an element, and its path in the input.

    Args:
        choices: One choice for all elements, or choices by element.
        symbol: The element's symbol.
        path: Path of the choices in the input.
    """
    if not isinstance(choices, dict):
        return choices, path
    if symbol in choices:
        return choices[symbol], (*path, symbol)
    return choices.get(DEFAULT), (*path, DEFAULT) if DEFAULT in choices else path


def shells_of(basis: Basis, symbols: Iterable[str]) -> dict[str, list[Shell]]:
    """The basis functions of elements, in PySCF's form.

    Args:
        basis: The basis section of the input.
        symbols: Symbols of the elements.

    Raises:
        InputError: An element has no basis in the input or in PySCF.
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
    """Refuse auxiliary sets, which PySCF lists together with orbital bases."""
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
    """The basis set of a choice that is written out.

    Args:
        choice: The choice, with its text.
        path: Path of the choice in the input.

    Raises:
        InputError: The text is not a basis set; the error carries the line.
    """
    assert not isinstance(choice, str)
    if choice.text is None:
        raise InputError("the file was not read", path=path, hint="use vqe_cli.load")
    return read_basis_text(choice.text, path)


def named_shells(name: str, symbol: str) -> list[Shell] | None:
    """PySCF's basis functions by name; None if PySCF has none for the element.

    PySCF has 6-31++G(d) of scandium, and no 6-31++G*: both spellings are asked for.

    Args:
        name: The name in any of PySCF's spellings.
        symbol: The element's symbol.
    """
    asked = not_a_path(name)
    found = _named_shells(asked, symbol)
    return _named_shells(published_name(asked), symbol) if found is None else found


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
    """The name in a spelling that is not a file's path, which PySCF would read instead.

    PySCF ignores spaces in names.

    Args:
        name: Name of a basis, possibly with a contraction after ``@``.
    """
    bare, at, contraction = name.partition("@")
    while os.path.exists(bare):
        bare += " "
    return f"{bare}{at}{contraction}"


def functions_in(shells: list[Shell]) -> int:
    """The number of contracted spherical functions.

    Args:
        shells: The shells, in PySCF's form.
    """
    return sum((2 * _momentum(shell) + 1) * (len(_rows(shell)[0]) - 1) for shell in shells)


def highest_momentum(shells: list[Shell]) -> int:
    """The largest angular momentum, 0 for s functions.

    Args:
        shells: The shells, in PySCF's form.
    """
    return max(map(_momentum, shells), default=0)


def holds_core(shells: list[Shell], nuclear_charge: int) -> bool:
    """Whether a basis has functions for the 1s orbital of a bare nucleus.

    Args:
        shells: The shells, in PySCF's form.
        nuclear_charge: Nuclear charge, in units of e.
    """
    exponents = (row[0] for shell in shells if _momentum(shell) == 0 for row in _rows(shell))
    return max(exponents, default=0.0) >= TIGHT * nuclear_charge**2


def basis_notes(basis: Basis, symbols: Iterable[str]) -> tuple[str, ...]:
    """Notes on a basis.

    Args:
        basis: The basis section of the input.
        symbols: Symbols of the elements that use it.
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
    """A basis's name without characters that PySCF ignores, and without a contraction.

    Args:
        name: Name of a basis.
    """
    return re.sub("[-_ ]", "", name.partition("@")[0].lower())


def _momentum(shell: Shell) -> int:
    momentum = shell[0]
    assert isinstance(momentum, int)
    return momentum


def _rows(shell: Shell) -> list[Any]:
    """The rows of a shell [l, (kappa,) [exponent, coefficient, ...], ...]."""
    return [row for row in shell[1:] if isinstance(row, list | tuple)]


def refuse_unknown_elements(choices: Basis | CorePotentials, path: Path) -> None:
    """Refuse a mapping with a key that is not an element.

    Args:
        choices: One choice for all elements, or choices by element.
        path: Path of the choices in the input.

    Raises:
        InputError: A key is not an element.
    """
    from pyscf.data.elements import ELEMENTS

    known = ELEMENTS[1:]
    for symbol in choices if isinstance(choices, dict) else ():
        if symbol not in known and symbol != DEFAULT:
            element = str(symbol).rstrip("0123456789_-")
            hint = f"it is given by element, not by atom: {element}" if element in known else None
            raise InputError(f"'{symbol}' is not an element", path=(*path, symbol), hint=hint)


def refuse_no_name(text: str, path: Path) -> None:
    """Refuse a text that cannot be the name of a basis or core potential.

    Args:
        text: The text of the input.
        path: Path of the choice in the input.

    Raises:
        InputError: The text is not a name; the hint shows how to write out a basis.
    """
    if not _NAME.fullmatch(text):
        raise InputError(
            f"'{text[:40]}' is not a name",
            path=path,
            hint=f"a name that PySCF knows, or {path[1]}: {{file: FILE}}",
        )


def _hint(name: str, symbol: str) -> str:
    """A hint with the most similar name of a basis for the element, or with some names."""
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
        symbol: The element's symbol.
    """
    return [name for name in COMMON_BASES if named_shells(name, symbol)]
