"""Active-space integrals as FCIDUMP."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from vqe_cli.analysis.exports import Exportable, TextExport, electrons_of


class Fcidump(TextExport):
    """Active-space integrals for Molpro, Block2, Dice, ffsim and other programs.

    Reference:
        Knowles and Handy, Comput. Phys. Commun. 54, 75 (1989).
    """

    orbsym: Literal["molpro", "none"] = Field(
        default="molpro",
        description="Irreps of the orbitals (ORBSYM) and of the state (ISYM) in Molpro's"
        " numbering; none: all 1, for programs that number them differently.",
    )

    suffix: ClassVar[str] = ".fcidump"
    unrestricted: ClassVar[bool] = True

    def text(self, source: Exportable) -> str:
        """The integrals, in the order and with the digits of PySCF's writer."""
        from vqe_cli.chemistry.fcidump import write_fcidump

        problem = electrons_of(source.encoding, "FCIDUMP")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "integrals"
            write_fcidump(problem, path, labelled=self.orbsym == "molpro")
            return path.read_text(encoding="ascii")
