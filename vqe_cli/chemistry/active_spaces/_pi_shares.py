"""The share of the p orbitals of conjugated systems in molecular orbitals."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.active_spaces._overlap import minimal_basis, projector
from vqe_cli.chemistry.active_spaces._pi_orbitals import PiOrbital, pi_orbitals
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.errors import InputError


def pi_shares(field: MeanField) -> FloatArray | None:
    """The squared overlap of each orbital with the p orbitals, shape (nmo,), between 0 and 1.

    Args:
        field: The mean field.

    Returns:
        The shares; None without pi orbitals, or without a minimal basis of all atoms.
    """
    atomic = pi_orbitals(field.mole)
    if not atomic:
        return None
    try:
        minimal = minimal_basis(field.mole)
    except InputError:
        return None
    vectors = np.array([p_vector(minimal, orbital) for orbital in atomic]).T
    return np.asarray(projector(field, minimal, vectors).diagonal())


def p_vector(minimal: Any, orbital: PiOrbital) -> FloatArray:
    """The atom's outermost p orbital along the direction, over the minimal basis, shape (nao,).

    Args:
        minimal: The `pyscf.gto.Mole` in the minimal basis.
        orbital: The p orbital.
    """
    labels = minimal.ao_labels(fmt=None)
    shells = [label[2] for label in labels if label[0] == orbital.atom and label[2].endswith("p")]
    vector = np.zeros(len(labels))
    for index, (atom, _, shell, direction) in enumerate(labels):
        if atom == orbital.atom and shell == max(shells):
            vector[index] = orbital.direction["xyz".index(direction)]
    return vector
