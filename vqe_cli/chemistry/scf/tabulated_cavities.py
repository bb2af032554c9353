"""PySCF's solvent models with their linear maps in memory.

A solvent answers to a density with a potential. The potentials and multipoles of the density that
it sees are linear in the density; PySCF computes their integrals anew for every density, of which
a mean field with its stability has hundreds. Here they are computed once for a molecule.

Densities are packed: vectors over pairs of basis functions p >= q, in which elements with p > q
count twice, shape (pairs,).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyscf import df, gto, lib
from pyscf.dft.numint import NumInt
from pyscf.solvent import ddcosmo, pcm, smd

from vqe_cli._core.arrays import FloatArray

MAX_TABLE_BYTES = 200_000_000
"""Largest size of the maps of a molecule; PySCF computes larger ones for each density."""

POINTS = 512
"""Number of grid points whose products of basis functions are in memory at once."""


@dataclass(frozen=True, eq=False)
class SurfaceMaps:
    """The linear maps of a polarisable continuum.

    Args:
        potentials: Potentials of packed densities at the points of the cavity, Hartree per
            elementary charge, shape (pairs, points).
        charges: The charges that a potential induces, shape (points, points).
    """

    potentials: FloatArray
    charges: FloatArray


class _TabulatedSurface:
    """The parts of PySCF's polarisable continua that depend on densities."""

    mol: Any
    surface: Any
    v_grids_n: Any
    _intermediates: Any
    build: Callable[..., Any]

    def _get_vind(self, dms: Any) -> tuple[float, FloatArray]:
        """The free energy of polarisation, Hartree, and its potential, shape (nao, nao)."""
        maps = self._maps()
        if maps is None:
            energy, potential = super()._get_vind(dms)  # type: ignore[misc]
            return energy, potential
        total = np.sum(np.reshape(dms, (-1, *np.shape(dms)[-2:])), axis=0)
        field = self.v_grids_n - _packed(total[None])[0] @ maps.potentials
        charges = maps.charges @ field
        symmetric = 0.5 * (charges + field @ maps.charges)
        known = {"q": charges, "q_sym": symmetric, "v_grids": field, "dm": total[None]}
        self._intermediates.update(known)
        return 0.5 * float(symmetric @ field), -lib.unpack_tril(maps.potentials @ symmetric)

    def _B_dot_x(self, dms: FloatArray) -> Any:  # noqa: N802 - the name in PySCF
        """The change of the potential with densities, shape (..., nao, nao)."""
        maps = self._maps()
        if maps is None:
            return super()._B_dot_x(dms)  # type: ignore[misc]
        field = -_packed(dms.reshape(-1, *dms.shape[-2:])) @ maps.potentials
        charges = 0.5 * (field @ maps.charges.T + field @ maps.charges)
        return -lib.unpack_tril(charges @ maps.potentials.T).reshape(dms.shape)

    def _maps(self) -> SurfaceMaps | None:
        """The maps; None if they would be too large."""
        if not self._intermediates:
            self.build()
        known = self._intermediates
        points, pairs = len(self.v_grids_n), _pairs(self.mol)
        if not _fits(self, 8 * points * (points + pairs)):
            return None
        if "maps" not in known:
            sources = gto.fakemol_for_charges(
                self.surface["grid_coords"], expnt=self.surface["charge_exp"] ** 2
            )
            charges = np.linalg.solve(known["K"], known["R"])
            known["maps"] = SurfaceMaps(_potentials(self.mol, sources), charges)
        maps: SurfaceMaps = known["maps"]
        return maps


class TabulatedPcm(_TabulatedSurface, pcm.PCM):  # type: ignore[misc]
    """PySCF's polarisable continuum with its linear maps in memory."""


class TabulatedSmd(_TabulatedSurface, smd.SMD):  # type: ignore[misc]
    """PySCF's SMD with its linear maps in memory."""


@dataclass(frozen=True, eq=False)
class SphereMaps:
    """The linear maps of domain decomposition, on the spherical harmonics of all atoms.

    Args:
        phi: Moments of the potentials of packed densities on the spheres, shape (moments, pairs).
        psi: Moments of packed densities in the spheres, shape (moments, pairs).
        phi_of_nuclei: Those of the nuclei, shape (moments,).
        psi_of_nuclei: Those of the nuclei, shape (moments,).
        inverse: The solution of the equations of the spheres, shape (moments, moments).
    """

    phi: FloatArray
    psi: FloatArray
    phi_of_nuclei: FloatArray
    psi_of_nuclei: FloatArray
    inverse: FloatArray

    def response(self, phi: FloatArray, psi: FloatArray) -> FloatArray:
        """The derivative of ``psi · inverse · phi`` by packed densities, shape (..., pairs).

        Args:
            phi: Moments of potentials, shape (..., moments).
            psi: Moments of densities, shape (..., moments).
        """
        return np.asarray(phi @ self.inverse.T @ self.psi + psi @ self.inverse @ self.phi)


