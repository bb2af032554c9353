"""Reaction energies from an input file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vqe_cli._core.provenance import provenance
from vqe_cli._core.units import HARTREE_IN_EV, HARTREE_IN_KCAL_PER_MOL
from vqe_cli._core.validation import input_error
from vqe_cli.chemistry.scf.mean_field import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.parts import look_up_parts
from vqe_cli.properties.differences.balance import (
    FREE_ELECTRON,
    PATH,
    Composition,
    refuse_imbalance,
    spin_note,
)
from vqe_cli.properties.differences.difference import Computed, Difference, require_match
from vqe_cli.properties.differences.levels import LEVELS, MAX_OPERATIONS, Species, energies_of
from vqe_cli.schema import RunSpec, locate, spec_from_data
from vqe_cli.schema.files import load_data, read_input
from vqe_cli.schema.reaction_records import LevelRecord, ReactionRecord
from vqe_cli.schema.reaction_spec import ReactionSpec, SpeciesSpec
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.source import Source

OF_SPECIES = ("geometry", "charge", "multiplicity", "units", "name")
"""Keys of the molecule that each species has of its own."""


@dataclass(frozen=True)
class Reactant:
    """A reactant or product, as understood.

    Args:
        coefficient: Stoichiometric coefficient, positive for products, negative for reactants.
        label: Its name.
        composition: Its atoms, charge and spin.
        spec: Spec of its run; None for a proton or an electron, which have no energy.
    """

    coefficient: int
    label: str
    composition: Composition
    spec: RunSpec | None

    @property
    def text(self) -> str:
        """Its name with its number."""
        count = abs(self.coefficient)
        return self.label if count == 1 else f"{count} {self.label}"


@dataclass(frozen=True)
class Reaction:
    """A balanced reaction.

    Args:
        name: Its name.
        sides: Reactants and products.
    """

    name: str
    sides: tuple[tuple[Reactant, ...], tuple[Reactant, ...]]

    @property
    def species(self) -> tuple[Reactant, ...]:
        """All species, products first."""
        return (*self.sides[1], *self.sides[0])

    @property
    def equation(self) -> str:
        """The reaction in a line."""
        return " → ".join(" + ".join(one.text for one in side) for side in self.sides)

    @property
    def free_electrons(self) -> int:
        """Number of electrons that are released."""
        free = [one for one in self.species if one.composition == FREE_ELECTRON]
        return sum(one.coefficient for one in free)


def read_reaction(file: str | Path, overrides: Sequence[tuple[KeyPath, Any, str]] = ()) -> Reaction:
    """The reaction of an input file, balanced.

    Args:
        file: YAML file with ``reaction`` and the settings of all runs.
        overrides: Keys, value and name in errors of values that replace those of the file.

    Raises:
        InputError: The file is wrong, or the reaction is not balanced.
    """
    data, source = load_data(file, overrides)
    try:
        return _read(data, source)
    except InputError as error:
        raise locate(error, source) from None


def _read(data: dict[str, Any], source: Source) -> Reaction:
    settings = {key: value for key, value in data.items() if key != "reaction"}
    if "reaction" not in data:
        raise InputError(
            "there is no reaction",
            hint="reaction: {reactants: [...], products: [...]}; other inputs are for `vqe run`",
        )
    try:
        asked = ReactionSpec.model_validate(data["reaction"])
    except ValidationError as error:
        raise input_error(error, ReactionSpec, PATH) from None
    _refuse_molecule(settings)
    reactants, products = (
        tuple(
            _reactant(one, sign, settings, source, (*PATH, side, place))
            for place, one in enumerate(getattr(asked, side))
        )
        for side, sign in (("reactants", -1), ("products", 1))
    )
    found = Reaction(asked.name or source.stem or "reaction", (reactants, products))
    refuse_imbalance((one.coefficient, one.composition) for one in found.species)
    _refuse_other_methods([one for one in found.species if one.spec is not None])
    return found


def _refuse_molecule(settings: dict[str, Any]) -> None:
    molecule = settings.get("molecule")
    for key in ("hamiltonian", "fcidump"):
        if key in settings:
            raise InputError(f"a reaction has molecules, and no {key}", path=(key,))
    for key in OF_SPECIES:
        if isinstance(molecule, dict) and key in molecule:
            raise InputError(
                f"'molecule.{key}' belongs to each species of a reaction",
                path=("molecule", key),
                hint="reaction: {reactants: [{smiles: O}, ...]}",
            )


def _reactant(
    one: SpeciesSpec, sign: int, settings: dict[str, Any], source: Source, path: KeyPath
) -> Reactant:
    """A species with its spec and composition."""
    if one.is_electron:
        return Reactant(sign * one.count, one.name or "e-", FREE_ELECTRON, None)
    try:
        spec = spec_from_data(_data(one, settings, source.folder), Source(source.file))
        assert spec.molecule is not None
        composition = Composition.of(spec.molecule)
        look_up_parts(spec)
    except InputError as error:
        error.where = source.describe(path)
        error.message = f"{one.file or _label(one)}: {error.message}"
        raise
    proton = composition.is_proton
    return Reactant(sign * one.count, _label(one), composition, None if proton else spec)


def _label(one: SpeciesSpec) -> str:
    if one.name is not None:
        return one.name
    if one.file is not None:
        return Path(one.file).stem
    return one.smiles or "".join(line.split()[0] for line in (one.geometry or "?").splitlines())


def _data(one: SpeciesSpec, settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The input of the run of a species: its own molecule, and the settings of all."""
    own, common = _own(one, folder), dict(settings.get("molecule") or {})
    molecule = {**own.get("molecule", {}), **common, "name": _label(one)}
    given = {"charge": one.charge, "multiplicity": one.multiplicity}
    molecule |= {key: value for key, value in given.items() if value is not None}
    found = {**own, **settings, "molecule": molecule}
    if one.active_space is not None:
        found["active_space"] = one.active_space.as_dict()
    elif "active_space" in own:
        found["active_space"] = own["active_space"]
    return found


