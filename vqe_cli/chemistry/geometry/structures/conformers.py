"""Geometries of a structure: the lowest of several conformers."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vqe_cli._core.wording import counted
from vqe_cli.chemistry.geometry.structures.coordination import Coordination
from vqe_cli.chemistry.geometry.structures.reading import quiet
from vqe_cli.chemistry.geometry.structures.structure import Structure
from vqe_cli.chemistry.geometry.structures.xtb import LABEL, Positions, Xtb
from vqe_cli.errors import InputError, UnavailableError
from vqe_cli.schema import StructureSpec
from vqe_cli.schema.check_records import Check, doubt

EMBEDDING = "ETKDGv3"
RDKIT, TBLITE = "rdkit", "tblite"
KCAL, HARTREE = "kcal/mol", "hartree"
MAX_STEPS = 2000
REMEDY = "structure.optimize: gfn2-xtb finds one"
ROUGH = f"no force field has brought it to a minimum, and it is rough: {REMEDY}"
RELAXED = "geometry-relaxed"
"""The check that fails if a relaxation was requested and did not end at a minimum."""

_EQUAL_DIGITS = 6
"""Decimals to which energies of the same minimum agree; the first of them is kept."""


@dataclass(frozen=True, eq=False)
class Found:
    """A geometry and its origin.

    Args:
        positions: Positions of the atoms, Ångström, shape (atoms, 3).
        steps: The methods that made the geometry, in order.
        packages: Names of the packages that made the geometry.
        energies: Energies of all conformers, by the method that ranked them.
        unit: The unit of `energies`.
        kept: Index of this conformer, from 0.
        optimized_energy: GFN2-xTB energy of the relaxed geometry, Hartree; None if GFN2-xTB did not
            relax it.
        notes: Notes on deviations from the requested methods.
        doubts: Failed checks, which mark a rough geometry.
    """

    positions: Positions
    steps: tuple[str, ...]
    packages: tuple[str, ...] = (RDKIT,)
    energies: tuple[float, ...] = ()
    unit: str = KCAL
    kept: int = 0
    optimized_energy: float | None = None
    notes: tuple[str, ...] = ()
    doubts: tuple[Check, ...] = ()

    @property
    def embedded(self) -> bool:
        """Whether the coordinates were made by embedding."""
        return self.steps[0] == EMBEDDING


def lowest_geometry(structure: Structure, options: StructureSpec) -> Found:
    """The lowest geometry of a structure, made and relaxed as requested.

    Args:
        structure: The structure, with or without coordinates.
        options: The number of conformers, and the methods.

    Raises:
        InputError: No geometry was found in time.
        UnavailableError: tblite is required and not installed.
        NotConvergedError: GFN2-xTB did not converge.
    """
    arrangement = Coordination.of(structure.molecule, structure.multiplicity)
    if arrangement.planar:
        _refuse_force_field(arrangement, options)
    if arrangement.planar and not structure.positions:
        with quiet():
            return _in_planes(structure, options, arrangement)
    xtb = _xtb(structure, options)
    with quiet():
        if structure.positions:
            found = _given(structure, options)
        else:
            found = _made(structure, options, xtb, arrangement)
    return relaxed(found, xtb) if xtb is not None and options.optimize == "gfn2-xtb" else found


def relaxed(found: Found, xtb: Xtb) -> Found:
    """The geometry at the nearest minimum of GFN2-xTB.

    Args:
        found: The geometry to start from.
        xtb: GFN2-xTB for its molecule.
    """
    positions, energy = xtb.relaxed(found.positions)
    return replace(
        found,
        positions=positions,
        steps=(*found.steps, LABEL),
        packages=tuple(dict.fromkeys((*found.packages, TBLITE))),
        optimized_energy=energy,
        doubts=(),
    )


def _xtb(structure: Structure, options: StructureSpec) -> Xtb | None:
    """GFN2-xTB if an option needs it, else None."""
    ranks = options.rank_by == "gfn2-xtb" and not structure.positions
    if not ranks and options.optimize != "gfn2-xtb":
        return None
    numbers = [atom.GetAtomicNum() for atom in structure.molecule.GetAtoms()]
    return Xtb(numbers, structure.charge, structure.multiplicity)


def _given(structure: Structure, options: StructureSpec) -> Found:
    """The given coordinates; a force field moves them only if it is requested by name."""
    from rdkit import Chem

    molecule = Chem.Mol(structure.molecule)
    field = ForceField(molecule)
    steps: tuple[str, ...] = ("coordinates of the file",)
    if options.optimize != "mmff94":
        return Found(molecule.GetConformer().GetPositions(), steps)
    field.relax(time.monotonic() + options.timeout_s)
    steps, positions = (*steps, *field.labels), molecule.GetConformer().GetPositions()
    return Found(positions, steps, notes=field.notes, doubts=field.doubts_of(0))


def _made(
    structure: Structure, options: StructureSpec, xtb: Xtb | None, arrangement: Coordination
) -> Found:
    """The lowest of the conformers that are embedded and relaxed by a force field."""
    deadline = time.monotonic() + options.timeout_s
    molecule = _embedded(structure.molecule, options, deadline)
    field = ForceField(molecule)
    notes = _shortfall(molecule.GetNumConformers(), options.conformers)
    steps: tuple[str, ...] = (EMBEDDING,)
    if options.optimize != "none":
        field.relax(deadline)
        steps = (*steps, *field.labels)
    if options.optimize != "none" or options.rank_by == "mmff94":
        notes = (*notes, *field.notes)
    _drop_other_arrangements(molecule, arrangement)
    conformers = tuple(molecule.GetConformers())
    every = [conformer.GetPositions() for conformer in conformers]
    if xtb is None or options.rank_by == "mmff94":
        energies, unit = field.energies(), KCAL
        packages: tuple[str, ...] = (RDKIT,)
    else:
        energies, unit = tuple(xtb.energy(positions) for positions in every), HARTREE
        packages = (RDKIT, TBLITE)
    kept = _lowest(energies)
    doubts = () if options.optimize == "none" else field.doubts_of(conformers[kept].GetId())
    return Found(every[kept], steps, packages, energies, unit, kept, notes=notes, doubts=doubts)


def _drop_other_arrangements(molecule: Any, arrangement: Coordination) -> None:
    """Remove conformers in which ligands of a metal have changed places.

    Raises:
        InputError: No conformer is left.
    """
    for conformer in tuple(molecule.GetConformers()):
        if not arrangement.holds(arrangement.molecule, conformer.GetPositions()):
            molecule.RemoveConformer(conformer.GetId())
    if not molecule.GetNumConformers():
        raise InputError(
            "no geometry has the ligands where the structure says (@TB, @OH)",
            path=("molecule", "geometry"),
            hint="give coordinates (.xyz, .sdf)",
        )


def _refuse_force_field(arrangement: Coordination, options: StructureSpec) -> None:
    if options.optimize == "mmff94":
        raise InputError(
            f"a force field makes a tetrahedron of the four ligands around {arrangement.symbols},"
            " which are in a plane",
            path=("molecule", "structure", "optimize"),
            hint="use gfn2-xtb, or none with coordinates of your own",
        )


def _in_planes(structure: Structure, options: StructureSpec, arrangement: Coordination) -> Found:
    """The geometry of a square-planar complex, embedded in its plane and relaxed by GFN2-xTB alone.

    If the arrangement of the ligands is not given, the lowest one is taken.

    Raises:
        UnavailableError: tblite is not installed, and relaxation is not switched off.
        InputError: No geometry keeps the plane and the given arrangement.
    """
    deadline = time.monotonic() + options.timeout_s
    xtb = None if options.optimize == "none" else _xtb_for_planes(structure, arrangement)
    found = [
        lowest
        for form in arrangement.forms()
        if (lowest := _in_one_form(form, options, xtb, arrangement, deadline)) is not None
    ]
    if not found:
        raise InputError(
            f"no geometry keeps the ligands of {arrangement.symbols} in the plane, arranged as"
            " given",
            path=("molecule", "geometry"),
            hint="give coordinates (.xyz, .sdf)",
        )
    return min(found, key=lambda one: one.optimized_energy or 0.0)


def _xtb_for_planes(structure: Structure, arrangement: Coordination) -> Xtb:
    numbers = [atom.GetAtomicNum() for atom in structure.molecule.GetAtoms()]
    try:
        return Xtb(numbers, structure.charge, structure.multiplicity)
    except UnavailableError as error:
        raise UnavailableError(
            f"the four ligands around {arrangement.symbols} are in a plane, of which a force field"
            f" makes a tetrahedron: {error.message}",
            hint=f"{error.hint}; or give coordinates (.xyz, .sdf)",
        ) from None


def _in_one_form(
    form: Any,
    options: StructureSpec,
    xtb: Xtb | None,
    arrangement: Coordination,
    deadline: float,
) -> Found | None:
    """The lowest conformer with the arrangement of a form; None if there is none."""
    molecule = _embedded(form, options, deadline)
    every = [conformer.GetPositions() for conformer in molecule.GetConformers()]
    notes = (
        *_shortfall(len(every), options.conformers),
        f"no force field keeps the ligands of {arrangement.symbols} in their plane: none was used",
    )
    if xtb is None:
        kept = next((i for i, one in enumerate(every) if arrangement.holds(form, one)), None)
        if kept is None:
            return None
        return Found(
            every[kept], (EMBEDDING,), kept=kept, notes=notes, doubts=(doubt(RELAXED, ROUGH),)
        )
    energies = tuple(xtb.energy(one) for one in every)
    for kept in np.argsort(np.round(energies, _EQUAL_DIGITS), kind="stable"):
        steps, packages = (EMBEDDING,), (RDKIT, TBLITE)
        start = Found(every[kept], steps, packages, energies, HARTREE, int(kept), notes=notes)
        found = relaxed(start, xtb)
        if arrangement.holds(form, found.positions):
            return found
    return None


def _lowest(energies: tuple[float, ...]) -> int:
    """The index of the first lowest energy; 0 without energies."""
    return int(np.argmin(np.round(energies, _EQUAL_DIGITS))) if energies else 0


def _embedded(molecule: Any, options: StructureSpec, deadline: float) -> Any:
    """The molecule with its conformers.

    Reference:
        Wang, Witek, Landrum and Riniker, J. Chem. Inf. Model. 60, 2044 (2020): ETKDGv3.
    """
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom

    molecule = Chem.Mol(molecule)
    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = options.seed
    for random_coordinates in (False, True):
        # RDKit's limit is in whole seconds, and 0 means no limit.
        left = math.ceil(deadline - time.monotonic())
        if left <= 0:
            break
        parameters.timeout = left
        parameters.useRandomCoords = random_coordinates
        rdDistGeom.EmbedMultipleConfs(molecule, options.conformers, parameters)
        if molecule.GetNumConformers():
            return molecule
    message, hint = "RDKit finds no three-dimensional structure", "give coordinates (.xyz, .sdf)"
    if time.monotonic() >= deadline:
        message = f"{message} within {options.timeout_s:g} s"
        hint = f"{hint}, fewer molecule.structure.conformers, or more timeout_s"
    raise InputError(message, path=("molecule", "geometry"), hint=hint)


def _shortfall(found: int, asked: int) -> tuple[str, ...]:
    if found == asked:
        return ()
    return (f"{found} of {asked} conformers were found",)


class ForceField:
    """MMFF94, or UFF where MMFF94 lacks a parameter, or none.

    Args:
        molecule: The RDKit molecule with conformers, which `relax` changes.

    Reference:
        Halgren, J. Comput. Chem. 17, 490 (1996); Rappé et al., J. Am. Chem. Soc. 114, 10024
        (1992).
    """

    def __init__(self, molecule: Any) -> None:
        from rdkit.Chem import rdForceFieldHelpers

        self._molecule = molecule
        self._helpers = rdForceFieldHelpers
        self.name: str | None = None
        self._unfinished: frozenset[int] = frozenset()
        if molecule.GetNumAtoms() > 1:
            if rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
                self.name = "MMFF94"
            elif rdForceFieldHelpers.UFFHasAllMoleculeParams(molecule):
                self.name = "UFF"

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the force field, as steps of a method."""
        return () if self.name is None else (self.name,)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on a replacement for MMFF94, and on insufficient time or steps."""
        count = len(self._unfinished)
        short = (
            (f"{self.name} did not reach the minimum of {counted(count, 'conformer')}",)
            if count
            else ()
        )
        if self.name == "MMFF94" or self._molecule.GetNumAtoms() == 1:
            return short
        if self.name is not None:
            return (f"MMFF94 has no parameters for this molecule: {self.name} was used", *short)
        return ("no force field has parameters for this molecule",)

    def doubts_of(self, conformer: int) -> tuple[Check, ...]:
        """The failed check of a conformer that should be at a minimum and is not.

        Args:
            conformer: RDKit's id of the conformer.
        """
        if self.name is None and self._molecule.GetNumAtoms() > 1:
            return (doubt(RELAXED, ROUGH),)
        if conformer in self._unfinished:
            detail = f"{self.name} did not reach a minimum: {REMEDY}"
            return (doubt(RELAXED, detail),)
        return ()

    def relax(self, deadline: float) -> None:
        """Move every conformer towards its minimum, within the time and number of steps.

        Args:
            deadline: The time to stop at, by `time.monotonic`, seconds.
        """
        if self.name is None:
            return
        conformers = (one.GetId() for one in self._molecule.GetConformers())
        self._unfinished = frozenset(
            one
            for one in conformers
            if time.monotonic() > deadline or self._field(one).Minimize(maxIts=MAX_STEPS)
        )

    def energies(self) -> tuple[float, ...]:
        """The energies of all conformers, kcal/mol; empty without parameters."""
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
