"""What the mean field alone says of a molecule: its frontier orbitals and its dipole moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.scf_objects import semicanonical_scf


@dataclass(frozen=True)
class FrontierGap:
    """The frontier orbitals, energies in Hartree.

    Args:
        homo: The highest occupied orbital.
        lumo: The lowest empty one; None where the basis has none.
    """

    homo: float
    lumo: float | None

    @property
    def gap(self) -> float | None:
        """`lumo` less `homo`."""
        return None if self.lumo is None else self.lumo - self.homo


def frontier_gap(field: MeanField) -> FrontierGap:
    """The highest occupied and lowest empty orbital.

    In open shells the energy of a singly occupied orbital depends on the spin, and ROHF's own
    eigenvalues are neither. There orbitals are made semicanonical for each spin: `homo` is the
    highest occupied spin orbital of either spin, usually the singly occupied one with alpha spin,
    and `lumo` the lowest empty one, which may be the same orbital with beta spin. Each is then, in
    the sense of Koopmans, an ionisation energy or an electron affinity.

    Args:
        field: The mean field.
    """
    if field.mole.spin == 0:
        levels, counts = [field.mo_energy], [field.num_occupied]
    else:
        with threads_for(field.mole.nao**2):
            levels = list(semicanonical_scf(field, core=0).mo_energy)
        counts = list(field.mole.nelec)
    occupied = [own[:count] for own, count in zip(levels, counts, strict=True)]
    empty = np.concatenate([own[count:] for own, count in zip(levels, counts, strict=True)])
    return FrontierGap(
        homo=float(np.concatenate(occupied).max()),
        lumo=float(empty.min()) if empty.size else None,
    )


def hf_dipole(field: MeanField) -> FloatArray:
    """The dipole moment of the Hartree-Fock determinant in e·bohr, shape (3,).

    For ions it depends on the origin, which is that of the coordinates.

    Args:
        field: The mean field.
    """
    mole = field.mole
    with mole.with_common_origin((0.0, 0.0, 0.0)):
        positions = mole.intor_symmetric("int1e_r", comp=3)
    density = field.mo_coeff * field.mo_occ @ field.mo_coeff.T
    electrons = np.einsum("xpq,pq->x", positions, density)
    return np.asarray(mole.atom_charges() @ mole.atom_coords() - electrons)
