"""Geometries of a structure: several are made, the lowest is kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from vqe_cli.chemistry.structures.reading import Structure, quiet
from vqe_cli.chemistry.structures.xtb import LABEL, Positions, Xtb
from vqe_cli.errors import InputError
from vqe_cli.spec import StructureSpec

KCAL, HARTREE = "kcal/mol", "hartree"
MAX_STEPS = 2000
_EQUAL_DIGITS = 6
"""Energies that agree to so many decimals are one minimum; the first of them is kept."""


@dataclass(frozen=True, eq=False)
class Found:
    """A geometry and how it came about.

    Args:
        positions: In Ångström, shape (atoms, 3).
        steps: The methods in their order.
        energies: Of all conformers, by the method they were ranked by.
        unit: Of these energies.
        kept: Which conformer this is, from 0.
        optimized_energy: Hartree, where GFN2-xTB relaxed it.
        notes: What did not go as asked for.
    """

    positions: Positions
    steps: tuple[str, ...]
    energies: tuple[float, ...] = ()
    unit: str = KCAL
    kept: int = 0
    optimized_energy: float | None = None
    notes: tuple[str, ...] = ()


def lowest_geometry(
    structure: Structure, options: StructureSpec, charge: int, multiplicity: int
) -> Found:
    """Make or take coordinates, relax and rank them as asked for.

    Args:
        structure: With coordinates in space, or without any.
        options: How many, by which methods.
        charge: For GFN2-xTB, in units of e.
        multiplicity: For GFN2-xTB.

    Raises:
        InputError: No geometry was found in time.
        UnavailableError: tblite is asked for and not installed.
        NotConvergedError: GFN2-xTB did not converge.
    """
    deadline = time.monotonic() + options.timeout_s
    with quiet():
        molecule, steps = _with_conformers(structure, options)
        field = ForceField(molecule)
        notes: tuple[str, ...] = ()
        if _wants_force_field(structure, options):
            notes = field.relax(deadline)
            steps = (*steps, *field.labels)
    numbers = [atom.GetAtomicNum() for atom in molecule.GetAtoms()]
    every = [conformer.GetPositions() for conformer in molecule.GetConformers()]
    xtb = Xtb(numbers, charge, multiplicity) if _needs_xtb(options) else None
    kept, unit = 0, KCAL
    energies: tuple[float, ...] = ()
    if not structure.positions:
        by_xtb = xtb is not None and options.rank_by == "gfn2-xtb"
        energies = _energies(every, field, xtb if by_xtb else None)
        unit = HARTREE if by_xtb else KCAL
        kept = int(np.argmin(np.round(energies, _EQUAL_DIGITS))) if energies else 0
        notes = (*notes, *field.notes)
    found = Found(every[kept], steps, energies, unit, kept, None, notes)
    return relaxed(found, xtb) if xtb is not None and options.optimize == "gfn2-xtb" else found


def relaxed(found: Found, xtb: Xtb) -> Found:
    """A geometry at the minimum of GFN2-xTB.

    Args:
        found: The geometry to start from.
        xtb: The method for its molecule.
    """
    positions, energy = xtb.relaxed(found.positions)
    steps = (*found.steps, LABEL)
    kept = (found.energies, found.unit, found.kept, energy, found.notes)
    return Found(positions, steps, *kept)


def _needs_xtb(options: StructureSpec) -> bool:
    return "gfn2-xtb" in (options.rank_by, options.optimize)


def _wants_force_field(structure: Structure, options: StructureSpec) -> bool:
    """Coordinates that were given are moved only where the force field is asked for by name."""
    if structure.positions:
        return options.optimize == "mmff94"
    return options.optimize != "none"


def _with_conformers(structure: Structure, options: StructureSpec) -> tuple[Any, tuple[str, ...]]:
    """The molecule with its conformers, and where they are from.

    Reference:
        Wang, Witek, Landrum and Riniker, J. Chem. Inf. Model. 60, 2044 (2020): ETKDGv3.
    """
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom

    molecule = Chem.Mol(structure.molecule)
    if structure.positions:
        return molecule, ("coordinates of the file",)
    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = options.seed
    parameters.timeout = max(1, round(options.timeout_s))
    for random_coordinates in (False, True):
        parameters.useRandomCoords = random_coordinates
        rdDistGeom.EmbedMultipleConfs(molecule, options.conformers, parameters)
        if molecule.GetNumConformers():
            return molecule, ("ETKDGv3",)
    raise InputError(
        f"RDKit finds no three-dimensional structure within {options.timeout_s:g} s",
        path=("molecule", "geometry"),
        hint="give coordinates (.xyz, .sdf), or more time by molecule.structure.timeout_s",
    )


def _energies(every: list[Positions], field: ForceField, xtb: Xtb | None) -> tuple[float, ...]:
    if xtb is not None:
        return tuple(xtb.energy(positions) for positions in every)
    return field.energies()


class ForceField:
    """MMFF94, or UFF where MMFF94 lacks a parameter, or none.

    Args:
        molecule: RDKit's molecule with conformers, which `relax` moves.

    Reference:
        Halgren, J. Comput. Chem. 17, 490 (1996); Rappé et al., J. Am. Chem. Soc. 114, 10024
        (1992).
    """

    def __init__(self, molecule: Any) -> None:
        from rdkit.Chem import rdForceFieldHelpers

        self._molecule = molecule
        self._helpers = rdForceFieldHelpers
        self.name: str | None = None
        # RDKit's UFF has energies of free atoms and of atoms alone that mean nothing.
        if molecule.GetNumAtoms() > 1:
            if rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
                self.name = "MMFF94"
            elif rdForceFieldHelpers.UFFHasAllMoleculeParams(molecule):
                self.name = "UFF"

    @property
    def labels(self) -> tuple[str, ...]:
        """Its name, as a step of a method."""
        return () if self.name is None else (self.name,)

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands in for MMFF94."""
        if self.name == "MMFF94" or self._molecule.GetNumAtoms() == 1:
            return ()
        instead = self.name or "the first conformer as it was embedded"
        return (f"MMFF94 has no parameters for this molecule: {instead} was used",)

    def relax(self, deadline: float) -> tuple[str, ...]:
        """Move every conformer to a minimum; notes where time or steps did not suffice.

        Args:
            deadline: By `time.monotonic`.
        """
        if self.name is None:
            return ()
        unfinished = 0
        for conformer in self._molecule.GetConformers():
            late = time.monotonic() > deadline
            unfinished += late or self._field(conformer.GetId()).Minimize(maxIts=MAX_STEPS)
        if not unfinished:
            return ()
        return (f"{self.name} did not reach the minimum of {unfinished} conformers",)

    def energies(self) -> tuple[float, ...]:
        """Of every conformer, in kcal/mol; none without parameters."""
        if self.name is None:
            return ()
        conformers = self._molecule.GetConformers()
        return tuple(float(self._field(one.GetId()).CalcEnergy()) for one in conformers)

    def _field(self, conformer: int) -> Any:
        helpers, molecule = self._helpers, self._molecule
        if self.name == "MMFF94":
            properties = helpers.MMFFGetMoleculeProperties(molecule)
            field = helpers.MMFFGetMoleculeForceField(molecule, properties, confId=conformer)
        else:
            field = helpers.UFFGetMoleculeForceField(molecule, confId=conformer)
        field.Initialize()
        return field
