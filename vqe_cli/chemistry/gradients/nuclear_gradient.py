"""Analytic derivatives of the energy of an active space by the positions of the nuclei."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import threads_for
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.gradients.orbital_response import (
    FockOperators,
    OrbitalResponse,
    orbital_response,
)
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.chemistry.scf.solvents import cavity_of
from vqe_cli.errors import InputError
from vqe_cli.fermions.densities import Density
from vqe_cli.schema import RunSpec

CANONICAL = 1e-4
"""Largest element of the Fock operator between different canonical orbitals, Hartree."""


@dataclass(frozen=True, eq=False)
class NuclearGradient:
    """The derivative of an energy by the positions of the nuclei.

    Args:
        values: Derivatives, Hartree/bohr, shape (natm, 3).
        orbital_gradient: The largest derivative of the energy by a rotation of two orbitals,
            Hartree, which the values neglect; None if the response of the orbitals is included.
        degenerate: Pairs of degenerate orbitals (from 0) that were taken to stay as they are.
    """

    values: FloatArray
    orbital_gradient: float | None
    degenerate: tuple[tuple[int, int], ...] = ()


def refuse_unknown_gradient(selection: OrbitalSelection, spec: RunSpec) -> None:
    """Refuse fitted integrals, and orbitals that are neither canonical nor optimised.

    Args:
        selection: The active orbitals.
        spec: The run's spec.

    Raises:
        InputError: The integrals are fitted, or the orbitals are not those of Hartree-Fock.
    """
    field = selection.field
    if field.method.auxiliary_basis is not None:
        raise InputError(
            "forces are derivatives of exact integrals, and these are fitted",
            path=("molecule", "density_fitting"),
            hint="density_fitting: false with enough memory, or leave out 'forces'",
        )
    if spec.orbitals.name == "optimised":
        return
    fock = FockOperators(restricted_scf(field), field.mo_coeff, field.mo_occ).effective()
    np.fill_diagonal(fock, 0.0)
    if np.abs(fock).max(initial=0.0) > CANONICAL:
        raise InputError(
            f"forces need orbitals of Hartree-Fock or optimised ones; '{selection.method}' rotates"
            " them, and their response to moving nuclei is not known",
            path=("forces",),
            hint="use orbitals: optimised, or an active space of canonical orbitals"
            " (frontier, frozen-core, explicit, full)",
        )


def nuclear_gradient(selection: OrbitalSelection, density: Density) -> NuclearGradient:
    """The derivative of a variational energy in an active space by the positions of the nuclei.

    Over optimised orbitals it is that of CASSCF, by PySCF: Gordon et al. in Yamaguchi et al., A New
    Dimension to Quantum Chemistry (1994). Over canonical orbitals the response of the orbitals is
    added for all pairs, those of two active orbitals included, since the energy of an ansatz
    depends on them.

    Args:
        selection: The active orbitals.
        density: One- and two-body densities of the state, whose parameters are stationary.

    Returns:
        The derivative.

    Raises:
        UndefinedForcesError: The energy depends on the choice among degenerate orbitals.
        NotConvergedError: The equations of the response did not converge.
    """
    with threads_for(selection.field.mole.nao**2):
        method = _method(selection, density)
        gradient = _Gradient(method)
        values = gradient.of_state()
        generalised = generalised_fock(method)
        if selection.optimised:
            slope = 2.0 * np.abs(generalised - generalised.T).max(initial=0.0)
            values = values + _of_cavity(selection, method)
            return NuclearGradient(values, float(slope))
        operators = FockOperators(method._scf, method.mo_coeff, _occupations(selection))
        response = orbital_response(operators, generalised)
        values = values + gradient.of_response(operators, response)
    order = selection.order
    pairs = tuple((order[p], order[q]) for p, q in response.degenerate)
    return NuclearGradient(values, None, pairs)


def _of_cavity(selection: OrbitalSelection, method: Any) -> FloatArray:
    """The derivative of the free energy of a solvent at fixed density, shape (natm, 3).

    The solvent must be in equilibrium with the density, so that its charges do not respond.

    Args:
        selection: The active orbitals.
        method: PySCF's CASSCF object, whose solver knows the densities.
    """
    field, solvent = selection.field, selection.field.method.surroundings.solvent
    if solvent is None:
        return np.zeros((field.mole.natm, 3))
    orbitals, core, norb = method.mo_coeff, method.ncore, method.ncas
    active = orbitals[:, core : core + norb]
    density = 2.0 * orbitals[:, :core] @ orbitals[:, :core].T
    density += active @ method.fcisolver.make_rdm12()[0] @ active.T
    cavity = cavity_of(method.mol, solvent)
    cavity.kernel(density)
    return np.asarray(cavity.grad(density))


class _KnownDensities:
    """A solver of PySCF's methods that knows the densities of its state.

    Args:
        density: The densities.
    """

    def __init__(self, density: Density) -> None:
        self.density = density
        self.nroots = 1

    def make_rdm12(self, *_: Any) -> tuple[FloatArray, FloatArray]:
        """One- and two-body densities, summed over spin."""
        assert self.density.two_body is not None
        return self.density.spin_summed, self.density.two_body


def _occupations(selection: OrbitalSelection) -> FloatArray:
    """Numbers of electrons of the orbitals in PySCF's order, shape (nmo,)."""
    return np.asarray(selection.field.mo_occ[selection.order])


