"""A run with properties of its molecule: what campaigns compute of many, computed of one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from vqe_cli import pipeline
from vqe_cli._core.log import package_logger
from vqe_cli._core.redaction import redact
from vqe_cli.chemistry.geometry.coordinates import atoms
from vqe_cli.chemistry.geometry.structures import structure_of
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import InputError, InterruptedRunError, Path, VqeError, as_vqe_error
from vqe_cli.parts import Parts, located, resolved_spec
from vqe_cli.properties import Case, Finding, Property, is_verdict, refuse_other_references
from vqe_cli.properties.selection import ENERGY, chosen_properties
from vqe_cli.properties.units import without_unit
from vqe_cli.schema import MoleculeSpec, RunSpec
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import Measured, PropertyRecord, RunRecord, Verdict
from vqe_cli.variational.checks import verdict_of
from vqe_cli.variational.journal import Journal
from vqe_cli.variational.observers import Observer

LOG = package_logger(__name__)

RunOf = Callable[[RunSpec], RunRecord]
"""Runs another molecule, such as an ion, with the settings of the run."""

STRUCTURE = "structure"

SEVERITY: tuple[Verdict, ...] = ("pass", "warn", "fail")


def run(
    spec: RunSpec,
    *,
    parts: Parts | None = None,
    observer: Observer | None = None,
    journal: Journal | None = None,
    context: Context | None = None,
) -> RunRecord:
    """Run VQE, check the result, and compute the properties that the spec requests.

    A property that cannot be computed is recorded with its error, and the run stays.

    Args:
        spec: The run's spec.
        parts: The parts of the run, if they have been looked up already.
        observer: The observer, notified of the run's progress.
        journal: The journal of evaluations, from which an interrupted run can be resumed.
        context: The submitter of jobs and the cache of mean fields. Default: an empty context,
            which sends no jobs to real devices. Other molecules, such as ions, are run without
            them, and without observer and journal.

    Returns:
        The record of the run.

    Raises:
        VqeError: The run failed, or a property is unknown; `known` holds the results so far.
    """
    context = context or Context()
    properties = requested_properties(spec)
    record = pipeline.run(spec, parts=parts, observer=observer, journal=journal, context=context)
    if not properties:
        return record
    fields = context.mean_fields

    def run_other(other: RunSpec) -> RunRecord:
        return pipeline.run(other, context=Context(mean_fields=fields))

    return with_properties(record, spec, properties, run_other, fields)


def requested_properties(spec: RunSpec) -> tuple[Property, ...]:
    """The requested properties and those that they need, in the order of computation.

    Args:
        spec: The run's spec.

    Raises:
        InputError: A property or option is unknown, or the input has no molecule.
    """
    if not spec.properties:
        return ()
    with located(spec):
        if spec.molecule is None:
            message = "properties are those of a molecule; the input holds integrals or an operator"
            raise InputError(message, path=("properties",), hint="leave them out")
        found = chosen_properties([one.as_dict() for one in spec.properties])
        refuse_other_references(spec, found)
        _refuse_missing_atoms(spec, found)
        for entry in found:
            _refuse_undefined(entry, spec)
        return found


def _refuse_undefined(entry: Property, spec: RunSpec) -> None:
    """Refuse a property that the settings or the molecule do not allow."""
    try:
        entry.check_settings(spec)
        entry.check_molecule(spec)
    except InputError as error:
        error.path = error.path or _path(spec, entry)
        raise


def _refuse_missing_atoms(spec: RunSpec, properties: Sequence[Property]) -> None:
    """Refuse options that name atoms which the molecule does not have."""
    named = {number: entry for entry in properties for number in entry.numbered_atoms}
    if not named:
        return
    assert spec.molecule is not None
    count = _number_of_atoms(spec.molecule)
    for number, entry in named.items():
        if not 1 <= number <= count:
            raise InputError(
                f"{entry.name} names atom {number}; they run from 1 to {count}",
                path=_path(spec, entry),
            )


def _number_of_atoms(molecule: MoleculeSpec) -> int:
    """The number of atoms, without making coordinates of a structure."""
    if molecule.geometry.is_structure:
        return len(structure_of(molecule)[0].symbols)
    return len(atoms(molecule))


def _path(spec: RunSpec, entry: Property) -> Path:
    """The keys of a requested property in the input."""
    names = [one.name for one in spec.properties]
    return ("properties", names.index(entry.name)) if entry.name in names else ()


def with_properties(
    record: RunRecord,
    spec: RunSpec,
    properties: Sequence[Property],
    run_other: RunOf,
    mean_fields: MeanFields,
) -> RunRecord:
    """The record of a run with properties of its molecule, and with a check of each.

    Args:
        record: The record of the run.
        spec: Its spec, with a molecule.
        properties: The properties in the order of computation.
        run_other: Function that runs other molecules.
        mean_fields: The mean fields of the run.
    """
    asked = {one.name for one in spec.properties}
    molecule = _Molecule(record, spec, run_other, mean_fields)
    computed = [molecule.computed(entry) for entry in properties if molecule.lacks(entry, asked)]
    found = tuple(one for one in computed if one.name in asked)
    checks = (*record.checks, *(_check(one) for one in found if one.name != ENERGY))
    return record.model_copy(
        update={
            "properties": found,
            "checks": checks,
            "verdict": verdict_of(checks),
            "timings": {**record.timings, **{one.name: one.wall_s for one in computed}},
        }
    )


class _Molecule:
    """A molecule that has been run, and the properties that are known of it.

    The energy is known from the beginning: it is the run. Other properties get the molecule by its
    coordinates, as in campaigns, with the run's mean field.

    Args:
        record: The record of the run.
        spec: The run's spec.
        run_other: Function that runs other molecules.
        mean_fields: The mean fields of the run.
    """

    def __init__(
        self, record: RunRecord, spec: RunSpec, run_other: RunOf, mean_fields: MeanFields
    ) -> None:
        assert spec.molecule is not None
        self._written, self._run_other, self._fields = spec, run_other, mean_fields
        placed = mean_fields.placed(spec.molecule, spec.memory, spec.surroundings)
        self._spec = spec.model_copy(update={"molecule": placed, "properties": ()})
        self._run = record.model_copy(update={"spec": resolved_spec(self._spec)})
        self._records = {ENERGY: self._run.model_dump(mode="json", by_alias=True), STRUCTURE: {}}
        self._errors: dict[str, VqeError] = {}

    def lacks(self, entry: Property, asked: set[str]) -> bool:
        """Whether a property is not known from the run, or is asked for by name."""
        return entry.name in asked or entry.name not in self._records

    def computed(self, entry: Property) -> PropertyRecord:
        """The record of a property: its values, or its error."""
        start = time.perf_counter()
        LOG.info("property %s", entry.name)
        try:
            with located(self._written):
                finding = self._finding(entry)
        except InterruptedRunError:
            raise
        except Exception as found:
            error = self._errors[entry.name] = as_vqe_error(found)
            LOG.warning("%s failed: %s", entry.name, error.message)
            return _failed(entry, error, time.perf_counter() - start)
        self._records.setdefault(entry.name, finding.record)
        return _succeeded(entry, finding, time.perf_counter() - start)

    def _finding(self, entry: Property) -> Finding:
        for need in entry.needs:
            if need in self._errors:
                cause = self._errors[need]
                message = f"needs {need}, which failed: {cause.message}"
                raise type(cause)(message, hint=cause.hint)
        spec = self._written if entry.name == STRUCTURE else self._spec
        records = {need: self._records[need] for need in entry.needs}
        try:
            finding = entry.compute(Case(spec, records, self._of, self._fields))
        except InputError as error:
            error.path = error.path or _path(self._written, entry)
            raise
        for name, value in finding.values.items():
            if isinstance(value, float) and not math.isfinite(value):
                hint = "look at the geometry and the basis"
                raise VqeError(f"{name} came out as {value}", hint=hint)
        return finding

    def _of(self, spec: RunSpec) -> RunRecord:
        """The record of a run: this one's for the molecule itself."""
        return self._run if spec is self._spec else self._run_other(spec)


