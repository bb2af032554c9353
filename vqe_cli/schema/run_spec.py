"""The models of the input file: they check form and units, not chemistry.

Names of selectable parts are kept as written; `vqe_cli.parts` looks them up.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import (
    Field,
    PrivateAttr,
    create_model,
    field_validator,
    model_validator,
)

from vqe_cli._core.kinds import KINDS, PARTS, Kind
from vqe_cli._core.resources import Memory, bytes_of
from vqe_cli._core.units import HARTREE
from vqe_cli._core.validation import Frozen, InputPart, SpecError
from vqe_cli.errors import InputError
from vqe_cli.schema.hamiltonian_spec import MODELS_OF_ELECTRONS, HamiltonianSpec, listed_model
from vqe_cli.schema.molecule_spec import MoleculeSpec, Name
from vqe_cli.schema.selection import NONE, Selection, canonical, name_of
from vqe_cli.schema.source import Source
from vqe_cli.schema.surroundings import EnvironmentSpec, SolventSpec, Surroundings

M = TypeVar("M", bound=Frozen)


UNNAMED = "unnamed"
"""Title of a run whose input has no name."""

PROBLEMS = ("molecule", "hamiltonian", "fcidump")
"""Keys of which an input has exactly one."""

_MAY_BE_NONE = (
    "active_space", "states", "orbitals", "properties", "restarts", "forces", "max_evaluations",
    "max_shots", *PROBLEMS,
)  # fmt: skip
"""Keys that ``none`` leaves out, besides parts that have an entry or a meaning of that name."""

_WITHOUT: dict[str, Any] = {"restarts": 0, "forces": False}
"""What ``none`` means where it is not the default."""

SOLVERS_FROM_THE_START = ("sqd",)
"""Solvers that use the initial parameters unless an optimiser is named."""


STATE_METHOD = KINDS["state-method"].default
"""Name of the default method of excited states."""


class FcidumpSpec(InputPart):
    """Integrals from an FCIDUMP, TREXIO or Molden file; charge and multiplicity follow from it."""

    name: Name | None = Field(default=None, description="The name in tables.")
    file: str = Field(description="The FCIDUMP, TREXIO or Molden file, relative to the input file.")
    orbitals: Literal["canonical", "as-given"] = Field(
        default="canonical",
        description="canonical: rotated to the lowest Hartree-Fock determinant of the integrals. "
        "as-given: the first orbitals are the occupied ones.",
    )
    sha256: str | None = Field(
        default=None, description="SHA-256 checksum of the file, filled in when it is read."
    )


class InitialSpec(InputPart):
    """The initial parameters."""

    name: Literal["auto", "zeros", "mp2", "ccsd", "random", "ramp"] = Field(
        default="auto",
        description="Method of the initial parameters. auto: mp2 for excitation ansätze, ramp for "
        "qaoa and hva, random for other circuits. ramp: angles that rise and fall linearly.",
    )
    file: str | None = Field(
        default=None, description="A record of `vqe run -o`, or a JSON list of numbers."
    )
    values: tuple[float, ...] | None = Field(default=None, description="The parameters themselves.")
    scale: float | None = Field(
        default=None,
        gt=0,
        le=10,
        description="Largest absolute value of random parameters, radians. "
        "Default: π for circuits; 0.3 for excitations, which start near the reference determinant.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, list):
            return {"values": tuple(value)}
        if isinstance(value, dict) and isinstance(value.get("values"), list):
            return {**value, "values": tuple(value["values"])}
        return value


class OrbitalsSpec(InputPart):
    """The orbitals that carry the state."""

    name: Literal["mean-field", "optimised"] = Field(
        default="mean-field",
        description="mean-field: those of Hartree-Fock. optimised: those with the lowest energy of "
        "the ansatz, found from these by CASSCF; `active_space` chooses where it starts.",
    )
    max_cycles: int = Field(
        default=100, ge=1, le=10_000, description="Maximum number of steps of the orbitals."
    )
    starts: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="Number of starts, of which the lowest is kept: the orbitals of the active "
        "space, those of CASSCF, and CASSCF's rotated at random.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        found = {"name": value} if isinstance(value, str) else value
        if isinstance(found, dict) and str(found.get("name")).lower() == "optimized":
            return {**found, "name": "optimised"}
        return found


class StatesSpec(Frozen):
    """Excited states above the state of the run."""

    number: int = Field(
        ge=1, le=200, description="Number of states, the state of the run included."
    )
    method: Selection = Field(
        default=Selection(name=STATE_METHOD), description="The method of the excited states."
    )
    multiplicity: int | None = Field(
        default=None,
        ge=1,
        le=9,
        description="Multiplicity 2S+1 of the excited states. Default: any, as far as states have "
        "the electrons' Sz.",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return {"number": value}
        if not isinstance(value, dict):
            raise SpecError("must be a number of states, or a mapping with 'number'")
        method = value.get("method")
        if isinstance(method, dict) and "name" not in method:
            method = {"name": STATE_METHOD, **method}
        if method is None:
            return value
        return {**value, "method": canonical(KINDS["state-method"], method)}


def _selecting(model: type[M]) -> type[M]:
    """The model with a field for each part of a run in the table of kinds."""
    selected: dict[str, Any] = {key: _field_of(kind) for key, kind in PARTS.items()}
    return create_model(model.__name__, __base__=model, __module__=model.__module__, **selected)


def _field_of(kind: Kind) -> tuple[Any, Any]:
    """Type and field of a part; the default is None if it depends on the problem."""
    if kind.default_for_qubits is not None:
        return Selection | None, Field(default=None, description=kind.description)
    return Selection, Field(default=Selection(name=kind.default), description=kind.description)


@_selecting
class SelectedParts(Frozen):
    """The problem and the selected entries: one field for every row of `PARTS`."""

    molecule: MoleculeSpec | None = Field(default=None, description="A molecule ...")
    hamiltonian: HamiltonianSpec | None = Field(
        default=None, description="... or a qubit Hamiltonian or model ..."
    )
    fcidump: FcidumpSpec | None = Field(default=None, description="... or integrals from a file.")

    def selection(self, key: str) -> Selection:
        """The selected entry of a kind, or its default.

        Args:
            key: Key of the kind in the input: ``active_space``.
        """
        selected: Selection | None = getattr(self, key)
        return selected or Selection(name=PARTS[key].default_entry(qubits=self.of_qubits))

    @property
    def of_qubits(self) -> bool:
        """Whether the problem is one of qubits, which has no electrons."""
        return self.hamiltonian is not None and not self.hamiltonian.of_electrons


class RunSpec(SelectedParts):
    """The input of one run: problem, method and exact energy for comparison."""

    orbitals: OrbitalsSpec = Field(
        default=OrbitalsSpec(), description="Orbitals of Hartree-Fock, or optimised ones."
    )
    correction: tuple[Selection, ...] | None = Field(
        default=None,
        description="Correlation outside the active space, added to the energy: a name, a mapping "
        "or a list.",
    )
    solvent: SolventSpec | None = Field(
        default=None, description="An implicit solvent: a name, or a mapping; none is vacuum."
    )
    environment: EnvironmentSpec | None = Field(
        default=None, description="Point charges around the molecule: {charges: FILE}."
    )
    initial: InitialSpec = Field(
        default=InitialSpec(name="auto"), description="The initial parameters."
    )
    forces: bool = Field(default=False, description="Whether to compute the forces on the nuclei.")
    states: StatesSpec | None = Field(
        default=None,
        description="Excited states: their number with the state of the run, or a mapping.",
    )
    restarts: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="Number of further random starts; the lowest result is kept. Default: 3 if the "
        "first start is random and energies are exact, 2 if an unrestricted determinant lies below "
        "the reference determinant, else 0.",
    )
    seed: int = Field(
        default=7, ge=0, lt=2**31, description="The seed of all random numbers of the run."
    )
    properties: tuple[Selection, ...] = Field(
        default=(),
        description="Properties that are computed beside the energy, such as ionization-energy; "
        "`vqe list property` shows them.",
    )
    max_evaluations: int | None = Field(
        default=None,
        ge=1,
        description="Largest number of energies and gradients of the search, which then stops.",
    )
    max_shots: int | None = Field(
        default=None,
        ge=1,
        description="Largest number of shots of the search, which then stops; the final energy "
        "takes more.",
    )
    max_memory: str | None = Field(
        default=None,
        description="Memory limit, e.g. 4 GB; larger runs are refused. "
        "Default: 80 % of the free memory.",
    )

    _source: Source = PrivateAttr(default_factory=Source)

    @model_validator(mode="before")
    @classmethod
    def _fill_in_names(cls, value: Any) -> Any:
        """Fill in the default name of a mapping without one: ``optimizer: {maxiter: 10}``."""
        if not isinstance(value, dict):
            return value
        if "reaction" in value:
            raise SpecError("this is a reaction", "vqe reaction FILE computes it", ("reaction",))
        value = _without_empty(value, cls.model_fields)
        value = {
            key: canonical(PARTS[key], part) if key in PARTS else part
            for key, part in value.items()
        }
        hamiltonian = value.get("hamiltonian")
        model = hamiltonian.get("model") if isinstance(hamiltonian, dict) else None
        qubits = "hamiltonian" in value and listed_model(model) not in MODELS_OF_ELECTRONS
        defaults = {key: kind.default_entry(qubits=qubits) for key, kind in PARTS.items()}
        if name_of(value.get("solver")) in SOLVERS_FROM_THE_START:
            value = {"optimizer": "none", **value}
        return {
            key: {"name": defaults[key], **part}
            if key in defaults and isinstance(part, dict) and "name" not in part
            else part
            for key, part in value.items()
        }

    @field_validator("correction", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        """A list of one entry, or of several; None for the name none."""
        found = list(value) if isinstance(value, (list, tuple)) else [value]
        found = [canonical(KINDS["correction"], one) for one in found]
        return None if found in ([], ["none"], [{"name": "none"}], [None]) else tuple(found)

    @field_validator("properties", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return tuple(canonical(KINDS["property"], one) for one in value)

    @field_validator("solvent", "environment", mode="before")
    @classmethod
    def _none_is_vacuum(cls, value: Any) -> Any:
        return None if isinstance(value, str) and value.lower() == NONE else value

    @field_validator("max_memory", mode="before")
    @classmethod
    def _is_an_amount(cls, value: Any) -> Any:
        if value is not None and bytes_of(str(value)) is None:
            raise SpecError(f"'{value}' is not an amount of memory", "write 500 MB or 4 GB")
        return None if value is None else str(value)

    @property
    def has_own_unit(self) -> bool:
        """Whether energies of the problem are in a unit of its own, not in Hartree."""
        found = self.hamiltonian
        default = HARTREE if found is None or found.model is None else None
        return found is not None and (found.unit or default) != HARTREE

    def refuse_own_unit(self, what: str) -> None:
        """Refuse a problem with a unit of its own where everything is told in Hartree.

        Args:
            what: What is told in Hartree, a plural.

        Raises:
            InputError: Energies of the problem are not in Hartree.
        """
        if self.has_own_unit:
            raise InputError(
                f"{what} are told in Hartree, and this problem has a unit of its own",
                path=("hamiltonian", "unit"),
                hint=f"--set hamiltonian.unit={HARTREE} takes its numbers for Hartree",
            )

    @property
    def memory(self) -> Memory:
        """How much memory the run may plan for."""
        return Memory(None if self.max_memory is None else bytes_of(self.max_memory))

    @model_validator(mode="after")
    def _one_problem(self) -> RunSpec:
        given = [key for key in PROBLEMS if getattr(self, key)]
        if len(given) != 1:
            raise SpecError(
                "the input needs exactly one of molecule, hamiltonian and fcidump, not "
                + (" and ".join(given) or "none"),
                "`vqe init NAME` writes a file to start from",
            )
        return self

    @model_validator(mode="after")
    def _surroundings_of_a_molecule(self) -> RunSpec:
        for key in ("solvent", "environment"):
            if getattr(self, key) is not None and self.molecule is None:
                kind = "a qubit Hamiltonian" if self.hamiltonian else "an FCIDUMP file"
                raise SpecError(
                    f"'{key}' needs the positions of atoms, which {kind} does not have",
                    f"leave '{key}' out",
                    (key,),
                )
        if self.solvent is not None and self.environment is not None:
            raise SpecError(
                "a solvent and point charges exclude each other: the models of solvents are not"
                " polarised by such charges",
                "leave one of them out",
                ("solvent",),
            )
        if self.environment is not None and self.molecule is not None:
            self._refuse_arbitrary_places(self.molecule)
        return self

    @staticmethod
    def _refuse_arbitrary_places(molecule: MoleculeSpec) -> None:
        """Refuse coordinates made from SMILES among point charges that have coordinates."""
        if molecule.geometry.smiles is not None:
            raise SpecError(
                "point charges need a molecule with coordinates among them; those made from SMILES"
                " lie anywhere",
                "give an .xyz file or coordinates in the frame of the charges",
                ("environment", "charges"),
            )

    @property
    def surroundings(self) -> Surroundings:
        """What is around the molecule."""
        return Surroundings(solvent=self.solvent, environment=self.environment)

    @property
    def has_responding_solvent(self) -> bool:
        """Whether the solvent is polarised by the state of the ansatz."""
        return self.solvent is not None and self.solvent.self_consistent

    @property
    def source(self) -> Source:
        """The origins of the values."""
        return self._source

    @property
    def title(self) -> str:
        """The name of the run in tables."""
        problem = self.molecule or self.hamiltonian or self.fcidump
        model = self.hamiltonian.model if self.hamiltonian else None
        return (problem.name if problem else None) or self._source.stem or model or UNNAMED

    def relative_to_source(self, name: str) -> Path:
        """A path of the input, relative to the folder of the input file."""
        return self._source.folder / name


def _without_empty(data: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The input without the keys that are empty, null or ``none``, which have their defaults.

    A default that does not mean none is replaced: there is no exact energy, and no restart.

    Args:
        data: The unchecked input.
        known: The keys of an input; others stay, to be refused.
    """
    empty = {key for key, value in data.items() if value is None and key in known}
    none = {key for key in _MAY_BE_NONE if _is_none(data.get(key))}
    kept = {key: value for key, value in data.items() if key not in empty | none}
    for key in PROBLEMS:
        if key in empty and not kept.keys() & set(PROBLEMS):
            raise SpecError(f"'{key}' is empty", "write its keys below it, indented", (key,))
    without = {key: value for key, value in _WITHOUT.items() if key in none}
    if "reference" in empty:
        without["reference"] = NONE
    return {**kept, **without}


def _is_none(value: Any) -> bool:
    """Whether a value is the word ``none``, in any case."""
    return isinstance(value, str) and value.strip().lower() == NONE


def locate(error: InputError, source: Source) -> InputError:
    """The error with flag, or file and line, added if it has only keys of the input."""
    if error.where is None:
        own = source.describe(error.path, error.line_offset)
        flags = [flag for path in error.also if (flag := source.flag(path)) is not None]
        is_flag = own is not None and own.startswith("--")
        error.where = flags[0] if flags and not is_flag else own
    return error
