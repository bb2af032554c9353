"""Auxiliary basis sets, in which products of orbitals are fitted."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.resources import Memory
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.basis import AUTO, DEFAULT

PATH = ("molecule", "density_fitting")
EVEN_TEMPERED = "even-tempered"

ALWAYS_EXACT_BYTES = 1_000_000_000
"""Size of exact integrals that are not replaced however little memory is free, bytes: about 180
basis functions. Energies of small molecules do not depend on the load of the machine."""


@dataclass(frozen=True, eq=False)
class AuxiliaryBasis:
    """The basis set of density fitting.

    Args:
        by_label: Basis set of each atom label, for PySCF.
        name: Names of the sets, for display.
        automatic: Whether it is used because exact integrals do not fit into memory.
    """

    by_label: dict[str, Any]
    name: str
    automatic: bool = False


def auxiliary_basis_of(molecule: MoleculeSpec, mole: Any, memory: Memory) -> AuxiliaryBasis | None:
    """The basis set of density fitting; None for exact integrals.

    Args:
        molecule: The molecule section of the input.
        mole: The built `pyscf.gto.Mole`.
        memory: What may be used.

    Raises:
        InputError: There is no auxiliary basis set of that name for an element.
    """
    asked, integrals = molecule.density_fitting, mole.nao**4  # bytes, by eightfold symmetry
    if asked is False or (asked == AUTO and integrals <= max(ALWAYS_EXACT_BYTES, memory.usable)):
        return None
    if isinstance(asked, str) and asked != AUTO:
        return _named(asked, mole)
    return _fitting(molecule, mole, automatic=asked == AUTO)


def _named(name: str, mole: Any) -> AuxiliaryBasis:
    from pyscf import gto
    from pyscf.lib.exceptions import BasisNotFoundError

    found = {}
    for atom in range(mole.natm):
        element = mole.atom_pure_symbol(atom)
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Basis may be available", UserWarning)
                found[mole.atom_symbol(atom)] = gto.basis.load(name, element)
        except (BasisNotFoundError, KeyError):
            raise InputError(
                f"there is no auxiliary basis set '{name}' for {element}",
                path=PATH,
                hint="true chooses one; others are def2-universal-jkfit, cc-pvtz-jkfit",
            ) from None
    return AuxiliaryBasis(found, name)


def _fitting(molecule: MoleculeSpec, mole: Any, *, automatic: bool) -> AuxiliaryBasis:
    """The basis set that is made for that of the orbitals, or even-tempered functions."""
    from pyscf import df

    named = mole.copy(deep=False)
    named.basis = {
        label: _choice(molecule, mole.atom_pure_symbol(atom)) or shells
        for atom, (label, shells) in enumerate(_shells(mole))
    }
    found = df.make_auxbasis(named)
    names = {basis if isinstance(basis, str) else EVEN_TEMPERED for basis in found.values()}
    return AuxiliaryBasis(found, ", ".join(sorted(names)), automatic)


def _shells(mole: Any) -> list[tuple[str, Any]]:
    labels = [mole.atom_symbol(atom) for atom in range(mole.natm)]
    return [(label, mole._basis[label]) for label in labels]


def _choice(molecule: MoleculeSpec, element: str) -> str | None:
    """The name of an element's basis set; None if it is written out."""
    basis = molecule.basis
    if isinstance(basis, dict):
        basis = basis.get(element) or basis.get(DEFAULT) or ""
    return basis if isinstance(basis, str) and basis else None
