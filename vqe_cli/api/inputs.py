"""The input of a run, from whatever a Python program has of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vqe_cli.api.changes import Changes, Override, overrides_of
from vqe_cli.api.plain_values import plain
from vqe_cli.api.record import RunRecord
from vqe_cli.api.variational_problem import VariationalProblem
from vqe_cli.api.wrong_inputs import (
    missing_file,
    refuse_fields_of_parts,
    refuse_geometry_by_name,
    refuse_text,
    wrong_input,
)
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec, records, spec_from_data
from vqe_cli.schema.files import input_again, load_data, override
from vqe_cli.schema.readers.shown_paths import STANDARD_INPUT
from vqe_cli.schema.record import is_record
from vqe_cli.schema.source import Source
from vqe_cli.schema.stored_records import stored_run

_Data = tuple[dict[str, Any], Source]
"""The unchecked data of an input, and the origins of their values."""

A_RECORD = Path("the record")
"""How a record that is no file is called in messages."""


@dataclass(frozen=True, eq=False)
class Given:
    """An input, and the mean field that was given with it.

    Args:
        spec: The input.
        mean_field: The mean field of PySCF; None for an input that leads to its own.
        known: Mean fields that are known already; None for none.
    """

    spec: RunSpec
    mean_field: Any = None
    known: MeanFields | None = None

    def context(self, context: Context | None) -> Context:
        """The context in which the mean field is known.

        Args:
            context: The context of the run; None for an empty one.

        Raises:
            InputError: The mean field does not fit the input.
            NotConvergedError: The mean field does not converge.
        """
        if context is not None and not isinstance(context, Context):
            raise InputError(
                f"{type(context).__name__} is no context", hint="context=vqe_cli.Context()"
            )
        context = context or Context(mean_fields=self.known or MeanFields())
        if self.mean_field is None:
            return context
        from vqe_cli.chemistry.scf.given_field import given_field

        assert self.spec.molecule is not None
        field = given_field(self.mean_field, self.spec.molecule, self.spec.memory)
        context.mean_fields.keep(self.spec.molecule, field)
        return context


def given_input(source: Any, changes: Changes, run: str | None = None) -> Given:
    """The input that a source and keywords define.

    Args:
        source: The path of a file that `vqe run` reads; a mapping as in an input file; a `RunSpec`;
            the record of a run; a molecule or a converged mean field of PySCF; Qiskit's
            `SparsePauliOp`; or None, if keywords define the molecule.
        changes: The keywords.
        run: The run in a record of several: its name, or its number from 1.

    Raises:
        InputError: The source or a keyword is wrong; the hint says what would be right.
        NotConvergedError: A given mean field is not converged.
    """
    overrides = overrides_of(changes)
    if isinstance(source, RunSpec) and not overrides:
        return Given(source)
    mean_field = source if _is_mean_field(source) else None
    if mean_field is not None:
        _refuse_other_molecule(overrides)
    data, origins = _data_of(source, run)
    override(data, origins, overrides)
    if isinstance(grown := changes.get("ansatz"), records.RunRecord):
        _start_where(grown, data)
    if source is None and not data.keys() & {"molecule", "hamiltonian", "fcidump"}:
        raise wrong_input(source)
    refuse_geometry_by_name(data, origins)
    known = source.mean_fields if isinstance(source, VariationalProblem) else None
    return Given(spec_from_data(data, origins), mean_field, known)


def _start_where(grown: records.RunRecord, data: dict[str, Any]) -> None:
    """Start from the parameters of a grown ansatz, unless the input has a start of its own."""
    start = data.get("initial", "auto")
    name = start.get("name", "auto") if isinstance(start, Mapping) else start
    if name == "auto" and not (isinstance(start, Mapping) and start.keys() & {"values", "file"}):
        data["initial"] = {"values": list(grown.result.parameters)}


def _data_of(source: Any, run: str | None) -> _Data:
    """The unchecked data of a source, with the origins of their values."""
    if isinstance(source, (str, os.PathLike)):
        return _of_file(os.fspath(source), run)
    if run is not None:
        raise InputError("'run' chooses a run in a file", hint="leave it out")
    for fits, data_of in _SOURCES:
        if fits(source):
            return data_of(source)
    raise wrong_input(source)


def _of_file(name: Any, run: str | None) -> _Data:
    if not isinstance(name, str):
        raise wrong_input(name)
    name = os.path.expanduser(name)
    refuse_text(name)
    try:
        data, source = load_data(name, run=run)
    except InputError as error:
        if error.message != "no such file" or os.path.exists(name):
            raise
        raise missing_file(name, error) from None
    file = source.file
    is_file = file is not None and str(file) != STANDARD_INPUT
    return data, replace(source, file=file.absolute()) if is_file and file else source


def _of_spec(spec: RunSpec) -> _Data:
    data = spec.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    source = spec.source
    return data, replace(source, origins=dict(source.origins), remarks=list(source.remarks))


def _of_record(record: records.RunRecord) -> _Data:
    """The input of a recorded run; files that it names are beside its own or the record's."""
    origin = record._origin if isinstance(record, RunRecord) else None
    if isinstance(origin, RunSpec):
        return _of_spec(origin)
    return input_again(origin or stored_run(A_RECORD, record.model_dump(mode="json")))


