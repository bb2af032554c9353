"""QCSchema documents, versions 1 and 2: inputs, results and failures.

Smith et al., WIREs Comput. Mol. Sci. 11, e1491 (2021); layouts of MolSSI's QCElemental.
"""

from __future__ import annotations

from typing import Literal

Version = Literal[1, 2]
Driver = Literal["energy", "gradient", "properties"]
