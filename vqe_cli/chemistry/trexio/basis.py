"""A molecule in TREXIO's groups: nuclei, electrons, basis functions, core potentials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from vqe_cli._core.arrays import IntArray
from vqe_cli.chemistry.trexio import library


def write_molecule(file: Any, mole: Any) -> None:
    """Write a molecule and its basis functions.

    Args:
        file: The `trexio.File`, open for writing.
        mole: The built `pyscf.gto.Mole`.
    """
    trexio = library()
    trexio.write_pbc_periodic(file, False)
    trexio.write_nucleus_num(file, mole.natm)
    trexio.write_nucleus_charge(file, mole.atom_charges().astype(float))
    trexio.write_nucleus_coord(file, mole.atom_coords())
    trexio.write_nucleus_label(file, [mole.atom_pure_symbol(atom) for atom in range(mole.natm)])
    _write_shells(file, mole)
    _write_functions(file, mole)
    if mole._ecp:
        _write_core_potentials(file, mole)


def function_order(mole: Any) -> IntArray:
    """Indices of PySCF's atomic orbitals in TREXIO's order, shape (nao,).

    TREXIO orders the spherical functions of a shell by m = 0, +1, −1, +2, −2 ...; PySCF from −l to
    l, but x, y, z for p. Orders of Cartesian functions are the same.

    Args:
        mole: The built `pyscf.gto.Mole`.
    """
    if mole.cart:
        return np.arange(mole.nao)
    order: list[int] = []
    for momentum, *_ in _shells(mole):
        signed = [0, *(sign * m for m in range(1, momentum + 1) for sign in (1, -1))]
        places = [2, 0, 1] if momentum == 1 else [momentum + m for m in signed]
        start = len(order)
        order += [start + place for place in places]
    return np.array(order)


def _shells(mole: Any) -> Iterator[tuple[int, int, Any, Any]]:
    """Angular momentum, atom, exponents and coefficients of each contracted shell."""
    for shell in range(mole.nbas):
        exponents, columns = mole.bas_exp(shell), mole.bas_ctr_coeff(shell).T
        for coefficients in columns:
            yield mole.bas_angular(shell), mole.bas_atom(shell), exponents, coefficients


def _write_shells(file: Any, mole: Any) -> None:
    """Contractions of normalised primitive Gaussians."""
    from pyscf import gto

    trexio, shells = library(), list(_shells(mole))
    lengths = [len(exponents) for _, _, exponents, _ in shells]
    trexio.write_basis_type(file, "Gaussian")
    trexio.write_basis_shell_num(file, len(shells))
    trexio.write_basis_prim_num(file, sum(lengths))
    trexio.write_basis_nucleus_index(file, [atom for _, atom, _, _ in shells])
    trexio.write_basis_shell_ang_mom(file, [momentum for momentum, *_ in shells])
    trexio.write_basis_shell_factor(file, np.ones(len(shells)))
    trexio.write_basis_r_power(file, np.zeros(len(shells), dtype=int))
    trexio.write_basis_shell_index(file, np.repeat(np.arange(len(shells)), lengths))
    trexio.write_basis_exponent(file, np.hstack([exponents for _, _, exponents, _ in shells]))
    trexio.write_basis_coefficient(file, np.hstack([values for *_, values in shells]))
    norms = [gto.gto_norm(momentum, exponents) for momentum, _, exponents, _ in shells]
    trexio.write_basis_prim_factor(file, np.hstack(norms))


def _write_functions(file: Any, mole: Any) -> None:
    """Atomic orbitals: their shells, and factors of TREXIO's solid harmonics.

    Radial parts are normalised with spherical harmonics; solid harmonics, and Cartesian s and p
    functions, lack their factor √((2l+1)/4π). PySCF's Cartesian functions from d on have none.
    """
    trexio, momenta = library(), [momentum for momentum, *_ in _shells(mole)]
    shells: list[int] = []
    factors: list[float] = []
    for shell, momentum in enumerate(momenta):
        cartesian = (momentum + 1) * (momentum + 2) // 2
        count = cartesian if mole.cart else 2 * momentum + 1
        plain = mole.cart and momentum > 1
        factor = 1.0 if plain else float(np.sqrt((2 * momentum + 1) / (4 * np.pi)))
        shells += [shell] * count
        factors += [factor] * count
    trexio.write_ao_cartesian(file, int(mole.cart))
    trexio.write_ao_num(file, len(shells))
    trexio.write_ao_shell(file, shells)
    trexio.write_ao_normalization(file, factors)


def _write_core_potentials(file: Any, mole: Any) -> None:
    """Semi-local core potentials; an atom without one has a term that is zero."""
    trexio = library()
    terms: list[tuple[int, int, float, float, int]] = []
    cores, highest = [], []
    for atom in range(mole.natm):
        core, channels = _potential(mole, atom)
        momentum = max([0, *(one for one, _ in channels)])
        cores.append(core)
        highest.append(momentum + 1)
        found = [
            # Of PySCF's channels, −1 is the local one, which TREXIO numbers after the others.
            (atom, momentum + 1 if one == -1 else one, exponent, factor, power - 2)
            for one, by_power in channels
            for power, values in enumerate(by_power)
            for exponent, factor in values
        ]
        terms += found or [(atom, 0, 1.0, 0.0, 0)]
    atoms, momenta, exponents, factors, powers = zip(*terms, strict=True)
    trexio.write_ecp_num(file, len(terms))
    trexio.write_ecp_z_core(file, cores)
    trexio.write_ecp_max_ang_mom_plus_1(file, highest)
    trexio.write_ecp_nucleus_index(file, list(atoms))
    trexio.write_ecp_ang_mom(file, list(momenta))
    trexio.write_ecp_exponent(file, list(exponents))
    trexio.write_ecp_coefficient(file, list(factors))
    trexio.write_ecp_power(file, list(powers))


def _potential(mole: Any, atom: int) -> tuple[int, list[Any]]:
    """Number of core electrons, and angular momentum and terms of each channel."""
    for name in (mole.atom_symbol(atom), mole.atom_pure_symbol(atom)):
        if name in mole._ecp:
            core, channels = mole._ecp[name]
            return int(core), channels
    return 0, []
