"""Molecules and mean fields of PySCF, as an input has the one and a run the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.chemistry.geometry.structures import with_coordinates
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.mean_field import MeanField, solve_mean_field
from vqe_cli.errors import InputError, NotConvergedError
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.surroundings import VACUUM

GIVEN = "orbitals of the given mean field"
"""Name of the guess of a mean field that was given."""

SAME_HAMILTONIAN = 1e-6
"""Largest difference of a mean field's energy in PySCF's and in our Hamiltonian, Hartree."""

SAME_GRID = 1e-4
"""The same for a density functional, which depends on the grid, Hartree."""

SAME_BASIS = 1e-8
"""Largest difference of overlaps between equal basis functions."""

FROM_MOLECULE = "vqe_cli.run(mf.mol) computes orbitals of its own"


def molecule_data(mol: Any) -> dict[str, Any]:
    """The molecule section of an input for a molecule of PySCF.

    Args:
        mol: A `pyscf.gto.Mole`, built or not.

    Raises:
        InputError: The molecule has something that an input cannot have.
    """
    if not mol._built:
        mol = mol.copy().build(dump_input=False, parse_arg=False)
    _refuse_other_molecules(mol)
    rows = [
        " ".join([_label(mol, atom), *map(repr, place)])
        for atom, place in enumerate(mol.atom_coords().tolist())
    ]
    return {
        "name": _formula(mol),
        "geometry": "\n".join(rows),
        "units": "bohr",
        "charge": int(mol.charge),
        "multiplicity": int(mol.spin) + 1,
        "basis": _basis(mol),
        "ecp": _potentials(mol),
    }


def mean_field_data(mf: Any) -> dict[str, Any]:
    """The molecule section of an input for a mean field of PySCF.

    Args:
        mf: A converged RHF, ROHF, RKS or ROKS of PySCF.

    Raises:
        InputError: It is another mean field, or its molecule has something that an input cannot
            have.
        NotConvergedError: It has not been run, or did not converge.
    """
    _refuse_other_fields(mf)
    data = molecule_data(mf.mol)
    functional = getattr(mf, "xc", None)
    if functional is not None and str(functional).strip().upper() not in ("", "HF"):
        data["scf"] = {"functional": str(functional)}
    if getattr(mf, "with_x2c", None):
        data["relativity"] = "x2c"
    if getattr(mf, "with_df", None):
        fitted = mf.with_df.auxbasis
        data["density_fitting"] = fitted if isinstance(fitted, str) else True
    return data


def given_field(mf: Any, molecule: MoleculeSpec, memory: Memory) -> MeanField:
    """The mean field of a molecule, from the orbitals of one of PySCF.

    Args:
        mf: The mean field of PySCF.
        molecule: Its molecule, from `mean_field_data`.
        memory: What may be used.

    Raises:
        InputError: Its energy is not that of its orbitals in the Hamiltonian of the molecule.
        NotConvergedError: Second-order iterations from its orbitals do not converge.
    """
    field = _continued(mf, molecule, memory)
    if molecule.symmetry and abs(field.report.energy - mf.e_tot) > _tolerance(mf):
        field = _continued(mf, molecule.model_copy(update={"symmetry": False}), memory)
    gain = HARTREE_IN_MILLIHARTREE * (mf.e_tot - field.report.energy)
    lower = f", from which a solution lower by {gain:.3f} mHa was found" if gain > 1e-3 else ""
    note = f"orbitals are those of the mean field that was given{lower}"
    return replace(field, notes=(*field.notes, note))


def _continued(mf: Any, molecule: MoleculeSpec, memory: Memory) -> MeanField:
    """The solution of the molecule near a mean field of PySCF."""
    placed = with_coordinates(molecule)
    mole = build_molecule(placed, memory)
    _refuse_other_basis(mf.mol, mole)
    method = HartreeFock.of(molecule, mole, memory, VACUUM)
    _refuse_other_hamiltonian(mf, method.new(mole))
    orbitals = _orbitals(mf, method.new(mole))
    field = solve_mean_field(mole, molecule.scf, method, orbitals=orbitals, origin=GIVEN)
    return replace(field, placed=placed)


def _orbitals(mf: Any, own: Any) -> FloatArray:
    """The orbitals of a mean field, occupied ones first, shape (nao, nmo).

    Degenerate ones are turned into irreps of the point group, if the energy stays what it is.

    Args:
        mf: The mean field.
        own: PySCF's object for the molecule with its point group, not yet run.
    """
    found = mf
    if own.mol.symmetry:
        own.kernel(dm0=mf.make_rdm1())
        if own.converged and abs(own.e_tot - mf.e_tot) < _tolerance(mf):
            found = own
    order = np.lexsort((np.asarray(found.mo_energy), -np.asarray(found.mo_occ)))
    return np.array(found.mo_coeff, dtype=float)[:, order]


def _tolerance(mf: Any) -> float:
    return SAME_HAMILTONIAN if getattr(mf, "xc", None) is None else SAME_GRID


def _refuse_other_hamiltonian(mf: Any, own: Any) -> None:
    """Refuse a mean field with more in its Hamiltonian than the input has, such as a solvent."""
    energy = float(own.energy_tot(mf.make_rdm1()))
    if abs(energy - mf.e_tot) > _tolerance(mf):
        raise InputError(
            f"the mean field has the energy {mf.e_tot:.8f} Hartree, and its orbitals have"
            f" {energy:.8f} in the Hamiltonian of its molecule alone",
            hint="a solvent, point charges or another change of the Hamiltonian is not carried"
            ' over: give the molecule, as in vqe_cli.run(mf.mol, solvent="water")',
        )


def _refuse_other_basis(mol: Any, own: Any) -> None:
    """Refuse basis functions that differ after they have been written out and read."""
    ours, theirs = (one.intor_symmetric("int1e_ovlp") for one in (own, mol))
    if ours.shape != theirs.shape or np.abs(ours - theirs).max() > SAME_BASIS:
        raise InputError(
            "the basis functions of the mean field are not those of the basis set's name here",
            hint=FROM_MOLECULE,
        )


def _refuse_other_fields(mf: Any) -> None:
    from pyscf import scf

    if isinstance(mf, (scf.uhf.UHF, scf.ghf.GHF, scf.dhf.DHF)):
        unrestricted = isinstance(mf, scf.uhf.UHF)
        raise InputError(
            f"{type(mf).__name__} has other orbitals for alpha than for beta electrons"
            if unrestricted
            else f"{type(mf).__name__} mixes alpha and beta orbitals",
            hint="give the restricted one, mf.mol.RHF().run() or mf.mol.ROHF().run()"
            + (
                ', or vqe_cli.run(mf.mol, set={"molecule.scf.unrestricted": True}) for UHF orbitals'
                if unrestricted
                else ""
            ),
        )
    if mf.mo_coeff is None or not mf.e_tot:
        raise NotConvergedError("the mean field has not been run", hint="mf.run() runs it")
    if not mf.converged:
        raise NotConvergedError(
            "the mean field is not converged",
            hint=f"mf = mf.newton().run() is more robust; {FROM_MOLECULE}",
        )
    if np.iscomplexobj(mf.mo_coeff) or np.ndim(mf.mo_coeff) != 2:
        raise InputError("the mean field has no real, restricted orbitals", hint=FROM_MOLECULE)
    if not set(np.unique(mf.mo_occ)) <= {0.0, 1.0, 2.0}:
        raise InputError(
            "the mean field has fractional occupations",
            hint="leave out smearing and fractional occupations",
        )


def _refuse_other_molecules(mol: Any) -> None:
    from pyscf import gto

    if hasattr(mol, "lattice_vectors"):
        raise InputError("the molecule is a periodic cell", hint="give a pyscf.gto.Mole")
    if not isinstance(mol, gto.Mole):
        raise InputError(f"{type(mol).__name__} is no molecule", hint="give a pyscf.gto.Mole")
    if mol.cart:
        raise InputError(
            "the molecule has Cartesian basis functions, six d functions in place of five",
            hint="mol.cart = False, then mol.build()",
        )
    if mol.spin < 0:
        raise InputError(
            "the molecule has more beta than alpha electrons",
            hint=f"mol.spin = {-mol.spin} has the same energy",
        )
    if mol._pseudo:
        raise InputError(
            "pseudopotentials of PySCF's molecule are not carried over",
            hint="give an input with 'ecp', or all electrons",
        )


def _label(mol: Any, atom: int) -> str:
    """The symbol of an atom, marked if it is a ghost."""
    return f"@{_element(mol, atom)}" if mol.atom_charge(atom) == 0 else _element(mol, atom)


def _element(mol: Any, atom: int) -> str:
    symbol = str(mol.atom_pure_symbol(atom))
    return symbol.removeprefix("GHOST-").removeprefix("Ghost-").removeprefix("X-").capitalize()


def _formula(mol: Any) -> str:
    """The formula in Hill's order."""
    atoms = range(mol.natm)
    count = Counter(_element(mol, atom) for atom in atoms if mol.atom_charge(atom))
    first = ["C", "H"] if "C" in count else []
    order = [*(one for one in first if one in count), *sorted(set(count) - set(first))]
    return "".join(f"{one}{count[one] if count[one] > 1 else ''}" for one in order)