def _succeeded(entry: Property, finding: Finding, wall_s: float) -> PropertyRecord:
    verdicts = [value for name, value in finding.values.items() if is_verdict(name)]
    return PropertyRecord(
        name=entry.name,
        options=_options(entry),
        values={
            name: Measured(value=value, unit=without_unit(name)[1])
            for name, value in finding.values.items()
        },
        notes=finding.notes,
        verdict=max((one for one in SEVERITY if one in verdicts), key=SEVERITY.index, default=None),
        wall_s=wall_s,
        record={} if entry.name == ENERGY else finding.record,
    )


def _failed(entry: Property, error: VqeError, wall_s: float) -> PropertyRecord:
    hint = None if error.hint is None else redact(error.hint)
    told = {"kind": error.kind, "message": redact(str(error)), "hint": hint}
    return PropertyRecord(name=entry.name, options=_options(entry), error=told, wall_s=wall_s)


def _options(entry: Property) -> dict[str, Any]:
    return {key: value for key, value in entry.selection().items() if key != "name"}


def _check(found: PropertyRecord) -> Check:
    """The check of a property: its verdict; a warning if there are no values."""
    if found.error is not None:
        detail = f"not computed: {found.error['message']}"
        return Check(name=found.name, status="warn", hard=False, detail=detail)
    failed = [
        str(one.value)
        for name, one in found.values.items()
        if name.endswith("failed_checks") and one.value
    ]
    return Check(
        name=found.name, status=found.verdict or "pass", hard=True, detail="; ".join(failed)
    )
