"""The rows of a comparison: classical methods, and VQE under every variant of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqe_cli._core.kinds import KINDS
from vqe_cli._core.provenance import fingerprint
from vqe_cli._core.version import __version__
from vqe_cli.chemistry.problem import is_unrestricted
from vqe_cli.classical import CLASSICAL_METHODS, ClassicalMethod, refuse_restricted_methods
from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import MethodFamily
from vqe_cli.errors import InputError, did_you_mean
from vqe_cli.parts import (
    Parts,
    located,
    look_up_parts,
    named_parts,
    plain_spec,
    settings_of,
)
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.screening.candidates.variants import variants_of
from vqe_cli.screening.model import Limits, PropertyTask, Task
from vqe_cli.variational.combinations import refuse_combinations
from vqe_cli.variational.other_references import refuse_with_orbitals_of

CLASSICAL = ("hf", "mp2", "cisd", "ccsd", "ccsd-t", "fci")
"""Names of the classical methods of a comparison by default."""

CLASSICAL_FOR_QUBITS = ("numpy",)
"""The classical method for a qubit Hamiltonian by default."""

Selected = str | Mapping[str, Any]
"""A method by name, or by a mapping of name and options."""

VQE = "vqe"
"""Name of the rows of the grid among the methods."""

DEVICE = "device"
"""Name of tasks that estimate what the circuit of a variant needs on a device."""

PROBLEM = "problem"
"""Name of tasks that compute mean field and integrals, which all rows of a problem share."""

OF_PROBLEM = (
    "molecule", "hamiltonian", "fcidump", "active_space", "solvent", "environment",
)  # fmt: skip
"""Keys that change the problem: energies of different problems cannot be compared."""

OUTSIDE = ("reference", "correction", "forces", "states")
"""What a run computes beside its energy; the rows of a comparison leave it out."""

IN_NO_ROW = (*OUTSIDE, "properties")
"""Keys of the input that no row follows."""

SEMANTICS_VERSION = 3
"""Incremented when the same row gives another answer; kept rows are then computed again."""


@dataclass(frozen=True)
class PlannedRow:
    """One method with one seed, for one problem.

    Args:
        key: SHA-256 of everything the energy depends on.
        method: Name and options of the classical method; ``{"name": "vqe"}`` for VQE.
        label: The method as chemists write it.
        family: Classical or VQE.
        settings: Values of the grid's keys and the seed of VQE; a classical method's options.
        variant: Label of the settings without the seed.
        data: The input, for `spec_from_data`.
    """

    key: str
    method: dict[str, Any]
    label: str
    family: MethodFamily
    settings: dict[str, Any]
    variant: str
    data: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the classical method's entry; ``vqe`` for VQE."""
        return str(self.method["name"])

    @property
    def title(self) -> str:
        """The method with its variant, as progress tells it."""
        return self.label if self.name == DEVICE else name_of(self.label, self.variant)

    def task(self, title: str, limits: Limits, problem: str) -> Task:
        """The task of a worker.

        Args:
            title: Name of the problem.
            limits: Limits of one attempt.
            problem: Key of the problem.
        """
        wanted = PropertyTask(key=self.key, property=self.method)
        return Task(
            id=self.key,
            title=f"{title}: {self.title}",
            spec=self.data,
            properties=(wanted,),
            known={PROBLEM: {"key": problem}},
            limits=limits,
        )


@dataclass(frozen=True)
class PlannedProblem:
    """One problem and all of its rows.

    Args:
        name: Its name.
        spec: The input of the file, without the grid.
        resolved: The input as plain data with all defaults.
        rows: The rows.
        circuits: Estimates of what circuits need on a device, one for each variant of VQE.
        preparation: Mean field and integrals.
    """

    name: str
    spec: RunSpec
    resolved: dict[str, Any]
    rows: tuple[PlannedRow, ...]
    circuits: tuple[PlannedRow, ...]
    preparation: PlannedRow