def _basis(mol: Any) -> Any:
    """The basis set: its name, or by element names and texts."""
    found: dict[str, Any] = {}
    for atom in range(mol.natm):
        element, own = _element(mol, atom), _basis_of_atom(mol, atom)
        if found.setdefault(element, own) != own:
            raise InputError(
                f"atoms of {element} have different basis sets",
                hint="give all atoms of an element the same one",
            )
    names = list(found.values())
    same = isinstance(names[0], str) and all(name == names[0] for name in names)
    return names[0] if same else found


def _basis_of_atom(mol: Any, atom: int) -> Any:
    from pyscf.gto.basis import parse_nwchem

    label, choice = mol.atom_symbol(atom), mol.basis
    if isinstance(choice, Mapping):
        known = {str(key).lower(): value for key, value in choice.items()}
        keys = (str(label), str(mol.atom_pure_symbol(atom)), _element(mol, atom), "default")
        choice = next((known[key.lower()] for key in keys if key.lower() in known), None)
    if isinstance(choice, str) and "\n" not in choice.strip():
        return choice.lower()
    return {"text": parse_nwchem.convert_basis_to_nwchem(_element(mol, atom), mol._basis[label])}


def _potentials(mol: Any) -> Any:
    """The core potentials by their names; none if the molecule has none."""
    if not mol.has_ecp():
        return "none"
    if isinstance(mol.ecp, str):
        return mol.ecp.lower()
    named = {str(key).capitalize(): value for key, value in mol.ecp.items()}
    if not all(isinstance(value, str) and "\n" not in value for value in named.values()):
        raise InputError(
            "core potentials that are written out are not carried over",
            hint="give their name, or an input with 'ecp: {file: ...}'",
        )
    return {"default": "none"} | {key: value.lower() for key, value in named.items()}
