"""Orbitals in the Molden format, by PySCF."""

from __future__ import annotations

from io import StringIO

from vqe_cli.chemistry.basis.basis_sets import highest_momentum, shells_of
from vqe_cli.chemistry.density.natural_orbitals import OccupiedOrbitals
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec

HIGHEST = 4
"""Largest angular momentum of the format, that of g functions."""


def molden_text(orbitals: OccupiedOrbitals) -> str:
    """The content of a Molden file.

    Schaftenaar and Noordik, J. Comput.-Aided Mol. Des. 14, 123 (2000).

    Args:
        orbitals: The orbitals, over functions up to g.
    """
    from pyscf.tools import molden

    text = StringIO()
    molden.header(orbitals.mole, text, ignore_h=False)
    molden.orbital_coeff(
        orbitals.mole,
        text,
        orbitals.coefficients,
        symm=orbitals.irreps,
        ene=orbitals.energies,
        occ=orbitals.occupations,
        ignore_h=False,
    )
    return text.getvalue()


def refuse_for_molden(molecule: MoleculeSpec) -> None:
    """Refuse basis functions and atoms that the format does not have.

    Args:
        molecule: The molecule section of the input.

    Raises:
        InputError: The basis has h functions, or there are ghost atoms.
    """
    ghosts = False
    if molecule.geometry.is_structure:
        symbols = structure_of(molecule)[0].symbols
    else:
        found = atoms(molecule)
        symbols, ghosts = found.symbols, any(found.ghosts)
    if ghosts:
        raise InputError(
            "a Molden file has no ghost atoms: programs would read nuclei",
            path=("molecule", "geometry"),
            hint="export cube or fcidump, which need none",
        )
    for symbol, shells in shells_of(molecule.basis, set(symbols)).items():
        if highest_momentum(shells) > HIGHEST:
            raise InputError(
                f"the basis of {symbol} has h functions; a Molden file has at most g functions",
                path=("molecule", "basis"),
                hint="use a smaller basis, such as a quadruple-zeta one, or export cube",
            )
