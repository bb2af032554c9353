"""How many basis functions a molecule has, known before anything is built."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cache

from vqe_cli.errors import InputError

Basis = str | Mapping[str, str]


def basis_functions(symbols: Mapping[str, int], basis: Basis) -> int:
    """Number of contracted spherical functions.

    Args:
        symbols: How many atoms of each element.
        basis: A name, or names by element with ``default`` for the others.

    Raises:
        InputError: PySCF does not have the basis for an element.
    """
    total = 0
    for symbol, count in symbols.items():
        name = basis if isinstance(basis, str) else basis.get(symbol, basis.get("default", ""))
        functions = _of_element(symbol, name)
        if functions is None:
            raise InputError(
                f"PySCF has no basis '{name}' for {symbol}",
                path=("molecule", "basis"),
                hint="another basis, such as def2-svp, may have it",
            )
        total += count * functions
    return total


@cache
def _of_element(symbol: str, name: str) -> int | None:
    from pyscf.gto.basis import load
    from pyscf.lib.exceptions import BasisNotFoundError

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Basis may be available")
            shells = load(name, symbol)
    except (BasisNotFoundError, KeyError, ValueError, OSError, RuntimeError, AssertionError):
        return None
    return sum((2 * int(shell[0]) + 1) * _contractions(shell) for shell in shells)


def _contractions(shell: list[object]) -> int:
    """A shell is [l, (kappa,) [exponent, coefficient, coefficient ...], ...]."""
    primitives = [row for row in shell[1:] if isinstance(row, list | tuple)]
    return len(primitives[0]) - 1
