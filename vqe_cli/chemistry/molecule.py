"""Built PySCF molecules, with all faults of the input found before the SCF starts."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli._core.wording import counted
from vqe_cli.chemistry.basis.basis_sets import functions_in, shells_of
from vqe_cli.chemistry.basis.basis_text import Shell
from vqe_cli.chemistry.basis.core_potentials import Potentials, potentials_for
from vqe_cli.chemistry.geometry.coordinates import protons, read_atoms
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, structure_of
from vqe_cli.errors import InputError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.molecule_spec import OF_ELECTRONS

KEPT_INTEGRALS_BYTES = 100_000_000
"""Memory up to which two-electron integrals are kept, bytes: about a hundred basis functions."""

APART = 2.0
"""Distance of atoms whose positions are unknown, Ångström."""

_ABELIAN = {"Dooh": "D2h", "Coov": "C2v", "SO3": "D2h"}


def build_molecule(placed: PlacedMolecule, memory: Memory = MACHINE) -> Any:
    """The built `pyscf.gto.Mole` of a molecule, with its abelian point group if there is one.

    Args:
        placed: The molecule with its positions.
        memory: The memory limit.

    Raises:
        InputError: Impossible charge or multiplicity, unknown basis or ECP.
    """
    from pyscf import gto, lib

    molecule, found = placed.molecule, placed.atoms
    check_electrons(protons(found), molecule)
    potentials = potentials_for(molecule, found.elements)
    shells = shells_of(molecule.basis, set(found.symbols))
    check_what_is_left(found, shells, potentials, molecule)
    mole = gto.Mole()
    mole.atom = list(zip(found.labels, found.positions.tolist(), strict=True))
    mole.unit = "Angstrom"
    mole.charge = molecule.charge
    mole.spin = molecule.multiplicity - 1
    labels = zip(found.labels, found.symbols, strict=True)
    mole.basis = {label: deepcopy(shells[symbol]) for label, symbol in labels}
    mole.ecp = {key: deepcopy(it.ecp) for key, it in potentials.by_element.items() if it.ecp}
    mole.pseudo = {key: deepcopy(it.gth) for key, it in potentials.by_element.items() if it.gth}
    mole.verbose = 0
    mole.max_memory = lib.current_memory()[0] + memory.usable / 1e6  # of the whole process
    mole.symmetry = False
    mole.build(dump_input=False, parse_arg=False)
    if molecule.symmetry:
        _use_point_group(mole)
    # Otherwise PySCF recomputes them if memory is short, with 1.6 GB of address space.
    mole.incore_anyway = mole.nao**4 <= KEPT_INTEGRALS_BYTES
    return mole


def without_symmetry(mole: Any) -> Any:
    """The molecule without a point group, so that orbitals may break it."""
    copy = mole.copy()
    copy.symmetry = False
    copy.build(dump_input=False, parse_arg=False)
    return copy


def composed_molecule(molecule: MoleculeSpec, memory: Memory = MACHINE) -> Any:
    """The `pyscf.gto.Mole` of an input before coordinates are made or relaxed.

    Its atoms lie as the input says, those of a SMILES or molfile in a row.

    Args:
        molecule: The molecule section of the input.
        memory: The memory limit.

    Raises:
        InputError: No molecule, or an impossible charge, multiplicity or basis.
        ResourceLimitError: The text is too long.
    """
    if molecule.geometry.is_structure:
        return unplaced_molecule(molecule)
    atoms, _ = read_atoms(molecule.geometry, molecule.units)
    return build_molecule(PlacedMolecule(molecule, atoms), memory)


def unplaced_molecule(molecule: MoleculeSpec) -> Any:
    """The `pyscf.gto.Mole` of a structure without coordinates, with its atoms in a row.

    Its numbers of electrons and basis functions are those of the molecule; the point group of a row
    has the maximum number of irreps.

    Args:
        molecule: The molecule section of the input, with a SMILES or molfile.

    Raises:
        InputError: No molecule, or an impossible charge, multiplicity or basis.
        ResourceLimitError: The text is too long.
    """
    structure, _ = structure_of(molecule)
    row = np.outer(APART * np.arange(len(structure.symbols)), (0.0, 0.0, 1.0))
    told = {"charge": structure.charge, "multiplicity": structure.multiplicity}
    atoms = Atoms(structure.symbols, row)
    return build_molecule(PlacedMolecule(molecule.model_copy(update=told), atoms))


def check_electrons(nuclear_charge: int, molecule: MoleculeSpec) -> None:
    """Refuse a charge that leaves no electrons, and a multiplicity that is impossible.

    Args:
        nuclear_charge: Sum of all nuclear charges, in units of e.
        molecule: The molecule section of the input, with charge and multiplicity.

    Raises:
        InputError: The numbers contradict each other.
    """
    electrons = nuclear_charge - molecule.charge
    if electrons < 1:
        raise InputError(
            f"charge {molecule.charge:+d} leaves {counted(electrons, 'electron')}"
            f" on {counted(nuclear_charge, 'proton')}",
            path=("molecule", "charge"),
            also=OF_ELECTRONS,
            hint=f"at most {nuclear_charge - 1:+d}",
        )
    _check_multiplicity(electrons, molecule)


def _check_multiplicity(electrons: int, molecule: MoleculeSpec) -> None:
    unpaired = molecule.multiplicity - 1
    if (electrons - unpaired) % 2:
        parity = "even" if electrons % 2 == 0 else "odd"
        possible = [m for m in (1, 2, 3, 4) if (electrons - m + 1) % 2 == 0]
        raise InputError(
            f"multiplicity {molecule.multiplicity} is impossible"
            f" with {counted(electrons, 'electron')}",
            path=("molecule", "multiplicity"),
            hint=f"with an {parity} number it is {possible[0]}, {possible[1]}, ...; "
            "otherwise change the charge",
            also=OF_ELECTRONS,
        )
    if unpaired > electrons:
        raise InputError(
            f"multiplicity {molecule.multiplicity} needs {counted(unpaired, 'unpaired electron')},"
            f" and there {counted(electrons, 'is', 'are').split()[1]} {electrons}",
            path=("molecule", "multiplicity"),
            also=OF_ELECTRONS,
        )


def check_what_is_left(
    found: Atoms,
    shells: Mapping[str, list[Shell]],
    potentials: Potentials,
    molecule: MoleculeSpec,
) -> None:
    """Refuse core potentials that leave no electrons, and a basis that is too small for them.

    Args:
        found: The atoms.
        shells: Basis functions by element.
        potentials: Core potentials by element.
        molecule: The molecule section of the input, with charge and multiplicity.

    Raises:
        InputError: Electrons do not fit; the message has the potentials in use.
    """
    replaced = sum(potentials.replaced(symbol) for symbol in found.with_nuclei().symbols)
    electrons = protons(found) - replaced - molecule.charge
    if electrons < 1:
        raise InputError(
            f"charge {molecule.charge:+d} leaves no electrons:"
            f" core potentials ({potentials.names}) replace {replaced}",
            path=("molecule", "charge"),
        )
    if replaced:
        _check_multiplicity(electrons, molecule)
    functions = sum(functions_in(shells[symbol]) for symbol in found.symbols)
    alpha = (electrons + molecule.multiplicity - 1) // 2
    if alpha > functions:
        charged = "charge" in molecule.model_fields_set and molecule.charge < 0
        used = f"core potentials: {potentials.names}" if replaced else "no core potential is used"
        raise InputError(
            f"{counted(alpha, 'alpha electron')} do not fit into {counted(functions, 'orbital')}",
            path=("molecule", "charge" if charged else "basis"),
            hint=f"use a larger basis, or check charge, multiplicity and 'ecp' ({used})",
        )


def _use_point_group(mole: Any) -> None:
    """Find the point group and use its largest abelian subgroup.

    If a geometry is symmetric only just within PySCF's tolerance (1e-5 bohr), one step of its
    search
    finds the group and the next fails to find the atoms, or miscounts the orbitals; then no point
    group is used.
    """
    from pyscf.lib.exceptions import PointGroupSymmetryError

    mole.symmetry = True
    try:
        mole.build(dump_input=False, parse_arg=False)
        if mole.groupname in _ABELIAN:
            mole.symmetry_subgroup = _ABELIAN[mole.groupname]
            mole.build(dump_input=False, parse_arg=False)
    except (PointGroupSymmetryError, IndexError):
        mole.symmetry, mole.symmetry_subgroup = False, None
        mole.build(dump_input=False, parse_arg=False)
