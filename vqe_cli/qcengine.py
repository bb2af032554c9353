"""VQE in QCEngine: a program that `qcengine.compute` calls as ``vqe``.

>>> import qcengine, vqe_cli.qcengine
>>> molecule = {"symbols": ["H", "H"], "geometry": [0, 0, 0, 0, 0, 1.4]}
>>> task = {"molecule": molecule, "driver": "energy", "model": {"method": "vqe", "basis": "sto-3g"}}
>>> round(qcengine.compute(task, "vqe").return_result, 6)
-1.137276

Importing this module registers the program.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from vqe_cli import pipeline
from vqe_cli._core.version import __version__
from vqe_cli.analysis.exports import EXPORTS, Exportable, refuse_export
from vqe_cli.analysis.qcschema.results import error_type_of, message_of, result_document
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.errors import UnavailableError, VqeError
from vqe_cli.parts import look_up_parts
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import spec_from_data
from vqe_cli.schema.readers.qcschema import QcschemaError
from vqe_cli.schema.readers.qcschema_input import PROGRAM, input_data
from vqe_cli.variational.observers import Observer

try:
    from qcelemental.models.v2 import AtomicInput, AtomicResult, FailedOperation
    from qcelemental.util import which_import
    from qcengine import exceptions, register_program
    from qcengine.config import TaskConfig
    from qcengine.programs import ProgramHarness, list_all_programs
except ImportError:
    hint = "pip install 'vqe-cli[qcengine]'"
    raise UnavailableError("QCEngine is not installed", hint=hint) from None

__all__ = ["VqeHarness"]

BYTES_IN_GIB = 2**30

_ERRORS: dict[str, type[exceptions.QCEngineException]] = {
    one.error_type: one
    for one in (
        exceptions.InputError,
        exceptions.ResourceError,
        exceptions.ConvergenceError,
        exceptions.UnknownError,
    )
}


class VqeHarness(ProgramHarness):  # type: ignore[misc]
    """VQE as a program of QCEngine.

    Drivers energy, gradient and properties; method ``vqe``, or ``vqe-uccsd`` with the name of an
    ansatz; the keywords are the keys of an input file.

    Reference:
        Smith et al., J. Chem. Phys. 155, 204801 (2021).
    """

    _defaults: ClassVar[dict[str, Any]] = {
        "name": PROGRAM,
        "scratch": False,
        "thread_safe": False,
        "thread_parallel": True,
        "node_parallel": False,
        "managed_memory": True,
    }

    @staticmethod
    def found(raise_error: bool = False) -> bool:
        """Whether the program can be imported.

        Args:
            raise_error: Whether its absence is an error.
        """
        return bool(which_import("vqe_cli", return_bool=True, raise_error=raise_error))

    def get_version(self) -> str:
        """The version of vqe-cli."""
        return __version__

    def compute(self, input_data: AtomicInput, config: TaskConfig) -> AtomicResult:
        """Run VQE.

        Args:
            input_data: The input, in version 2 of QCSchema.
            config: Memory and cores of the task.

        Raises:
            QCEngineException: The input is wrong, the run failed, or its verdict is fail.
        """
        asked = json.loads(input_data.model_dump_json())
        try:
            document = _result(asked, config)
        except VqeError as error:
            raise _ERRORS[error_type_of(error)](message_of(error)) from error
        except QcschemaError as error:
            message = error.message if error.hint is None else f"{error.message}; {error.hint}"
            raise exceptions.InputError(message) from error
        if not document["success"]:
            failed = FailedOperation(**document)
            raise _ERRORS[failed.error.error_type](failed.error.error_message, failed.extras)
        return AtomicResult(**document)


class _Kept(Observer):
    """What the result needs beside the record."""

    selection: OrbitalSelection | UnrestrictedSelection
    encoding: Encoding

    def on_orbitals(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Keep the orbitals."""
        self.selection = selection

    def on_problem(self, encoding: Encoding) -> None:
        """Keep the encoded problem."""
        self.encoding = encoding


def _result(asked: dict[str, Any], config: TaskConfig) -> dict[str, Any]:
    """The result of an input as a document of version 2."""
    # QCEngine sets OMP_NUM_THREADS to the cores of the task, which the run observes.
    spec = spec_from_data({"max_memory": f"{config.memory:.3f} GiB", **input_data(asked)})
    refuse_export(EXPORTS.create("qcschema"), spec, solved=True)
    parts, kept = look_up_parts(spec), _Kept()
    record = pipeline.run(spec, parts=parts, observer=kept)
    source = Exportable(spec, kept.encoding, parts.ansatz, kept.selection, record=record)
    return result_document(source, asked["specification"]["driver"], 2, asked)


if PROGRAM not in list_all_programs():
    register_program(VqeHarness())