def _own(one: SpeciesSpec, folder: Path) -> dict[str, Any]:
    """The data of the species itself, before the settings of all."""
    if one.file is not None:
        found, _ = read_input(folder / one.file)
        if "molecule" not in found:
            raise InputError(f"{one.file} has no molecule")
        return found
    if one.smiles is not None:
        return {"molecule": {"geometry": {"smiles": one.smiles}}}
    return {"molecule": {"geometry": one.geometry}}


def _refuse_other_methods(found: Sequence[Reactant]) -> None:
    """Refuse species whose files ask for another basis or method than the others'."""
    first, *others = found
    for one in others:
        for key, value in _method(one.spec).items():
            if value != _method(first.spec)[key]:
                raise InputError(
                    f"{first.label} and {one.label} differ in {key}: their energies cannot be"
                    " compared",
                    path=PATH,
                    hint=f"set {key} in the file of the reaction, which holds for all species",
                )


def _method(spec: RunSpec | None) -> dict[str, Any]:
    """What the runs of all species must have in common."""
    assert spec is not None
    assert spec.molecule is not None
    selections = look_up_parts(spec).selections()
    shared = {key: value for key, value in selections.items() if key != "active_space"}
    return {**shared, "basis": spec.molecule.basis, "orbitals": spec.orbitals.name}


def compute_reaction(
    reaction: Reaction,
    run: Callable[[RunSpec, MeanFields], RunRecord],
    most_operations: float = MAX_OPERATIONS,
) -> ReactionRecord:
    """Run every species, and judge the difference.

    Args:
        reaction: The reaction.
        run: Function that runs a spec with known mean fields.
        most_operations: Largest cost of CCSD(T) of all electrons, floating-point operations.

    Raises:
        InputError: The active spaces of the sides do not match.
        VqeError: A run failed.
    """
    known = MeanFields()
    found = [
        Species(one.label, one.coefficient, one.spec, known)
        for one in reaction.species
        if one.spec is not None
    ]
    require_match(found, reaction.free_electrons)
    parts = []
    for one in found:
        record = run(one.spec, known)
        parts.append(Computed(one, record, energies_of(one, record, most_operations)))
    return _record(reaction, Difference(tuple(parts)))


def _record(reaction: Reaction, found: Difference) -> ReactionRecord:
    levels = {level: _level(found, level) for level in LEVELS}
    best = levels[found.levels.best].model_copy(update={"method": found.levels.best_method})
    return ReactionRecord(
        name=reaction.name,
        equation=reaction.equation,
        best=best,
        levels=tuple(levels.values()),
        standard_error_hartree=found.standard_error,
        active_spaces=found.spaces,
        checks=found.own_checks,
        caveats=found.doubts,
        notes=tuple(_notes(reaction, found)),
        species=tuple(part.record() for part in found.parts),
        verdict=found.verdict,
        provenance=provenance(),
    )


def _level(found: Difference, level: str) -> LevelRecord:
    energy = found.energy(level)
    method = LEVELS[level]
    if level == "corrected" and found.levels.correction is not None:
        method = found.levels.correction
    return LevelRecord(
        level=level or "vqe",
        method=method,
        energy_hartree=energy,
        energy_ev=None if energy is None else HARTREE_IN_EV * energy,
        energy_kcal_per_mol=None if energy is None else HARTREE_IN_KCAL_PER_MOL * energy,
    )


def _notes(reaction: Reaction, found: Difference) -> Iterator[str]:
    """Spins, and the notes of all runs."""
    reactants, products = (list(_each(side)) for side in reaction.sides)
    told = " → ".join(
        " + ".join(str(one.multiplicity) for one in side) for side in (reactants, products)
    )
    yield f"multiplicities 2S+1: {told}"
    changed = spin_note(reactants, products)
    if changed is not None:
        yield changed
    yield from found.notes()


def _each(side: Iterable[Reactant]) -> Iterator[Composition]:
    """Compositions of species with electrons, each as often as it reacts."""
    return chain.from_iterable(
        [one.composition] * abs(one.coefficient) for one in side if not one.composition.is_proton
    )
