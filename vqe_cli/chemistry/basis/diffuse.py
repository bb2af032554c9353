"""Diffuse functions of a basis, which anions need."""

from __future__ import annotations

from typing import Any

COMPARED_WITH = "def2-svp"
"""A valence basis of most elements without diffuse functions."""

DIFFUSE = 0.54
"""Exponent relative to the smallest one of s and p functions of that basis, below which a function
is diffuse: added ones have 0.2 to 0.5 of it, valence functions of quadruple zeta 0.6 or more."""


def without_diffuse_functions(mole: Any) -> tuple[str, ...]:
    """Symbols of the elements without diffuse s or p functions; hydrogen only if alone.

    Elements that the basis of comparison does not have are left out.

    Args:
        mole: A built `pyscf.gto.Mole`.
    """
    nuclei = [atom for atom in range(mole.natm) if mole.atom_charge(atom)]
    elements = {mole.atom_pure_symbol(atom) for atom in nuclei}
    heavy = elements - {"H"} or elements
    return tuple(sorted(symbol for symbol in heavy if not _is_diffuse(mole, symbol)))


def _is_diffuse(mole: Any, symbol: str) -> bool:
    from pyscf.gto.basis import load
    from pyscf.lib.exceptions import BasisNotFoundError

    try:
        valence = load(COMPARED_WITH, symbol)
    except (BasisNotFoundError, KeyError):
        return True
    limit = DIFFUSE * min(
        float(row[0]) for momentum, *rows in valence if momentum < 2 for row in rows
    )
    atom = next(n for n in range(mole.natm) if mole.atom_symbol(n) == symbol)
    shells = (shell for shell in range(mole.nbas) if mole.bas_atom(shell) == atom)
    own = [mole.bas_exp(shell).min() for shell in shells if mole.bas_angular(shell) < 2]
    return bool(min(own) < limit)
