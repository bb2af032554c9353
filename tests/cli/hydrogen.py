"""A hydrogen molecule for the command line, and the command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from tests.conftest import Outcome

H2 = "molecule: {name: Hydrogen, geometry: H 0 0 0; H 0 0 0.735}\nreference: none\n"
EXACT = -1.137306035753
"""Hartree, full CI in STO-3G at 0.735 Å (O'Malley et al., Phys. Rev. X 6, 031007)."""


def vqe(*arguments: object, shell: str = "", **options: Any) -> Outcome:
    """The command in a process of its own; what stands in `shell` follows it in a shell."""
    words = [sys.executable, "-m", "vqe_cli", *map(str, arguments)]
    if shell:
        words = ["sh", "-c", f'exec "$@" {shell}', "sh", *words]
    env = {**os.environ, "OMP_NUM_THREADS": "1", **options.pop("env", {})}
    done = subprocess.run(
        words, env=env, capture_output=True, text=True, timeout=120, check=False, **options
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
