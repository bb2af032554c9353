"""The potential energy surface of a molecule, each point started from the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli._core.units import BOHR_IN_ANGSTROM
from vqe_cli.backends.objective import Objective
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, with_coordinates
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.neighbours import Neighbour, neighbour_of
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.context import Context
from vqe_cli.errors import InputError, NotConvergedError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.parts import Parts, look_up_parts
from vqe_cli.pipeline import run
from vqe_cli.schema import Geometry, RunSpec, Selection
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.checks import CONVERGENCE
from vqe_cli.variational.early_refusals import refuse_early
from vqe_cli.variational.forces import refuse_without_forces
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.solution import Solution

CHANGE_OF_SPACE = "active-space-followed"
"""The failed check of a point at which the active space changes."""


@dataclass(frozen=True, eq=False)
class Point:
    """The energy at one geometry.

    Args:
        positions: Positions of the atoms, bohr, shape (natm, 3).
        energy: Total energy, Hartree.
        gradient: Its derivatives, Hartree/bohr, shape (natm, 3).
        neighbour: The solution, from which other geometries start.
        remarks: What changed on the way here.
    """

    positions: FloatArray
    energy: float
    gradient: FloatArray
    neighbour: Neighbour
    remarks: tuple[str, ...] = ()


class Surface:
    """Energies and gradients of a molecule as a function of its geometry.

    Every point starts from orbitals and parameters of the one before, so that the energy stays on
    one solution.

    Args:
        spec: The run's spec; its geometry is where everything begins.
        neighbour: The solution to start from; None to start from the mean field.

    Raises:
        InputError: There are no atoms to move, or no forces on them.
    """

    def __init__(self, spec: RunSpec, neighbour: Neighbour | None = None) -> None:
        self.spec = spec.model_copy(update={"forces": True})
        self.parts: Parts = look_up_parts(spec)
        refuse_without_forces(self.spec, self.parts, "use `vqe run`")
        refuse_early(self.spec, self.parts)
        assert self.spec.molecule is not None
        self.placed: PlacedMolecule = with_coordinates(self.spec.molecule)
        if any(self.placed.atoms.ghosts):
            raise InputError(
                "ghost atoms have no nuclei on which forces act",
                path=("molecule", "geometry"),
                hint="leave them out",
            )
        self.neighbour = neighbour

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols of the atoms."""
        return self.placed.atoms.symbols

    @property
    def remarks(self) -> tuple[str, ...]:
        """Remarks on how the molecule was read, such as parts that were left out."""
        made = self.placed.structure
        return (*self.placed.remarks, *(() if made is None else made.notes))

    @property
    def start(self) -> FloatArray:
        """Positions of the atoms in the input, bohr, shape (natm, 3)."""
        return np.asarray(self.placed.atoms.positions / BOHR_IN_ANGSTROM)

    def point(self, positions: FloatArray) -> Point:
        """The energy and its gradient, without corrections and an exact energy.

        Args:
            positions: Positions of the atoms, bohr, shape (natm, 3).

        Raises:
            NotConvergedError: Orbitals or parameters did not converge, or there is no gradient.
        """
        bare = {"reference": Selection(name="none"), "correction": None, "states": None}
        record, neighbour = self._run(self.at(positions).model_copy(update=bare))
        self.neighbour = neighbour
        forces = _forces(record)
        remarks = tuple(one.detail for one in record.checks if one.name == CHANGE_OF_SPACE)
        return Point(positions, record.result.energy, -forces, neighbour, remarks)

    def judged(self, positions: FloatArray) -> RunRecord:
        """The complete record at a geometry, with the exact energy and the verdict.

        Args:
            positions: Positions of the atoms, bohr, shape (natm, 3).
        """
        return self._run(self.at(positions))[0]

    def at(self, positions: FloatArray) -> RunSpec:
        """The spec with other positions.

        Args:
            positions: Positions of the atoms, bohr, shape (natm, 3).
        """
        lines = (
            f"{symbol} {x!r} {y!r} {z!r}"
            for symbol, (x, y, z) in zip(self.symbols, positions.tolist(), strict=True)
        )
        changes = {"geometry": Geometry(cartesian="\n".join(lines)), "units": "bohr"}
        molecule = self.placed.molecule.model_copy(update=changes)
        return self.spec.model_copy(update={"molecule": molecule})

    def mole(self, positions: FloatArray) -> Any:
        """The built `pyscf.gto.Mole` at a geometry.

        Args:
            positions: Positions of the atoms, bohr, shape (natm, 3).
        """
        atoms = Atoms(self.symbols, BOHR_IN_ANGSTROM * positions)
        return build_molecule(replace(self.placed, atoms=atoms))

    def _run(self, spec: RunSpec) -> tuple[RunRecord, Neighbour]:
        keeper = Keeper()
        context = Context(neighbour=self.neighbour)
        record = run(spec, observer=keeper, context=context)
        assert keeper.neighbour is not None
        return record, keeper.neighbour


class Keeper(Observer):
    """An observer that keeps the solution for the next geometry."""

    def __init__(self) -> None:
        self.neighbour: Neighbour | None = None
        self.selection: OrbitalSelection | None = None

    def on_orbitals(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Keep restricted active orbitals."""
        if isinstance(selection, OrbitalSelection):
            self.selection = selection

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        """Keep the parameters, unless the ansatz grows anew, with restricted orbitals only."""
        if self.selection is None:
            return
        x: Vector | None = solution.x if solution.cycles is None else None
        self.neighbour = neighbour_of(self.selection, x)


def _forces(record: RunRecord) -> FloatArray:
    """The forces of a converged run, Hartree/bohr, shape (natm, 3)."""
    failed = [one for one in record.checks if one.name in CONVERGENCE and one.status == "fail"]
    if failed:
        raise NotConvergedError(
            f"{failed[0].name} does not hold at a geometry on the way: {failed[0].detail}",
            hint="choose another optimizer or active space, or raise its number of iterations",
        )
    if record.result.forces is None:
        raise NotConvergedError(record.check("forces").detail)
    return np.array(record.result.forces.forces)
