"""Files of a bundle that define a problem: files that the input names, and integrals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from vqe_cli._core.bundles import BundledFile
from vqe_cli.analysis.bundles.integrals import INTEGRALS, Integrals
from vqe_cli.analysis.exports import Exportable
from vqe_cli.analysis.exports.fcidump import Fcidump
from vqe_cli.ansatz import Ansatz
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.readers.content import MAX_FCIDUMP_BYTES, read_bytes
from vqe_cli.schema.stored_records import INPUTS


def input_files(spec: RunSpec) -> Iterator[BundledFile]:
    """The files that an input names, as far as the resolved input does not hold their content.

    Args:
        spec: The run's spec.

    Raises:
        InputError: A file cannot be read.
    """
    if spec.fcidump is None:
        return
    path = spec.relative_to_source(spec.fcidump.file)
    content = read_bytes(path, MAX_FCIDUMP_BYTES)
    yield BundledFile(_place(spec.fcidump.file), content, "the FCIDUMP file that the input names")


def with_bundled_inputs(data: Mapping[str, Any]) -> dict[str, Any]:
    """An input whose files lie in the folder of `input_files` beside it.

    Args:
        data: The input as plain data.
    """
    if "fcidump" not in data:
        return dict(data)
    return {**data, "fcidump": {**data["fcidump"], "file": _place(data["fcidump"]["file"])}}


def integral_files(spec: RunSpec, ansatz: Ansatz, encoding: Encoding) -> Iterator[BundledFile]:
    """The integrals of an electronic problem, for NumPy and for other programs.

    Args:
        spec: The run's spec.
        ansatz: The ansatz.
        encoding: The problem and its mapping to qubits.
    """
    if not isinstance(encoding.problem, ElectronicProblem):
        return
    content = Integrals.of(encoding.problem).to_bytes()
    yield BundledFile(INTEGRALS, content, "integrals over the active orbitals, for NumPy")
    text = Fcidump().text(Exportable(spec, encoding, ansatz))
    about = "the same integrals as FCIDUMP, for other programs"
    yield BundledFile("integrals.fcidump", text.encode("ascii"), about)


def _place(file: str) -> str:
    return f"{INPUTS}/{PurePath(file).name}"
