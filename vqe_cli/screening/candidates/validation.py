"""Validation of a candidate: its identity, and whether it may be run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from pydantic import Field, ValidationError, field_validator

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.validation import Frozen, SpecError, input_error
from vqe_cli.chemistry.geometry.structures.formula import hill_formula
from vqe_cli.errors import InputError, ResourceLimitError, VqeError
from vqe_cli.fermions.atoms import Atoms
from vqe_cli.schema import MoleculeSpec
from vqe_cli.schema.basis import in_one_spelling
from vqe_cli.screening.model import Candidate, Failure, ValidatedCandidate

OWN_KEYS = ("basis", "ecp", "structure", "symmetry", "scf")
"""Keys of the molecule section that a candidate may set for itself."""

IDENTITY_DIGITS = 4
"""Decimals of coordinates in Ångström that distinguish two geometries."""


class Caps(Frozen):
    """Limits on candidates, and changes made before validation."""

    max_atoms: int = Field(
        default=200, ge=1, description="Largest number of atoms, hydrogens included."
    )
    max_heavy_atoms: int | None = Field(
        default=None, ge=1, description="Largest number of atoms, hydrogens excluded."
    )
    max_characters: int = Field(
        default=2000, ge=1, le=2000, description="Largest number of characters in a SMILES."
    )
    elements: tuple[str, ...] | None = Field(
        default=None, description="Symbols of the allowed elements. Default: all."
    )
    neutralise: bool = Field(
        default=False,
        description="Add or remove protons to neutralise molecules as far as possible; "
        "candidates given by coordinates alone are not changed.",
    )

    @field_validator("elements", mode="before")
    @classmethod
    def _as_symbols(cls, value: Any) -> Any:
        from vqe_cli.chemistry.geometry.coordinates import is_element

        if not isinstance(value, (list, tuple)):
            return value
        for symbol in value:
            if not is_element(symbol):
                raise SpecError(f"'{symbol}' is not an element", "write symbols: [H, C, N, O]")
        return tuple(value)


def validate(candidate: Candidate, caps: Caps) -> ValidatedCandidate:
    """Validate a candidate without computing anything.

    RDKit may hang or crash on unusual input; campaigns therefore call this in a child.

    Args:
        candidate: Candidate as read.
        caps: Limits on candidates.

    Returns:
        The validated candidate, with a failure where it will not be run.
    """
    if candidate.failure is not None:
        return not_validated(candidate, candidate.failure)
    try:
        found = _identified(candidate, caps)
    except VqeError as error:
        return not_validated(candidate, Failure.model_validate(_plain(error)))
    return found.model_copy(update={"failure": _exceeded(found, caps)})


def _identified(candidate: Candidate, caps: Caps) -> ValidatedCandidate:
    if candidate.smiles is not None:
        return _of_molecule(candidate, {"geometry": {"smiles": candidate.smiles}}, (), caps)
    if candidate.molfile is not None:
        return _of_molecule(candidate, {"geometry": {"molfile": candidate.molfile}}, (), caps)
    data = candidate.input or {}
    if not isinstance(data.get("molecule"), dict):
        hint = "a campaign takes molecules; `vqe run` takes Hamiltonians and FCIDUMP files"
        raise InputError("the input has no molecule", hint=hint)
    if "properties" in data:
        message = "'properties' are those of the campaign, not of a candidate"
        raise InputError(message, hint="remove the key, or move it to the settings")
    own = {
        key: in_one_spelling(value) if key in ("basis", "ecp") else value
        for key, value in data["molecule"].items()
        if key in OWN_KEYS
    }
    said = [key for key in data if key != "molecule"] + [f"molecule.{key}" for key in own]
    notes = (f"its own settings: {', '.join(said)}",) if said else ()
    found = _of_molecule(candidate, data["molecule"], notes, caps)
    return found.model_copy(update={"molecule": {**own, **(found.molecule or {})}})


def _refuse_long(smiles: str, caps: Caps) -> None:
    if len(smiles) > caps.max_characters:
        raise ResourceLimitError(
            f"the SMILES has {len(smiles):,} characters, at most {caps.max_characters:,} are read"
        )


def _of_molecule(
    candidate: Candidate, section: dict[str, Any], notes: tuple[str, ...], caps: Caps
) -> ValidatedCandidate:
    try:
        molecule = MoleculeSpec.model_validate(section)
    except ValidationError as error:
        raise input_error(error, MoleculeSpec, ("molecule",)) from None
    if molecule.geometry.smiles is not None:
        _refuse_long(molecule.geometry.smiles, caps)
    if molecule.geometry.is_structure:
        return _of_structure(candidate, molecule, notes, caps.neutralise)
    found = _of_coordinates(candidate, molecule, notes)
    if not (caps.neutralise and found.charge):
        return found
    stays = f"charge {found.charge:+d} stays: coordinates do not tell where protons belong"
    return found.model_copy(update={"notes": (*found.notes, stays)})


def _of_structure(
    candidate: Candidate, molecule: MoleculeSpec, notes: tuple[str, ...], neutralise: bool
) -> ValidatedCandidate:
    from vqe_cli.chemistry.geometry.coordinates import refuse_impossible
    from vqe_cli.chemistry.geometry.structures import structure_of
    from vqe_cli.chemistry.geometry.structures.neutralise import neutralised
    from vqe_cli.chemistry.geometry.structures.reading import without_names
    from vqe_cli.chemistry.molecule import check_electrons

    structure, told = structure_of(molecule, parent_only=True)
    if neutralise:
        spin = structure.multiplicity
        structure = neutralised(structure)
        structure = structure if "multiplicity" in told else structure.with_multiplicity(spin)
    charge, multiplicity, text = structure.charge, structure.multiplicity, structure.smiles
    changes = {"charge": charge, "multiplicity": multiplicity}
    check_electrons(structure.protons, molecule.model_copy(update=changes))
    geometry: dict[str, str] = {"smiles": text}
    names = (*candidate.doubts, *(check.name for check in structure.doubts))
    doubts = tuple(dict.fromkeys(names))
    identity = f"smiles:{text} {multiplicity}"
    if structure.positions:
        # Given coordinates are part of the identity: another conformer is not a duplicate.
        geometry = {"molfile": without_names(structure.molfile or "")}
        positions = structure.molecule.GetConformer().GetPositions()
        refuse_impossible(Atoms(structure.symbols, positions), ("molecule", "geometry"))
        identity = _identity(structure.symbols, positions, charge, multiplicity)
    facts = " and ".join(f"{key} {changes[key]}" for key in told)
    more = (f"{facts} from the structure",) if told else ()
    return ValidatedCandidate(
        candidate=candidate,
        molecule={
            "geometry": geometry,
            "charge": charge,
            "multiplicity": multiplicity,
            **_stated_units(molecule),
        },
        identity=_doubted(identity, doubts),
        smiles=text,
        formula=structure.formula,
        atoms=len(structure.symbols),
        heavy_atoms=structure.heavy_atoms,
        electrons=structure.protons - charge,
        charge=charge,
        multiplicity=multiplicity,
        notes=(*candidate.notes, *notes, *more, *structure.remarks),
        doubts=doubts,
        metals_left=structure.metals_left,
    )


def _of_coordinates(
    candidate: Candidate, molecule: MoleculeSpec, notes: tuple[str, ...]
) -> ValidatedCandidate:
    from vqe_cli.chemistry.geometry.coordinates import protons, read_atoms
    from vqe_cli.chemistry.molecule import check_electrons

    found, remarks = read_atoms(molecule.geometry, molecule.units)
    notes = (*candidate.notes, *remarks, *notes)
    electrons = protons(found) - molecule.charge
    stated = molecule.model_fields_set
    changes: dict[str, Any] = {}
    if "multiplicity" not in stated:
        changes["multiplicity"] = 1 + electrons % 2
    molecule = molecule.model_copy(update=changes)
    check_electrons(protons(found), molecule)
    assumed = [key for key in ("charge", "multiplicity") if key not in stated]
    told = " and ".join(f"{key} {getattr(molecule, key)}" for key in assumed)
    more = (f"{told} assumed: the input does not say",) if told else ()
    geometry = molecule.geometry.model_dump(exclude_none=True)
    charge, multiplicity = molecule.charge, molecule.multiplicity
    return ValidatedCandidate(
        candidate=candidate,
        molecule={
            "geometry": geometry,
            "charge": charge,
            "multiplicity": multiplicity,
            **_stated_units(molecule),
        },
        identity=_doubted(
            _identity(found.labels, found.positions, charge, multiplicity),
            candidate.doubts,
        ),
        smiles=None,
        formula=hill_formula(found.symbols, charge),
        atoms=len(found),
        heavy_atoms=sum(symbol != "H" for symbol in found.symbols),
        electrons=electrons,
        charge=charge,
        multiplicity=multiplicity,
        notes=(*notes, *more),
        doubts=candidate.doubts,
    )


def _stated_units(molecule: MoleculeSpec) -> dict[str, str]:
    """The unit of length, if the input states it; distances are then taken at face value."""
    return {"units": molecule.units} if "units" in molecule.model_fields_set else {}


def _doubted(identity: str, doubts: Sequence[str]) -> str:
    """The identity with the doubts, which distinguish structures since their verdicts differ."""
    return " ".join((identity, *sorted(doubts)))


def _identity(labels: Sequence[str], positions: FloatArray, charge: int, multiplicity: int) -> str:
    """The identity of a geometry, whatever the order of its atoms."""
    lines = sorted(
        " ".join([label, *map(_rounded, position)])
        for label, position in zip(labels, positions.tolist(), strict=True)
    )
    text = "\n".join([*lines, f"{charge} {multiplicity}"])
    return f"geometry:{hashlib.sha256(text.encode()).hexdigest()}"


def _rounded(coordinate: float) -> str:
    """The rounded coordinate as text, without a negative zero."""
    return f"{round(float(coordinate), IDENTITY_DIGITS) + 0.0:.{IDENTITY_DIGITS}f}"


def _exceeded(found: ValidatedCandidate, caps: Caps) -> Failure | None:
    """The failure for a molecule beyond the limits; None within them."""
    atoms, heavy = found.atoms or 0, found.heavy_atoms or 0
    if atoms > caps.max_atoms:
        return _refused(f"{atoms} atoms, at most {caps.max_atoms} are allowed", "max_atoms")
    if caps.max_heavy_atoms is not None and heavy > caps.max_heavy_atoms:
        message = f"{heavy} atoms besides hydrogen, at most {caps.max_heavy_atoms} are allowed"
        return _refused(message, "max_heavy_atoms")
    if caps.elements is None:
        return None
    others = sorted(set(_elements(found.formula or "")) - set(caps.elements))
    if not others:
        return None
    allowed = ", ".join(caps.elements)
    return _refused(f"has {', '.join(others)}; allowed are {allowed}", "elements")


def _refused(message: str, key: str) -> Failure:
    return Failure(kind="refused", message=message, hint=f"raise {key} to allow it")


def _elements(formula: str) -> list[str]:
    return re.findall(r"[A-Z][a-z]?", formula)


def _plain(error: VqeError) -> dict[str, Any]:
    return {"kind": error.kind, "message": str(error), "hint": error.hint}


def not_validated(candidate: Candidate, failure: Failure) -> ValidatedCandidate:
    """A candidate whose validation failed.

    Args:
        candidate: Candidate as read.
        failure: Reason of the failure.
    """
    return ValidatedCandidate(
        candidate=candidate, molecule=None, identity=None, smiles=None, formula=None, atoms=None,
        heavy_atoms=None, electrons=None, charge=None, multiplicity=None, failure=failure,
    )  # fmt: skip