class TabulatedDdCosmo(ddcosmo.DDCOSMO):  # type: ignore[misc]
    """PySCF's domain-decomposed COSMO with its linear maps in memory.

    Cancès, Maday and Stamm, J. Chem. Phys. 139, 054111 (2013); Lipparini et al., J. Chem. Phys.
    141, 184108 (2014), equations 18 to 39.
    """

    def _get_vind(self, dm: Any) -> tuple[float, FloatArray]:
        """The free energy of polarisation, Hartree, and its potential, shape (nao, nao)."""
        maps = self._maps()
        if maps is None:
            energy, potential = super()._get_vind(dm)
            return energy, potential
        total = np.sum(np.reshape(dm, (-1, *np.shape(dm)[-2:])), axis=0)
        packed = _packed(total[None])[0]
        phi = maps.phi_of_nuclei + maps.phi @ packed
        psi = maps.psi_of_nuclei + maps.psi @ packed
        half = 0.5 * self._screening
        return half * float(psi @ maps.inverse @ phi), half * lib.unpack_tril(
            maps.response(phi, psi)
        )

    def _B_dot_x(self, dm: FloatArray) -> Any:  # noqa: N802 - the name in PySCF
        """The change of the potential with densities, shape (..., nao, nao)."""
        maps = self._maps()
        if maps is None:
            return super()._B_dot_x(dm)
        packed = _packed(dm.reshape(-1, *dm.shape[-2:]))
        potentials = maps.response(packed @ maps.phi.T, packed @ maps.psi.T)
        return (0.5 * self._screening * lib.unpack_tril(potentials)).reshape(dm.shape)

    @property
    def _screening(self) -> float:
        return float((self.eps - 1.0) / self.eps)

    def _maps(self) -> SphereMaps | None:
        """The maps; None if they would be too large."""
        if not self._intermediates or self.grids.coords is None:
            self.build()
        moments = len(self._intermediates["Lmat"])
        if not _fits(self, 8 * moments * (moments + 2 * _pairs(self.mol))):
            return None
        if "maps" not in self._intermediates:
            self._intermediates["maps"] = self._made_maps()
        maps: SphereMaps = self._intermediates["maps"]
        return maps

    def _made_maps(self) -> SphereMaps:
        known, nao = self._intermediates, self.mol.nao
        nothing = np.zeros((nao, nao))
        spheres = known["r_vdw"], known["ui"], known["ylm_1sph"]
        psi = np.zeros((self.mol.natm, (self.lmax + 1) ** 2))
        psi[:, 0] = np.sqrt(4.0 * np.pi) / known["r_vdw"] * self.mol.atom_charges()
        return SphereMaps(
            phi=self._moments_of_potentials(),
            psi=self._moments_of_densities(),
            phi_of_nuclei=np.ravel(ddcosmo.make_phi(self, nothing, *spheres)),
            psi_of_nuclei=psi.ravel(),
            inverse=np.linalg.inv(known["Lmat"]),
        )

    def _moments_of_potentials(self) -> FloatArray:
        """Moments of the potentials of pairs on the exposed parts of the spheres."""
        known = self._intermediates
        points, weights = ddcosmo.make_grids_one_sphere(self.lebedev_order)
        exposed, harmonics = known["ui"], known["ylm_1sph"]
        found = np.empty((self.mol.natm, len(harmonics), _pairs(self.mol)))
        centres = zip(known["r_vdw"], self.mol.atom_coords(), strict=True)
        for atom, (radius, centre) in enumerate(centres):
            seen = exposed[atom] > 0
            sources = gto.fakemol_for_charges(centre + radius * points[seen])
            factors = harmonics[:, seen] * (weights * exposed[atom])[seen]
            found[atom] = factors @ _potentials(self.mol, sources).T
        return found.reshape(-1, found.shape[-1])

    def _moments_of_densities(self) -> FloatArray:
        """Moments of products of basis functions in the spheres, by numerical integration."""
        mole, grids, evaluator = self.mol, self.grids, NumInt()
        rows, columns = np.tril_indices(mole.nao)
        found = []
        start = 0
        for atom in range(mole.natm):
            multipoles, _ = self._intermediates["cached_pol"][mole.atom_symbol(atom)]
            factors = ddcosmo._vstack_factor_fak_pol(multipoles, self.lmax)
            moments = np.zeros((len(factors), len(rows)))
            for first in range(0, factors.shape[1], POINTS):
                own = factors[:, first : first + POINTS]
                here = slice(start + first, start + first + own.shape[1])
                values = evaluator.eval_ao(mole, grids.coords[here])
                moments -= (own * grids.weights[here]) @ (values[:, rows] * values[:, columns])
            found.append(moments)
            start += factors.shape[1]
        return np.concatenate(found)


def _fits(cavity: Any, needed: int) -> bool:
    """Whether maps may be kept in memory; they always may if they are there already."""
    free = 1e6 * (cavity.max_memory - lib.current_memory()[0])
    return "maps" in cavity._intermediates or needed <= min(MAX_TABLE_BYTES, free)


def _pairs(mole: Any) -> int:
    """The number of pairs of basis functions."""
    return int(mole.nao) * (int(mole.nao) + 1) // 2


def _packed(densities: FloatArray) -> FloatArray:
    """Packed densities, shape (densities, pairs)."""
    found = np.asarray(lib.pack_tril(densities + densities.transpose(0, 2, 1)))
    own = np.arange(densities.shape[-1])
    found[:, own * (own + 3) // 2] *= 0.5
    return found


def _potentials(mole: Any, sources: Any) -> FloatArray:
    """Potentials of pairs of basis functions at some charges, Hartree, shape (pairs, charges)."""
    sources.cart = mole.cart
    return np.asarray(df.incore.aux_e2(mole, sources, intor="int3c2e", aosym="s2ij"))
