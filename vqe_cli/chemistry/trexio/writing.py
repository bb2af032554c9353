"""The writer of TREXIO files: a molecule with its orbitals, or only the active space."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.version import __version__
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.density.natural_orbitals import molecular_orbitals
from vqe_cli.chemistry.trexio import ACTIVE, EMPTY, FROZEN, library
from vqe_cli.chemistry.trexio.basis import function_order, write_molecule
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import ElectronicProblem

NEGLIGIBLE = 1e-14
"""Largest element of a sparse array that is left out."""


@dataclass(frozen=True, eq=False)
class State:
    """The state in a file.

    Args:
        energy: Total energy, Hartree.
        density: Reduced density matrices over the active orbitals; None to leave them out.
    """

    energy: float
    density: Density | None = None


@dataclass(frozen=True, eq=False)
class _Integrals:
    """Integrals over the orbitals of a file, Hartree.

    Args:
        constant: The energy without electrons.
        h1: One-electron integrals, shape (n, n).
        eri: Two-electron integrals (pq|rs) in PySCF's eightfold packing.
        nelec: Numbers of alpha and beta electrons.
    """

    constant: float
    h1: FloatArray
    eri: FloatArray
    nelec: tuple[int, int]


def trexio_of_molecule(selection: OrbitalSelection, state: State | None) -> bytes:
    """A file of a molecule, its basis functions, all orbitals, and integrals over them.

    Orbitals have the classes Core, Active and Virtual. The state's matrices are those of all
    electrons.

    Args:
        selection: The active and frozen orbitals.
        state: The state; None for none.
    """
    from pyscf import ao2mo

    field = selection.field
    source = field.mole if field.eri is None else field.eri
    packed = ao2mo.kernel(source, field.mo_coeff, verbose=0)
    integrals = _Integrals(
        constant=field.fixed_energy,
        h1=field.mo_coeff.T @ field.fixed_hcore @ field.mo_coeff,
        eri=np.asarray(ao2mo.restore(8, packed, field.num_orbitals)),
        nelec=field.mole.nelec,
    )

    def write(file: Any) -> None:
        write_molecule(file, field.mole)
        _write_integrals(file, integrals)
        _write_orbitals(file, selection, None if state is None else state.density)
        if state is not None:
            density = state.density and _of_all_electrons(selection, state.density)
            _write_state(file, State(state.energy, density), selection.order)

    return _written(write)


def trexio_of_space(problem: ElectronicProblem, state: State | None) -> bytes:
    """A file of the active orbitals alone, in the field of the frozen electrons, as in FCIDUMP.

    The constant energy stands in the place of the repulsion of the nuclei.

    Args:
        problem: The problem.
        state: The state; None for none.
    """
    from pyscf import ao2mo

    norb = problem.norb
    integrals = _Integrals(
        constant=problem.core_energy,
        h1=problem.h1,
        eri=np.asarray(ao2mo.restore(8, problem.h2, norb)),
        nelec=problem.nelec,
    )

    def write(file: Any) -> None:
        trexio = library()
        _write_integrals(file, integrals)
        trexio.write_mo_class(file, [ACTIVE] * norb)
        if problem.orbital_energies is not None:
            trexio.write_mo_energy(file, problem.orbital_energies)
        if state is not None:
            _write_state(file, state, list(range(norb)))

    return _written(write)


def _written(write: Callable[[Any], None]) -> bytes:
    """The content of a file."""
    trexio = library()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "state.h5"
        with trexio.File(str(path), "w", trexio.TREXIO_HDF5) as file:
            trexio.write_metadata_code_num(file, 1)
            trexio.write_metadata_code(file, [f"vqe {__version__}"])
            write(file)
        return path.read_bytes()


def _write_integrals(file: Any, integrals: _Integrals) -> None:
    """Electrons, constant energy and integrals; of two-electron ones each value once."""
    trexio, norb = library(), len(integrals.h1)
    alpha, beta = (int(count) for count in integrals.nelec)
    trexio.write_electron_num(file, alpha + beta)
    trexio.write_electron_up_num(file, alpha)
    trexio.write_electron_dn_num(file, beta)
    trexio.write_nucleus_repulsion(file, integrals.constant)
    trexio.write_mo_num(file, norb)
    trexio.write_mo_1e_int_core_hamiltonian(file, np.ascontiguousarray(integrals.h1))
    rows, columns = np.tril_indices(norb)
    first, second = np.tril_indices(len(rows))
    # Chemists' (pq|rs) is physicists' ⟨pr|qs⟩.
    places = np.stack([rows[first], rows[second], columns[first], columns[second]], axis=1)
    _write_sparse(file, trexio.write_mo_2e_int_eri, places, integrals.eri)


def _write_orbitals(file: Any, selection: OrbitalSelection, density: Density | None) -> None:
    """Coefficients, energies, occupations and classes of all orbitals of a molecule."""
    trexio = library()
    found = molecular_orbitals(selection, density)
    frozen, active = set(selection.inactive), set(selection.active)
    classes = [
        FROZEN if index in frozen else ACTIVE if index in active else EMPTY
        for index in range(selection.field.num_orbitals)
    ]
    order = function_order(found.mole)
    trexio.write_mo_type(
        file, "optimised" if selection.optimised else selection.field.report.method
    )
    trexio.write_mo_coefficient(file, np.ascontiguousarray(found.coefficients[order].T))
    trexio.write_mo_energy(file, found.energies)
    trexio.write_mo_occupation(file, found.occupations)
    trexio.write_mo_class(file, classes)
    if found.irreps is not None:
        trexio.write_mo_symmetry(file, list(found.irreps))


def _of_all_electrons(selection: OrbitalSelection, density: Density) -> Density:
    """The density of frozen and active electrons, over orbitals in the order of the selection."""
    from pyscf.mcscf.addons import _make_rdm12_on_mo

    frozen, norb = len(selection.inactive), len(selection.active)
    count = frozen + norb
    one_body = np.zeros((2, count, count))
    one_body[:, range(frozen), range(frozen)] = 1.0
    one_body[:, frozen:, frozen:] = density.one_body
    if density.two_body is None:
        return Density(one_body)
    _, two_body = _make_rdm12_on_mo(density.spin_summed, density.two_body, frozen, norb, count)
    return Density(one_body, two_body)


def _write_state(file: Any, state: State, orbitals: list[int]) -> None:
    """The energy and density matrices; the matrices are over the first of some orbitals."""
    trexio = library()
    trexio.write_state_num(file, 1)
    trexio.write_state_id(file, 0)
    trexio.write_state_energy(file, state.energy)
    if state.density is None:
        return
    norb = len(state.density.one_body[0])
    used = np.array(orbitals[:norb])
    one_body = np.zeros((2, len(orbitals), len(orbitals)))
    one_body[:, used[:, None], used] = state.density.one_body
    trexio.write_rdm_1e_up(file, one_body[0])
    trexio.write_rdm_1e_dn(file, one_body[1])
    trexio.write_rdm_1e(file, one_body[0] + one_body[1])
    if state.density.two_body is not None:
        # Γ_pqrs belongs to (pq|rs); TREXIO's Γ_ijkl to ⟨kl|ij⟩.
        q, s, p, r = np.indices((norb,) * 4).reshape(4, -1)
        values = state.density.two_body[p, q, r, s]
        places = used[np.stack([q, s, p, r], axis=1)]
        _write_sparse(file, trexio.write_rdm_2e, places, values)


def _write_sparse(file: Any, write: Callable[..., None], places: IntArray, values: Any) -> None:
    """Write the elements of a sparse array that are not negligible."""
    kept = np.abs(values) > NEGLIGIBLE
    indices = np.ascontiguousarray(places[kept], dtype=np.int32)
    write(file, 0, len(indices), indices, np.ascontiguousarray(values[kept]))
