"""FCIDUMP files (Knowles and Handy, Comput. Phys. Commun. 54, 75 (1989)), read and written."""

from __future__ import annotations

from vqe_cli.chemistry.fcidump.reading import FileIntegrals, read_fcidump
from vqe_cli.chemistry.fcidump.writing import write_fcidump

__all__ = ["FileIntegrals", "read_fcidump", "write_fcidump"]
