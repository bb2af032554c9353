"""The number of basis functions of a molecule, before it is built."""

from __future__ import annotations

from collections.abc import Mapping

from vqe_cli.chemistry.basis.basis_sets import functions_in, shells_of
from vqe_cli.schema.basis import Basis


def basis_functions(symbols: Mapping[str, int], basis: Basis) -> int:
    """The number of contracted spherical functions.

    Args:
        symbols: Number of atoms of each element.
        basis: The basis section of the input.

    Raises:
        InputError: PySCF does not have the basis for an element.
    """
    shells = shells_of(basis, symbols)
    return sum(count * functions_in(shells[symbol]) for symbol, count in symbols.items())
