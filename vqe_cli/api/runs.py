"""Reading, running and looking into inputs and records."""

from __future__ import annotations

import os
from typing import Any, Unpack

from vqe_cli.analysis import properties_of_run
from vqe_cli.api.changes import Changes
from vqe_cli.api.inputs import given_input
from vqe_cli.api.record import RunRecord
from vqe_cli.api.records import records_in
from vqe_cli.api.variational_problem import VariationalProblem
from vqe_cli.context import Context
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec
from vqe_cli.schema import records as schema_records
from vqe_cli.variational.journal import Journal
from vqe_cli.variational.observers import KeptProblem, Observer, Observers


def load(source: Any = None, /, *, run: str | None = None, **changes: Unpack[Changes]) -> RunSpec:
    """The checked input of a run, which `run` and `problem` take.

    Examples:
        >>> vqe_cli.load("h2.yaml", ansatz="uccsd", shots=4096)

    Args:
        source: The path of a file that `vqe run` reads; a mapping as in an input file; a `RunSpec`;
            the record of a run; a molecule of PySCF; Qiskit's `SparsePauliOp`; or None, if
            keywords define the molecule.
        run: The run in a record of several: its name, or its number from 1.
        changes: The flags of `vqe run` as keywords, with underscores; keys of an input file; and
            ``set={"optimizer.maxiter": 200}`` for any field.

    Raises:
        InputError: The source or a keyword is wrong; the hint says what would be right.
    """
    given = given_input(source, changes, run)
    if given.mean_field is not None:
        raise InputError(
            "an input has no orbitals, and those of the mean field would be lost",
            hint="vqe_cli.run(mf, ...) uses them; vqe_cli.load(mf.mol, ...) is the input alone",
        )
    return given.spec


def run(
    source: Any = None,
    /,
    *,
    observer: Observer | None = None,
    journal: Journal | None = None,
    context: Context | None = None,
    **changes: Unpack[Changes],
) -> RunRecord:
    """Run VQE, check the result, and compute the properties that the input requests.

    Examples:
        >>> vqe_cli.run("h2.yaml", ansatz="uccsd", shots=4096)
        >>> vqe_cli.run(smiles="O", active_space="frozen-core")
        >>> vqe_cli.run({"molecule": {"geometry": "H 0 0 0; H 0 0 0.74"}})
        >>> vqe_cli.run(mf, active_space={"name": "frontier", "electrons": 4, "orbitals": 4})

    Args:
        source: What `load` takes, or a converged RHF, ROHF, RKS or ROKS of PySCF, whose orbitals
            are then those of the run.
        observer: The observer, notified of the run's progress.
        journal: The journal of evaluations, from which an interrupted run can be resumed.
        context: The submitter of jobs, and the cache of mean fields, which several runs can share.
            Default: an empty context, which sends no jobs to real devices.
        changes: The keywords, as for `load`.

    Returns:
        The record of the run.

    Raises:
        InputError: The source or a keyword is wrong; the hint says what would be right.
        ResourceLimitError: The run would need more than is allowed.
        NotConvergedError: Orbitals or parameters did not converge.
        UnavailableError: A service, device or package is not available.
    """
    given, kept = given_input(source, changes), KeptProblem()
    observers = Observers([kept] if observer is None else [observer, kept])
    record = properties_of_run.run(
        given.spec, observer=observers, journal=journal, context=given.context(context)
    )
    return RunRecord.of(record, kept.problem, given.spec)


def problem(
    source: Any = None, /, *, context: Context | None = None, **changes: Unpack[Changes]
) -> VariationalProblem:
    """The problem of a run, without solving it: Hamiltonian, circuit, energies at given parameters.

    Examples:
        >>> found = vqe_cli.problem("h2.yaml", mapper="parity")
        >>> found.hamiltonian, found.circuit(), found.energy([0.1, 0.0])

    Args:
        source: What `run` takes. That of a record has the ansatz as it was run: an adaptive one
            with the operators that it had grown.
        context: The cache of mean fields, which several problems can share.
        changes: The keywords, as for `load`.

    Raises:
        VqeError: The input is wrong, too large, or its orbitals do not converge.
    """
    if isinstance(source, schema_records.RunRecord) and not changes:
        return VariationalProblem.of_record(RunRecord.of(source))
    given = given_input(source, changes)
    return VariationalProblem.of_spec(given.spec, given.context(context))


def read(path: str | os.PathLike[str], *, run: str | None = None) -> RunRecord:
    """The record of a run in a file.

    Args:
        path: A record of ``record.save(...)`` or ``vqe run -o``, of this or an earlier version, or
            a bundle.
        run: The run in a record of several: its name, or its number from 1. `Records.read` reads
            all.

    Raises:
        InputError: The file is no record of a run, or the choice does not fit.
    """
    found = records_in(path, run)
    if len(found) > 1:
        raise InputError(
            f"{path} holds {len(found)} runs",
            hint="vqe_cli.Records.read(path) reads all, read(path, run=NAME) one of them",
        )
    only = found[0]
    assert isinstance(only, RunRecord)  # a failed run alone is refused
    return only