def plan_problem(
    name: str,
    spec: RunSpec,
    methods: Sequence[Selected] | None,
    grid: Mapping[str, Any],
    seeds: int,
) -> PlannedProblem:
    """The rows of one problem; every name and option is checked here.

    Values of the grid that exclude each other cost only the row that has them, as long as another
    row of VQE is left.

    Args:
        name: Name of the problem.
        spec: The input.
        methods: Classical methods, by name or with options, and ``vqe`` for the grid; None for all
            that apply.
        grid: Lists of values by key of the input.
        seeds: Number of seeds of each variant of VQE, from that of the input on.

    Raises:
        InputError: A method, key or value is unknown, or values exclude each other.
    """
    with located(spec):
        parts = look_up_parts(spec)
    data = portable_data(spec, parts)
    by_default = CLASSICAL_FOR_QUBITS if spec.of_qubits else CLASSICAL
    given = (*by_default, VQE) if methods is None else methods
    chosen = tuple(_plain_vqe(one) for one in given)
    _refuse_repeated(chosen)
    if is_unrestricted(spec):
        refuse_restricted_methods([classical_method(one) for one in chosen if one != VQE])
    vqe = tuple(_vqe_rows(spec, data, chosen, grid, seeds))
    rows = (*_classical_rows(data, chosen), *vqe)
    circuits, preparation = tuple(_circuits(_possible(vqe))), _preparation(data)
    return PlannedProblem(name, spec, plain_spec(spec, parts), rows, circuits, preparation)


def left_out(spec: RunSpec) -> tuple[str, ...]:
    """Keys of an input with other values than by default that no row follows.

    Args:
        spec: The input.
    """
    fields = RunSpec.model_fields
    return tuple(
        key
        for key in IN_NO_ROW
        if getattr(spec, key) != fields[key].get_default(call_default_factory=True)
    )


def _preparation(data: dict[str, Any]) -> PlannedRow:
    """Mean field and integrals, with the orbitals of the mean field."""
    own = _of_classical(data)
    key, method = _key(PROBLEM, {"problem": _settings(own)}), {"name": PROBLEM}
    label = "mean field and integrals" if "hamiltonian" not in own else "qubit Hamiltonian"
    return PlannedRow(key, method, label, "classical", {}, "", own)


def _of_classical(data: dict[str, Any]) -> dict[str, Any]:
    """The input of the problem over the orbitals of the mean field."""
    own = {key: value for key, value in data.items() if key != "correction"}
    return {**own, "orbitals": "mean-field"}


def _possible(rows: Sequence[PlannedRow]) -> list[PlannedRow]:
    """The rows of VQE whose values go together.

    Raises:
        InputError: There are rows, but none whose values go together.
    """
    found, refusals = [], list[InputError]()
    for row in rows:
        spec = spec_from_data(row.data)
        try:
            with located(spec):
                parts = named_parts(spec)
                refuse_combinations(spec, parts)
                refuse_with_orbitals_of(spec, parts)
        except InputError as error:
            refusals.append(error)
        else:
            found.append(row)
    if refusals and not found:
        raise refusals[0]
    return found


def _classical_rows(data: dict[str, Any], chosen: Sequence[Selected]) -> Iterator[PlannedRow]:
    for one in chosen:
        if one == VQE:
            continue
        method = classical_method(one)
        given = {key: value for key, value in _mapping(one).items() if key != "name"}
        label = ", ".join(f"{key}={value}" for key, value in given.items())
        own = _of_classical(data)
        selection = method.selection()
        key = _key(method.name, {"method": selection, "problem": _settings(own)})
        yield PlannedRow(key, selection, method.label, "classical", given, label, own)


def _plain_vqe(selected: Selected) -> Selected:
    """A method with VQE as its bare name; its options are the input's."""
    given = _mapping(selected)
    if str(given.get("name")).lower() != VQE:
        return selected
    if len(given) > 1:
        options = [key for key in given if key != "name"]
        raise InputError(
            f"vqe has no option '{options[0]}' among the methods",
            path=("methods",),
            hint=f"write --grid {options[0]}=A,B or --set {options[0]}=A",
        )
    return VQE


def _mapping(selected: Selected) -> Mapping[str, Any]:
    return {"name": selected} if isinstance(selected, str) else selected


def classical_method(selected: Selected) -> ClassicalMethod:
    """A classical method by its name or with options; ``auto`` is none of its own.

    Args:
        selected: The name, or a mapping of name and options.

    Raises:
        InputError: There is no such method or option.
    """
    name = CLASSICAL_METHODS.canonical(str(_mapping(selected).get("name", "")))
    names = [known for known in CLASSICAL_METHODS.names() if known != "auto"]
    if name not in names:
        raise InputError(
            f"there is no method called '{name}'",
            path=("methods",),
            hint=_known_methods(name, [*names, VQE]),
        )
    return CLASSICAL_METHODS.create(selected, ("methods",))


def _known_methods(name: str, known: Sequence[str]) -> str:
    """A hint with the names of all methods; an ansatz is a value of the grid."""
    ansatz = KINDS["ansatz"].registry.canonical(name)
    if ansatz in KINDS["ansatz"].registry.names():
        return f"it is an ansatz of vqe: --methods vqe --grid ansatz={ansatz}"
    hint = did_you_mean(name, known)
    return hint if hint.startswith("known") else f"{hint} known: {', '.join(known)}"


