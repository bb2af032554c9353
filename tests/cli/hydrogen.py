"""A hydrogen molecule for the command line, and the command for whom `run_vqe` does not serve."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome
from vqe_cli.cli.main import main

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


def vqe_here(folder: Path, *arguments: object) -> Outcome:
    """The command in this process, for fixtures that live longer than a test.

    Args:
        folder: The working directory; the state folder lies in it.
        arguments: What stands on the command line.
    """
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setenv("VQE_STATE_DIR", str(folder / "state"))
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
    assert isinstance(stop.value.code, int)
    return Outcome(stop.value.code, out.getvalue(), err.getvalue())
