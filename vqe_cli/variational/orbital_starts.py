"""Orbitals from which an optimisation starts: of the active space, of CASSCF, and rotated ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.log import package_logger
from vqe_cli._core.resources import Memory
from vqe_cli._core.seeds import stream
from vqe_cli._core.sizes import Size
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.scf.scf_objects import restricted_scf
from vqe_cli.classical.fci import SPIN_TOLERANCE, Fci

LOG = package_logger(__name__)

GIVEN = "active space"
"""Name of the orbitals that the active space chose."""

CASSCF = "CASSCF"
"""Name of the orbitals of CASSCF."""

ENERGY_TOLERANCE = 1e-9
"""Convergence threshold of CASSCF's energy, Hartree."""


@dataclass(frozen=True, eq=False)
class StartingOrbitals:
    """Orbitals from which an optimisation starts.

    Args:
        name: What they are.
        coefficients: Coefficients of all orbitals in the order frozen, active, empty, shape
            (nao, nmo).
    """

    name: str
    coefficients: FloatArray


@dataclass(frozen=True, eq=False)
class ExactOptimum:
    """The orbitals of CASSCF, in which the exact state of the active space is lowest.

    Args:
        energy: The energy of the exact state, Hartree.
        coefficients: Coefficients of all orbitals, the active ones being natural orbitals, shape
            (nao, nmo).
    """

    energy: float
    coefficients: FloatArray


def exact_optimum(
    selection: OrbitalSelection, memory: Memory, coefficients: FloatArray | None = None
) -> ExactOptimum | None:
    """CASSCF by PySCF from the orbitals of an active space, or from given ones.

    Args:
        selection: The active orbitals.
        memory: The memory that may be used.
        coefficients: Coefficients of the orbitals to start from, in the order frozen, active,
            empty, shape (nao, nmo); None for those of the selection.

    Returns:
        The optimum; None if all orbitals are active, if the exact state does not fit into memory,
        or if the state that is found has another spin.
    """
    if selection.is_whole or not _fits(selection, memory):
        return None
    method = _method(selection, "CASSCF")
    method.natorb, method.conv_tol = True, ENERGY_TOLERANCE
    given = selection.field.mo_coeff[:, selection.order] if coefficients is None else coefficients
    method.kernel(given)
    wanted = _spin_squared(selection)
    found = method.fcisolver.spin_square(method.ci, len(selection.active), selection.nelec)[0]
    LOG.info("CASSCF: %.10f Hartree, S² = %.4f", method.e_tot, found)
    if abs(found - wanted) > SPIN_TOLERANCE:
        return None
    return ExactOptimum(float(method.e_tot), np.asarray(method.mo_coeff))


def lower_optimum(
    selection: OrbitalSelection,
    memory: Memory,
    optimum: ExactOptimum | None,
    coefficients: FloatArray,
) -> ExactOptimum | None:
    """The optimum, or that from given orbitals where the exact state is lower in them.

    CASSCF has several minima, too, and an ansatz may find the orbitals of a lower one.

    Args:
        selection: The active orbitals.
        memory: The memory that may be used.
        optimum: The optimum so far; None if there is none.
        coefficients: Coefficients of all orbitals in the order frozen, active, empty, shape
            (nao, nmo).
    """
    if optimum is not None:
        exact = _method(selection, "CASCI")
        exact.kernel(coefficients)
        if exact.e_tot > optimum.energy - ENERGY_TOLERANCE:
            return optimum
    found = exact_optimum(selection, memory, coefficients)
    optima = [optimum for optimum in (optimum, found) if optimum is not None]
    return min(optima, key=lambda optimum: optimum.energy, default=None)


def starting_orbitals(
    selection: OrbitalSelection, optimum: ExactOptimum | None, number: int, seed: int
) -> StartingOrbitals | None:
    """The orbitals of a start.

    Energies of an ansatz have several minima in the orbitals, and saddle points between them where
    the orbitals have a symmetry. CASSCF's orbitals are near the lowest for all frozen and empty
    ones; rotations within the occupied and the empty active ones leave the symmetry.

    Args:
        selection: The active orbitals: the first start.
        optimum: The orbitals of CASSCF, the second start, to be rotated for the others; without
            them those of the selection are rotated.
        number: Number of the start, from 0.
        seed: Seed of the run.

    Returns:
        The orbitals; None if there is nothing to rotate.
    """
    given = selection.field.mo_coeff[:, selection.order]
    if number == 0:
        return StartingOrbitals(GIVEN, given)
    if number == 1 and optimum is not None:
        return StartingOrbitals(CASSCF, optimum.coefficients)
    if max(_blocks(selection)) < 2:
        return None
    name, rotated = (GIVEN, given) if optimum is None else (CASSCF, optimum.coefficients)
    rotation = _random_rotation(_blocks(selection), seed, number)
    first = len(selection.inactive)
    active = slice(first, first + len(selection.active))
    coefficients = rotated.copy()
    coefficients[:, active] = rotated[:, active] @ rotation
    return StartingOrbitals(f"{name}, rotated", coefficients)


def _fits(selection: OrbitalSelection, memory: Memory) -> bool:
    size = Size(len(selection.active), selection.nelec)
    return all(need.fits(memory) for need in Fci().needs(size, 2 * size.norb, memory))


def _method(selection: OrbitalSelection, name: Literal["CASCI", "CASSCF"]) -> Any:
    """PySCF's method for the spin of the mean field."""
    from pyscf import fci, mcscf

    scf = restricted_scf(selection.field)
    make = getattr(mcscf, name)
    method = make(scf, len(selection.active), selection.nelec, len(selection.inactive))
    method.fcisolver = fci.direct_spin1.FCISolver(scf.mol)
    fci.addons.fix_spin_(method.fcisolver, ss=_spin_squared(selection))
    method.verbose, method.chkfile = 0, None
    return method


def _spin_squared(selection: OrbitalSelection) -> float:
    alpha, beta = selection.nelec
    spin = 0.5 * abs(alpha - beta)
    return spin * (spin + 1)


def _blocks(selection: OrbitalSelection) -> tuple[int, int, int]:
    """Numbers of active orbitals that are doubly occupied, singly occupied and empty."""
    few, many = sorted(selection.nelec)
    return few, many - few, len(selection.active) - many


def _random_rotation(blocks: tuple[int, ...], seed: int, number: int) -> FloatArray:
    """A random orthogonal matrix that mixes orbitals of each block, shape (norb, norb)."""
    from scipy.linalg import block_diag
    from scipy.stats import ortho_group

    generator = stream(seed, "starting orbitals", number).generator
    parts = (ortho_group.rvs(size, random_state=generator) for size in blocks if size)
    return np.asarray(block_diag(*parts))
