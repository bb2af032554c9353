"""The traceless quadrupole moment."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.units import BOHR_IN_ANGSTROM, DEBYE_PER_ATOMIC_UNIT
from vqe_cli.chemistry.density.density_in_space import DensityInSpace
from vqe_cli.schema.density_records import QuadrupoleRecord, Quantity

CENTRE = "centre of mass"


def quadrupole_record(density: DensityInSpace) -> QuadrupoleRecord:
    """The quadrupole moment about the centre of mass, in debye Ångström.

    Args:
        density: The density of all electrons, on at least one atom with a nucleus.
    """
    origin = centre_of_mass(density)
    scale = DEBYE_PER_ATOMIC_UNIT * BOHR_IN_ANGSTROM
    tensor = scale * quadrupole_moment(density, origin)
    (xx, xy, xz), (_, yy, yz), (*_, zz) = tensor.tolist()
    x, y, z = (BOHR_IN_ANGSTROM * origin).tolist()
    return QuadrupoleRecord(
        components=Quantity(value=(xx, xy, xz, yy, yz, zz), unit="debye angstrom"),
        origin=CENTRE,
        origin_position=Quantity(value=(x, y, z), unit="angstrom"),
    )


def quadrupole_moment(density: DensityInSpace, origin: FloatArray) -> FloatArray:
    """``Θ = ½ Σ q (3 r rᵀ − r² 1)`` over nuclei and electrons, e·bohr², shape (3, 3).

    Buckingham, Q. Rev. Chem. Soc. 13, 183 (1959).

    Args:
        density: The density of all electrons.
        origin: The origin, bohr, shape (3,).
    """
    mole, nao = density.mole, density.mole.nao
    with mole.with_common_origin(origin):
        integrals = mole.intor_symmetric("int1e_rr", comp=9).reshape(3, 3, nao, nao)
    places = mole.atom_coords() - origin
    nuclei = np.einsum("a,ax,ay->xy", mole.atom_charges(), places, places)
    second = nuclei - np.einsum("xypq,pq->xy", integrals, density.spin_summed)
    return np.asarray(1.5 * second - 0.5 * np.trace(second) * np.eye(3))


def centre_of_mass(density: DensityInSpace) -> FloatArray:
    """The centre of mass with average masses of the elements, bohr, shape (3,); ghosts have none.

    Args:
        density: The density of all electrons, on at least one atom with a nucleus.
    """
    mole = density.mole
    masses = mole.atom_mass_list(isotope_avg=True)
    return np.asarray(masses @ mole.atom_coords() / masses.sum())
