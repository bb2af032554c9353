"""Active-space integrals as FCIDUMP."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import ClassVar

from vqe_cli.analysis.exports import Exportable, TextExport, electrons_of


class Fcidump(TextExport):
    """Active-space integrals for Molpro, Block2, Dice, ffsim and other programs.

    Reference:
        Knowles and Handy, Comput. Phys. Commun. 54, 75 (1989).
    """

    suffix: ClassVar[str] = ".fcidump"
    unrestricted: ClassVar[bool] = True

    def text(self, source: Exportable) -> str:
        """The integrals as written by PySCF."""
        from vqe_cli.chemistry.fcidump import write_fcidump

        problem = electrons_of(source.encoding, "FCIDUMP")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "integrals"
            write_fcidump(problem, path)
            return path.read_text(encoding="ascii")
