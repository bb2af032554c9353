"""Molfiles written by hand, column by column, as the CTfile definition has them."""

from __future__ import annotations

from collections.abc import Sequence

Atom = tuple[str, float, float, float]

ETHANE = (("C", 0.0, 0.0, 0.0), ("C", 1.4, 0.0, 0.0))
SINGLE = ((1, 2, 1, 0),)


def v2000(
    atoms: Sequence[Atom],
    bonds: Sequence[tuple[int, int, int, int]] = (),
    more: str = "",
    codes: Sequence[int] = (),
) -> str:
    """A V2000 molfile.

    Args:
        atoms: Symbol and place.
        bonds: Two atoms from 1, order and stereo code.
        more: Lines before the end.
        codes: Charge codes of the atom block.
    """
    codes = (*codes, *(0,) * (len(atoms) - len(codes)))
    counts = f"{len(atoms):3d}{len(bonds):3d}"
    lines = ["", "  by hand", "", f"{counts}  0  0  0  0  0  0  0  0999 V2000"]
    lines += [
        f"{x:10.4f}{y:10.4f}{z:10.4f} {symbol:<3s} 0{code:3d}  0  0  0  0"
        for (symbol, x, y, z), code in zip(atoms, codes, strict=True)
    ]
    lines += ["".join(f"{number:3d}" for number in bond) for bond in bonds]
    return "\n".join([*lines, *more.splitlines(), "M  END", ""])


def v3000(*atoms: str) -> str:
    """A V3000 molfile without bonds.

    Args:
        atoms: Symbol, and what stands behind its place.
    """
    rows = [
        f"M  V30 {number} {atom.split(' ', 1)[0]} {number} 0 0 0 {atom.split(' ', 1)[-1]}"
        for number, atom in enumerate(atoms, 1)
    ]
    head = ["", "  by hand", "", "  0  0  0     0  0            999 V3000", "M  V30 BEGIN CTAB"]
    lines = [*head, f"M  V30 COUNTS {len(atoms)} 0 0 0 0", "M  V30 BEGIN ATOM", *rows]
    return "\n".join([*lines, "M  V30 END ATOM", "M  V30 END CTAB", "M  END", ""])
