"""Mean fields by molecule and surroundings, each computed once."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vqe_cli._core.resources import MACHINE, Memory
from vqe_cli.chemistry.geometry.structures import PlacedMolecule, with_coordinates
from vqe_cli.chemistry.molecule import build_molecule
from vqe_cli.chemistry.scf.hartree_fock import HartreeFock
from vqe_cli.chemistry.scf.mean_field import MeanField, solve_mean_field
from vqe_cli.chemistry.scf.state_search import OnGuess, unheard
from vqe_cli.chemistry.scf.surroundings import refuse_impossible
from vqe_cli.chemistry.scf.unrestricted_field import UnrestrictedField, solve_unrestricted
from vqe_cli.errors import InputError
from vqe_cli.schema import MoleculeSpec, Surroundings
from vqe_cli.schema.surroundings import VACUUM

if TYPE_CHECKING:
    from pyscf.gto import Mole


class MeanFields:
    """Mean fields by molecule: each is computed once, whoever asks for it."""

    def __init__(self) -> None:
        self._known: dict[str, MeanField] = {}
        self._unrestricted: dict[str, UnrestrictedField] = {}
        self._on_guess: OnGuess = unheard

    def heard_by(self, on_guess: OnGuess) -> MeanFields:
        """The same mean fields, kept together, with another callback.

        Args:
            on_guess: Callback after each guess of a search for the lowest mean field.
        """
        same = copy(self)
        same._on_guess = on_guess
        return same

    def of(
        self,
        molecule: MoleculeSpec,
        check: Callable[[Any], None] | None = None,
        memory: Memory = MACHINE,
        surroundings: Surroundings = VACUUM,
    ) -> MeanField:
        """The mean field of a molecule: the one way from what the user wrote to orbitals.

        In surroundings, which have no symmetry, no point group is used.

        Args:
            molecule: What the user wrote.
            check: Told the built `pyscf.gto.Mole` before the self-consistent field begins, to
                refuse it.
            memory: What may be used.
            surroundings: The solvent, or point charges.

        Raises:
            InputError: The molecule or its place in the surroundings is impossible.
            NotConvergedError: Hartree-Fock did not converge.
        """
        from vqe_cli.chemistry.scf.plausibility import with_findings

        key = _key(molecule, surroundings)
        if not surroundings.are_empty:
            molecule = molecule.model_copy(update={"symmetry": False})
        known = self._known.get(key)
        placed, mole = _built(molecule, known, check, memory, surroundings)
        if known is None:
            method = HartreeFock.of(molecule, mole, memory, surroundings)
            found = solve_mean_field(mole, molecule.scf, method, self._on_guess)
            known = replace(found, placed=placed)
        self._known[key] = known
        return with_findings(replace(known, memory=memory), molecule, placed.atoms)

    def unrestricted(
        self,
        molecule: MoleculeSpec,
        check: Callable[[Any], None] | None = None,
        memory: Memory = MACHINE,
        surroundings: Surroundings = VACUUM,
    ) -> UnrestrictedField:
        """The unrestricted mean field of a molecule; arguments and errors as for `of`."""
        from vqe_cli.chemistry.scf.plausibility import with_input_findings

        key = _key(molecule, surroundings)
        molecule = molecule.model_copy(update={"symmetry": False})
        known = self._unrestricted.get(key)
        placed, mole = _built(molecule, known, check, memory, surroundings)
        if known is None:
            method = HartreeFock.of(molecule, mole, memory, surroundings)
            if method.auxiliary_basis is not None:
                raise InputError(
                    "two-electron integrals would have to be fitted, which is done for restricted"
                    " orbitals only",
                    path=("molecule", "scf", "unrestricted"),
                    hint="choose a smaller basis set, or leave out 'unrestricted'",
                )
            known = replace(solve_unrestricted(mole, molecule.scf, method), placed=placed)
        self._unrestricted[key] = known
        return with_input_findings(replace(known, memory=memory), molecule, placed.atoms)

    def keep(
        self, molecule: MoleculeSpec, field: MeanField, surroundings: Surroundings = VACUUM
    ) -> None:
        """Use a mean field for a molecule.

        Args:
            molecule: What the user wrote.
            field: Its mean field.
            surroundings: The solvent, or point charges.
        """
        self._known[_key(molecule, surroundings)] = field

    def placed(
        self,
        molecule: MoleculeSpec,
        memory: Memory = MACHINE,
        surroundings: Surroundings = VACUUM,
    ) -> MoleculeSpec:
        """The molecule with coordinates, charge and multiplicity, under which its field is known.

        Args:
            molecule: What the user wrote, such as a SMILES.
            memory: What may be used.
            surroundings: The solvent, or point charges.

        Returns:
            What the user could have written in place of it, for the same mean field.
        """
        self.of(molecule, memory=memory, surroundings=surroundings)
        field = self._known[_key(molecule, surroundings)]
        assert field.placed is not None
        told = field.placed.molecule
        if told is not molecule:
            key = _key(told, surroundings)
            self._known.setdefault(key, replace(field, placed=with_coordinates(told)))
        return told


def _key(molecule: MoleculeSpec, surroundings: Surroundings) -> str:
    """The text by which a mean field is known."""
    return molecule.model_dump_json(exclude={"name"}) + surroundings.key


def _built(
    molecule: MoleculeSpec,
    known: MeanField | UnrestrictedField | None,
    check: Callable[[Any], None] | None,
    memory: Memory,
    surroundings: Surroundings,
) -> tuple[PlacedMolecule, Mole]:
    """The molecule with coordinates, and as PySCF has it, neither of which is refused."""
    placed = known.placed if known and known.placed else with_coordinates(molecule)
    mole = known.mole if known else build_molecule(placed, memory)
    if check is not None:
        check(mole)
    if known is None:
        refuse_impossible(mole, surroundings)
    return placed, mole


def mean_field_of(
    molecule: MoleculeSpec,
    check: Callable[[Any], None] | None = None,
    memory: Memory = MACHINE,
    surroundings: Surroundings = VACUUM,
) -> MeanField:
    """The mean field of a molecule, computed for this once; arguments as for `MeanFields.of`."""
    return MeanFields().of(molecule, check, memory, surroundings)
