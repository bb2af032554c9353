"""Molecules in their surroundings: what is possible, and what is doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.errors import InputError
from vqe_cli.schema import EnvironmentSpec, MoleculeSpec, Surroundings
from vqe_cli.schema.check_records import Check, doubt

TOO_CLOSE = 0.5
"""Distance from a nucleus below which a point charge is refused, Ångström."""

OVERPOLARISING = 1.2
"""Distance from a nucleus below which a point charge is doubtful, Ångström."""


@dataclass(frozen=True)
class Nearest:
    """The point charge that is nearest to an atom.

    Args:
        distance: Their distance, Ångström.
        charge: Number of the point charge, from 1.
        atom: Name of the atom with its number, such as ``"atom 3 (H)"``.
    """

    distance: float
    charge: int
    atom: str


def refuse_impossible(mole: Any, surroundings: Surroundings) -> None:
    """Refuse ghosts in a solvent, and point charges on top of atoms.

    Args:
        mole: A built `pyscf.gto.Mole`.
        surroundings: The surroundings.

    Raises:
        InputError: The molecule does not fit into the surroundings.
    """
    if surroundings.solvent is not None and 0 in mole.atom_charges():
        message = "solvent models do not support ghosts: the cavity is made of atoms"
        raise InputError(message, path=("molecule", "geometry"))
    if surroundings.environment is None:
        return
    found = nearest(mole, surroundings.environment)
    if found.distance < TOO_CLOSE:
        raise InputError(
            f"point charge {found.charge} is {found.distance:.3f} Å from {found.atom}",
            path=("environment", "charges"),
            hint="leave the molecule's own atoms out of the charges, and check 'units'; at least"
            f" {TOO_CLOSE:g} Å are needed",
        )


def refuse_arbitrary_places(molecule: MoleculeSpec, surroundings: Surroundings) -> None:
    """Refuse coordinates that are made here among point charges that have coordinates.

    Args:
        molecule: The molecule section of the input, with a SMILES or molfile.
        surroundings: The surroundings.

    Raises:
        InputError: The structure has no coordinates in space.
    """
    if surroundings.environment is None or structure_of(molecule)[0].positions:
        return
    raise InputError(
        "point charges need a molecule with coordinates among them; those made from a SMILES or a"
        " flat drawing lie anywhere",
        path=("environment", "charges"),
        hint="give an .xyz file, or a molfile in three dimensions, in the frame of the charges",
    )


def nearest(mole: Any, environment: EnvironmentSpec) -> Nearest:
    """The point charge that is nearest to an atom.

    Args:
        mole: A built `pyscf.gto.Mole`.
        environment: The point charges.
    """
    from scipy.spatial import cKDTree

    charges = np.array(environment.points)
    atoms = mole.atom_coords() * BOHR_IN_ANGSTROM
    distances, numbers = cKDTree(charges[:, 1:]).query(atoms)
    atom = int(np.argmin(distances))
    name = f"atom {atom + 1} ({mole.atom_pure_symbol(atom)})"
    return Nearest(float(distances[atom]), int(numbers[atom]) + 1, name)


def doubtful_charges(mole: Any, surroundings: Surroundings) -> tuple[Check, ...]:
    """The failed check of a point charge so close to an atom that it attracts too many electrons.

    Args:
        mole: A built `pyscf.gto.Mole`.
        surroundings: The surroundings.
    """
    if surroundings.environment is None:
        return ()
    found = nearest(mole, surroundings.environment)
    if found.distance >= OVERPOLARISING:
        return ()
    detail = (
        f"Å between point charge {found.charge} and {found.atom}; below {OVERPOLARISING:g} Å it"
        " polarises the molecule too strongly, for lack of electrons of its own"
    )
    return (doubt("environment-distance", detail, value=found.distance),)
