"""Ladder operators of mappings whose qubits store sums of occupations modulo 2.

Such a mapping is Jordan-Wigner's followed by CX gates, which map basis states to basis states: a
ladder operator flips the qubits that store its spin orbital, and its sign is that of the electrons
before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vqe_cli.qubits.occupations import inverse_columns
from vqe_cli.qubits.symplectic import Strings, identity, masks_of, product, times, together


def creation_operators(sums: Sequence[int]) -> tuple[Strings, ...]:
    """The creation operator ``(P − iQ)/2`` of each spin orbital, as strings P and Q.

    Args:
        sums: For each qubit, the bit mask of the spin orbitals whose occupations it sums.
    """
    found, before, count = [], 0, len(sums)
    for place, occupation in enumerate(inverse_columns(sums)):
        flips = sum(1 << qubit for qubit in range(count) if sums[qubit] >> place & 1)
        after = before ^ occupation
        # P and Q are products of X and Z; two letters Y differ from those by a sign.
        signs = np.array([(-1) ** ((flips & z).bit_count() // 2) for z in (before, after)])
        masks = masks_of([flips] * 2, count), masks_of([before, after], count)
        found.append(Strings(*masks, signs * np.array([0.5, -0.5j])))
        before = after
    return tuple(found)


def conserved_quantities(creations: Sequence[Strings]) -> dict[str, Strings]:
    """Particle number, Sz and ``S² = Sz(Sz + 1) + S₋S₊`` in units of ħ and ħ².

    Args:
        creations: Creation operators of all spin orbitals, alpha before beta.
    """
    norb = len(creations) // 2
    occupations = [times(one, one.adjoint) for one in creations]
    halves = [*([0.5] * norb), *([-0.5] * norb)]
    sz = together([one.scaled(half) for one, half in zip(occupations, halves, strict=True)])
    flips = [times(creations[p], creations[norb + p].adjoint) for p in range(norb)]
    raising, sz = together(flips).collected()[0], sz.collected()[0]
    one = identity(1.0, len(creations))
    spin = [product([sz, together([sz, one])]), times(raising.adjoint, raising)]
    whole = {"particle-number": together(occupations), "sz": sz, "s-squared": together(spin)}
    return {name: terms.collected()[0] for name, terms in whole.items()}
