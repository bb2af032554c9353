"""Properties of the mean field: frontier orbitals and dipole moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.scf.mean_field import MeanField
from vqe_cli.chemistry.scf.position_integrals import position_integrals
from vqe_cli.chemistry.scf.scf_objects import semicanonical_scf
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField


@dataclass(frozen=True)
class FrontierGap:
    """Energies of the frontier orbitals.

    Args:
        homo: Energy of the highest occupied orbital, Hartree.
        lumo: Energy of the lowest empty orbital, Hartree; None if the basis has none.
    """

    homo: float
    lumo: float | None

    @property
    def gap(self) -> float | None:
        """`lumo` minus `homo`, Hartree; None without `lumo`."""
        return None if self.lumo is None else self.lumo - self.homo


def frontier_gap(field: MeanField | UnrestrictedField) -> FrontierGap:
    """The energies of the highest occupied and lowest empty orbital.

    In open shells the energy of a singly occupied orbital depends on the spin, unlike ROHF's own
    eigenvalues. So the orbitals are made semicanonical for each spin: `homo` is the highest
    occupied spin orbital, usually the singly occupied one with alpha spin, and `lumo` the lowest
    empty one, which may be the same orbital with beta spin. By Koopmans' theorem they approximate
    the negative ionisation energy and electron affinity.

    Args:
        field: The mean field.
    """
    if isinstance(field, UnrestrictedField):
        levels, counts = list(field.mo_energy), list(field.mole.nelec)
    elif field.mole.spin == 0:
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


def hf_dipole(field: MeanField | UnrestrictedField) -> FloatArray:
    """The dipole moment of the Hartree-Fock determinant, e·bohr, shape (3,).

    For ions it depends on the origin, which is that of the coordinates.

    Args:
        field: The mean field.
    """
    mole = field.mole
    electrons = np.einsum("xpq,pq->x", position_integrals(field), _density(field))
    return np.asarray(mole.atom_charges() @ mole.atom_coords() - electrons)


def _density(field: MeanField | UnrestrictedField) -> FloatArray:
    """The density of the determinant over the atomic basis, shape (nao, nao)."""
    if isinstance(field, UnrestrictedField):
        occupied = [c[:, :count] for c, count in zip(field.mo_coeff, field.mole.nelec, strict=True)]
        return np.asarray(sum(c @ c.T for c in occupied))
    return np.asarray(field.mo_coeff * field.mo_occ @ field.mo_coeff.T)
