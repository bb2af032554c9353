"""A run or a problem as QCSchema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from vqe_cli.analysis.exports import Exportable, RecordExport
from vqe_cli.analysis.qcschema import Driver
from vqe_cli.errors import InputError, VqeError
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import to_json


class Qcschema(RecordExport):
    """A run as QCSchema's AtomicResult, or before it is solved an AtomicInput for Hartree-Fock.

    A run that fails, or whose verdict is fail, gives a FailedOperation. The input within the result
    repeats the run; `vqe run` reads it.

    Reference:
        Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021); layouts of MolSSI's QCElemental.
    """

    version: Literal[1, 2] = Field(default=1, description="Version of QCSchema.")
    driver: Literal["auto", "energy", "gradient", "properties"] = Field(
        default="auto",
        description="The quantity in return_result of a run. auto: gradient if the run computes"
        " forces, else energy.",
    )

    suffix: ClassVar[str] = ".json"
    unrestricted: ClassVar[bool] = True

    def refuse(self, spec: RunSpec) -> None:
        """Refuse inputs without a molecule, and a gradient without forces."""
        if spec.molecule is None:
            raise InputError("QCSchema describes a molecule; this input has none")
        if self.driver == "gradient" and not spec.forces:
            raise InputError("driver gradient needs forces", path=("forces",), hint="forces: true")

    def text(self, source: Exportable) -> str:
        """JSON of the molecule for a Hartree-Fock energy in the same basis, geometry in bohr."""
        from vqe_cli.analysis.qcschema.inputs import (
            hartree_fock,
            input_document,
            molecule_document,
        )

        molecule = molecule_document(source, self.version)
        assert source.spec.molecule is not None
        asked = hartree_fock(source.spec.molecule)
        content = input_document(molecule, asked, self.version)
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    def text_of_run(self, source: Exportable) -> str:
        """JSON of the result, or of the failure if the verdict is fail."""
        from vqe_cli.analysis.qcschema.results import result_document

        document = result_document(source, self._driver(source.spec), self.version)
        return to_json(document) + "\n"

    def text_of_failure(self, error: VqeError, asked: Mapping[str, Any]) -> str:
        """JSON of a run that failed, with its input if that is a QCSchema document."""
        from vqe_cli.analysis.qcschema.results import (
            error_type_of,
            failure_document,
            message_of,
        )

        document = failure_document(error_type_of(error), message_of(error), asked, self.version)
        return to_json(document) + "\n"

    def _driver(self, spec: RunSpec) -> Driver:
        if self.driver != "auto":
            return self.driver
        return "gradient" if spec.forces else "energy"
