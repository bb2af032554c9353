"""Reactions as they stand in an input file, balanced before anything is computed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vqe_cli._core.validation import input_error
from vqe_cli.chemistry.geometry.coordinates import atoms, protons
from vqe_cli.chemistry.molecule import check_electrons
from vqe_cli.errors import InputError, VqeError
from vqe_cli.errors import Path as KeyPath
from vqe_cli.parts import look_up_parts
from vqe_cli.properties.differences.balance import (
    FREE_ELECTRON,
    PATH,
    Composition,
    refuse_imbalance,
)
from vqe_cli.schema import RunSpec, locate, spec_from_data
from vqe_cli.schema.files import load_data, read_input
from vqe_cli.schema.reaction_spec import OF_SPECIES, ReactionSpec, SpeciesSpec
from vqe_cli.schema.source import Source
from vqe_cli.variational.early_refusals import refuse_early

OF_INTEGRALS = ("basis", "ecp", "density_fitting", "relativity")
"""Keys of `molecule` on which the integrals of all species depend."""


@dataclass(frozen=True)
class Reactant:
    """A reactant or product, as understood.

    Args:
        coefficient: Stoichiometric coefficient, positive for products, negative for reactants.
        label: Its name.
        composition: Its atoms, charge and spin.
        spec: Spec of its run; None for a proton or an electron, which have no energy.
        path: Keys that lead to it in the file.
    """

    coefficient: int
    label: str
    composition: Composition
    spec: RunSpec | None
    path: KeyPath = PATH

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
    for one in found.species:
        if one.spec is not None:
            with _about(one.label, source, one.path):
                refuse_early(one.spec, look_up_parts(one.spec))
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
        return Reactant(sign * one.count, one.name or "e-", FREE_ELECTRON, None, path)
    with _about(one.file or _label(one), source, path):
        try:
            spec = spec_from_data(_data(one, settings, source.folder), Source(source.file))
            assert spec.molecule is not None
            composition = Composition.of(spec.molecule)
            if not (spec.molecule.geometry.is_structure or composition.is_proton):
                check_electrons(protons(atoms(spec.molecule)), spec.molecule)
            look_up_parts(spec)
        except InputError as error:
            if one.smiles is not None and error.hint is None:
                error.hint = "a file is {file: NAME}, coordinates are {geometry: ...}"
            raise
    proton = composition.is_proton
    return Reactant(sign * one.count, _label(one), composition, None if proton else spec, path)


@contextmanager
def _about(label: str, source: Source, path: KeyPath) -> Iterator[None]:
    """Add the species, with its place in the file, to errors."""
    try:
        yield
    except VqeError as error:
        error.message = f"{label}: {error.message}"
        if isinstance(error, InputError):
            error.where = source.describe(path)
        raise


def _label(one: SpeciesSpec) -> str:
    if one.name is not None:
        return one.name
    if one.file is not None:
        return Path(one.file).stem
    return one.smiles or _formula(one.geometry or "?", one.charge or 0)


def _formula(geometry: str, charge: int) -> str:
    """Symbols in the order of the geometry with their numbers, and the charge: ``H2+``."""
    lines = [line.split() for line in re.split(r"[\n;]", geometry)]
    counts = Counter(words[0] for words in lines if words)
    formula = "".join(f"{symbol}{count if count > 1 else ''}" for symbol, count in counts.items())
    size = str(abs(charge)) if abs(charge) > 1 else ""
    return f"{formula}{size}{'+' if charge > 0 else '-'}" if charge else formula


def _data(one: SpeciesSpec, settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The input of the run of a species: its own molecule, and the settings of all."""
    own, common = _own(one, folder), dict(settings.get("molecule") or {})
    molecule = {**own.get("molecule", {}), **common, "name": _label(one)}
    given = {"charge": one.charge, "multiplicity": one.multiplicity, "units": one.units}
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
    expected = _method(first.spec)
    for one in others:
        method = _method(one.spec)
        for key in (*expected, *(key for key in method if key not in expected)):
            if method.get(key) != expected.get(key):
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
    of_integrals = {key: getattr(spec.molecule, key) for key in OF_INTEGRALS}
    return {**shared, **of_integrals, "orbitals": spec.orbitals.name}
