"""Integrals of the position over the atomic basis, for dipole moments."""

from __future__ import annotations

from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField


def position_integrals(field: MeanField | UnrestrictedField) -> FloatArray:
    """Position integrals about the origin of the coordinates, bohr, shape (3, nao, nao).

    With X2C they are transformed like the Hamiltonian (Liu and Peng, J. Chem. Phys. 131, 031104
    (2009)): the picture changes.

    Args:
        field: The mean field.
    """
    mole = field.mole
    with mole.with_common_origin((0.0, 0.0, 0.0)):
        if field.method.relativistic:
            return _transformed(field.method.new(mole).with_x2c)
        return np.asarray(mole.intor_symmetric("int1e_r", comp=3))


def _transformed(helper: Any) -> FloatArray:
    """The integrals after the transformation of X2C, as in PySCF's dipole moment."""
    from pyscf.lib import param

    mole, _ = helper.get_xmol()
    small = mole.intor_symmetric("int1e_sprsp").reshape(3, 4, mole.nao, mole.nao)[:, 3]
    return np.asarray(helper.picture_change(("int1e_r", small * (0.5 / param.LIGHT_SPEED) ** 2)))