def _method(selection: OrbitalSelection, density: Density) -> Any:
    """PySCF's CASSCF object over the orbitals, whose state has the densities."""
    from pyscf import mcscf

    scf = restricted_scf(selection.field)
    method = mcscf.CASSCF(scf, len(selection.active), selection.nelec, len(selection.inactive))
    method.mo_coeff = selection.field.mo_coeff[:, selection.order]
    method.fcisolver, method.ci, method.verbose = _KnownDensities(density), (), 0
    method._tag_gfock_ov_nonzero = True  # the orbitals need not be stationary
    return method


def generalised_fock(method: Any) -> FloatArray:
    """The generalised Fock matrix ``F_pq = Σ_r h_pr γ_rq + Σ_rst (pr|st) Γ_qrst``.

    The derivative of the energy by a rotation of two orbitals is ``2 (F_pq − F_qp)``: Helgaker,
    Jørgensen and Olsen, Molecular Electronic-Structure Theory (2000), section 10.8.

    Args:
        method: PySCF's CASSCF object, whose solver knows the densities.

    Returns:
        The matrix over all orbitals, Hartree, shape (nmo, nmo).
    """
    from pyscf import ao2mo

    orbitals, core, norb = method.mo_coeff, method.ncore, method.ncas
    active = orbitals[:, core : core + norb]
    one_body, two_body = method.fcisolver.make_rdm12()
    densities = (2.0 * orbitals[:, :core] @ orbitals[:, :core].T, active @ one_body @ active.T)
    coulomb, exchange = method._scf.get_jk(method.mol, np.array(densities), hermi=1)
    inactive = method.get_hcore() + coulomb[0] - 0.5 * exchange[0]
    mean = inactive + coulomb[1] - 0.5 * exchange[1]
    source = method.mol if method._scf._eri is None else method._scf._eri
    packed = ao2mo.kernel(source, (orbitals, active, active, active), compact=False, verbose=0)
    integrals = packed.reshape(orbitals.shape[1], norb, norb, norb)
    found = np.zeros((orbitals.shape[1],) * 2)
    found[:, :core] = 2.0 * orbitals.T @ mean @ orbitals[:, :core]
    found[:, core : core + norb] = orbitals.T @ inactive @ active @ one_body
    found[:, core : core + norb] += np.einsum("prst,qrst->pq", integrals, two_body, optimize=True)
    return found


class _Gradient:
    """Derivatives at fixed orbitals, by PySCF's integrals.

    Args:
        method: PySCF's CASSCF object.
    """

    def __init__(self, method: Any) -> None:
        from pyscf.grad import casscf

        self.gradient = casscf.Gradients(method)
        self.mole = method.mol

    def of_state(self) -> FloatArray:
        """The derivative of the energy over orthonormalised orbitals that do not respond."""
        return np.asarray(self.gradient.kernel())

    def of_response(self, operators: FockOperators, response: OrbitalResponse) -> FloatArray:
        """The derivative of ``Σ_σ Tr(Z^σ F^σ)`` at fixed, orthonormalised orbitals."""
        orbitals = operators.mo_coeff
        multipliers = np.array([orbitals @ z @ orbitals.T for z in response.multipliers])
        densities = operators.densities()
        weighted = orbitals @ response.generalised_fock @ orbitals.T
        weighted = 0.5 * (weighted + weighted.T)
        coulomb, exchange = self.gradient.get_jk(self.mole, np.array([*multipliers, *densities]))
        overlap = self.gradient.get_ovlp(self.mole)
        core = self.gradient.hcore_generator(self.mole)
        found = np.zeros((self.mole.natm, 3))
        for atom, (_, _, start, stop) in enumerate(self.mole.aoslice_by_atom()):
            own = slice(start, stop)
            found[atom] = np.einsum("xpq,pq->x", core(atom), multipliers.sum(axis=0))
            found[atom] -= 2.0 * np.einsum("xpq,pq->x", overlap[:, own], weighted[own])
            pairs = ((coulomb[:2].sum(axis=0), densities.sum(axis=0)),
                     (coulomb[2:].sum(axis=0), multipliers.sum(axis=0)),
                     *zip(-exchange[:2], densities, strict=True),
                     *zip(-exchange[2:], multipliers, strict=True))  # fmt: skip
            for potential, density in pairs:
                found[atom] += 2.0 * np.einsum("xpq,pq->x", potential[:, own], density[own])
        return found