def _refuse_other_molecule(overrides: Sequence[Override]) -> None:
    """Refuse changes of what a given mean field has been computed for."""
    for path, _, origin in overrides:
        others = path[0] in ("solvent", "environment", "hamiltonian", "fcidump")
        if others or (path[0] == "molecule" and path[1:2] != ("name",)):
            error = InputError(
                "the mean field that is given is that of its own molecule, basis and surroundings",
                hint="change them in PySCF, or give the molecule: vqe_cli.run(mf.mol, ...)",
            )
            error.where = origin
            raise error


def _of_mapping(given: Mapping[str, Any]) -> _Data:
    data = plain(given)
    if is_record(data):
        return input_again(stored_run(A_RECORD, data))
    refuse_fields_of_parts(data)
    return data, Source()


def _of_mean_field(mf: Any) -> _Data:
    from vqe_cli.chemistry.scf.given_field import mean_field_data

    return {"molecule": mean_field_data(mf)}, Source()


def _of_molecule(mol: Any) -> _Data:
    from vqe_cli.chemistry.scf.given_field import molecule_data

    return {"molecule": molecule_data(mol)}, Source()


def _of_pauli_sum(operator: Any) -> _Data:
    return {"hamiltonian": {"paulis": plain(operator.to_list())}}, Source()


def _is_mean_field(source: Any) -> bool:
    return _is_of(source, "pyscf.scf.hf", "SCF")


def _is_molecule(source: Any) -> bool:
    return _is_of(source, "pyscf.gto.mole", "MoleBase")


def _is_pauli_sum(source: Any) -> bool:
    return _is_of(source, "qiskit.quantum_info", "SparsePauliOp")


def _is_of(source: Any, module: str, name: str) -> bool:
    """Whether a source is of a class of a package, which is not imported for the question."""
    found = getattr(sys.modules.get(module), name, None)
    return isinstance(found, type) and isinstance(source, found)


_SOURCES: tuple[tuple[Callable[[Any], bool], Callable[[Any], _Data]], ...] = (
    (lambda one: one is None, lambda _: ({}, Source())),
    (lambda one: isinstance(one, RunSpec), _of_spec),
    (lambda one: isinstance(one, records.RunRecord), _of_record),
    (lambda one: isinstance(one, VariationalProblem), lambda one: _of_spec(one.spec)),
    (lambda one: isinstance(one, Mapping), _of_mapping),
    (_is_mean_field, _of_mean_field),
    (_is_molecule, _of_molecule),
    (_is_pauli_sum, _of_pauli_sum),
)
"""What a source can be besides a path, and how it becomes the data of an input."""