def _vqe_rows(
    spec: RunSpec,
    data: dict[str, Any],
    chosen: Sequence[Selected],
    grid: Mapping[str, Any],
    seeds: int,
) -> Iterator[PlannedRow]:
    if VQE not in chosen:
        if grid:
            raise InputError(
                "a grid is for VQE, which is not among the methods",
                path=("methods",),
                hint="add vqe to --methods",
            )
        return
    variants = variants_of(grid)
    _refuse_axes(grid, seeds)
    for variant in variants:
        for number in range(seeds):
            own = {key: value for key, value in data.items() if key not in OUTSIDE}
            own["reference"] = "none"
            for key, value in variant.overrides.items():
                own = with_value(own, key.split("."), value)
            seed = int(own.get("seed", spec.seed)) + number
            own["seed"] = seed
            settings = {**variant.overrides, "seed": seed}
            found = spec_from_data(own)
            with located(found):
                parts = named_parts(found)  # whose values may exclude each other
            key = _key(VQE, {"run": settings_of(found, parts)})
            label = f"{parts.solver.name.upper()}-{parts.ansatz.label or parts.ansatz.name}"
            yield PlannedRow(key, {"name": VQE}, label, "vqe", settings, variant.label, own)


def _circuits(rows: Sequence[PlannedRow]) -> Iterator[PlannedRow]:
    """One estimate for each variant; those of the same circuit and device have the same key."""
    for label, row in {row.variant: row for row in reversed(rows)}.items():
        settings = _settings(row.data)
        kept = (*OF_PROBLEM, "mapper", "ansatz", "backend")
        content = {key: settings[key] for key in kept if key in settings}
        key, method = _key(DEVICE, content), {"name": DEVICE}
        shown = f"{row.label} on a device"
        yield replace(row, key=key, method=method, label=shown, settings={}, variant=label)


def _settings(data: dict[str, Any]) -> dict[str, Any]:
    """The settings of an input with all defaults, checked."""
    found = spec_from_data(data)
    parts = look_up_parts(found)
    return settings_of(found, parts)


def portable_data(spec: RunSpec, parts: Parts) -> dict[str, Any]:
    """The input as plain data that another process understands, whatever its folder.

    Args:
        spec: The input.
        parts: Its parts.
    """
    data = plain_spec(spec, parts)
    if spec.max_memory is not None:
        data["max_memory"] = spec.max_memory
    if spec.fcidump is not None:
        path = Path(spec.source.folder / spec.fcidump.file).resolve()
        data["fcidump"] = {**data["fcidump"], "file": str(path)}
    return data


def with_value(data: dict[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """A copy of an input with one value set; a name on the way becomes a mapping with it.

    Args:
        data: The input as plain data.
        keys: The keys that lead to the value.
        value: The value.
    """
    first, *rest = keys
    if not rest:
        return {**data, first: value}
    inner = data.get(first, {})
    inner = {"name": inner} if isinstance(inner, str) else inner
    return {**data, first: with_value(dict(inner), rest, value)}


def _key(name: str, content: dict[str, Any]) -> str:
    version = {"version": __version__, "semantics": SEMANTICS_VERSION}
    return fingerprint({**version, "name": name, **content})


def _refuse_axes(grid: Mapping[str, Any], seeds: int) -> None:
    """Refuse keys that change the problem, that no energy depends on, or that set seeds twice."""
    for key in grid:
        first = key.split(".")[0]
        if first in OF_PROBLEM:
            message = f"'{key}' changes the problem: energies of different ones cannot be compared"
            hint = "give one FILE for each value"
        elif first in OUTSIDE:
            message = f"'{key}' changes no energy of a row"
            hint = "leave it out; classical methods are rows of their own: --methods"
        elif key == "seed" and seeds > 1:
            message = f"'{key}' is an axis of the grid, and each variant has {seeds} seeds"
            hint = "give --seeds, or seeds in the grid"
        else:
            continue
        raise InputError(message, path=("grid", key), hint=hint)


def _refuse_repeated(chosen: Sequence[Selected]) -> None:
    if not all(chosen):
        raise InputError("a method has no name", path=("methods",), hint="write --methods hf,fci")
    selections = [one if one == VQE else classical_method(one).selection() for one in chosen]
    for one, selection in zip(chosen, selections, strict=True):
        if selections.count(selection) > 1:
            raise InputError(f"'{one}' is listed twice", path=("methods",))
