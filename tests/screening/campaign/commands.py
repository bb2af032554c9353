"""`vqe screen` with quick tasks, in this process or in one of its own, as by a user's shell."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests.screening.campaign import mischief
from tests.screening.workers_here import workers_here
from vqe_cli.cli.main import main
from vqe_cli.properties import PROPERTIES
from vqe_cli.screening.workers.fork_client import ForkClient

ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "scripts" / "screening"
sys.path.insert(0, str(SCRIPTS))

import quick_campaign  # noqa: E402

TOKEN = "n0t-a-real-token-8c1f27d0b6a94e53"
NAPS = "properties=[first-nap, second-nap]"
MISCHIEF = "properties=[first-nap, mischief]"


class Commands:
    """Commands on the campaigns of one test.

    Args:
        root: The test's folder; candidates lie in ``candidates``, the campaign in ``campaign``.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.candidates, self.folder = root, root / "candidates", root / "campaign"
        self.ledger = root / "ledger"
        self._server = ForkClient(quick_campaign.PRELOAD)
        quick_campaign.install(root / "plugin", "mischief", mischief.ENTRY_POINTS)
        path = [str(root / "plugin"), str(SCRIPTS), str(ROOT)]
        self.env = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([*path, os.environ.get("PYTHONPATH", "")]),
            "VQE_STATE_DIR": str(root / "state"),
            "QISKIT_IBM_TOKEN": TOKEN,
            quick_campaign.LEDGER: str(self.ledger),
        }

    def start(self, *options: str, folder: Path | None = None) -> subprocess.Popen[str]:
        """``vqe screen run`` in a session of its own."""
        out = ["--out", str(folder or self.folder)]
        return subprocess.Popen(
            self._command("run", str(self.candidates), *out, *options),
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *settings: str, folder: Path | None = None, workers: int = 1
    ) -> tuple[int, str, str]:
        """``vqe screen run`` to its end in this process: exit code, standard output and error.

        One worker is a thread of this process; several are processes, which take seconds to start.
        """
        options = [word for setting in settings for word in ("--set", setting)]
        out = ["--out", str(folder or self.folder), "--workers", str(workers)]
        return self._main("run", str(self.candidates), *out, *options, apart=workers > 1)

    def call(self, name: str, *options: str, folder: Path | None = None) -> str:
        """Another command in this process, which must succeed; its standard output."""
        code, out, err = self._main(name, str(folder or self.folder), *options)
        assert code == 0, err
        return out

    def retry(self, *options: str) -> str:
        """``vqe screen retry``, which must succeed; its standard output."""
        return self.call("retry", *options)

    def rows(self, folder: Path | None = None) -> dict[str, dict[str, str]]:
        """The exported table by candidate."""
        table = csv.DictReader(io.StringIO(self.call("export", folder=folder)))
        return {row["candidate"]: row for row in table}

    def kinds(self) -> dict[str, str]:
        """Failures by candidate."""
        return {name: row["failure_kind"] for name, row in self.rows().items()
                if row["failure_kind"]}  # fmt: skip

    def query(self, sql: str, folder: Path | None = None) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with sqlite3.connect((folder or self.folder) / "campaign.sqlite") as store:
            return store.execute(sql).fetchall()

    def begun(self) -> Counter[tuple[str, str]]:
        """How often naps were begun, by bond length and property."""
        if not self.ledger.exists():
            return Counter()
        lines = [json.loads(line) for line in self.ledger.read_text().splitlines()]
        return Counter((line["geometry"].split()[-1], line["property"]) for line in lines)

    def close(self) -> None:
        """End the fork server of this test's commands."""
        self._server.close()

    def _main(self, *words: str, apart: bool = False) -> tuple[int, str, str]:
        """``vqe screen`` in this process, which sees the plug-ins meanwhile."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        with (
            patch.dict(os.environ, self.env),
            patch.object(sys, "path", [str(self.root / "plugin"), *sys.path]),
            patch.dict(vars(PROPERTIES)),
            quick_campaign.quick_workers(),
            nullcontext() if apart else workers_here(self._server, quick_campaign.PRELOAD),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            vars(PROPERTIES).pop("_plugins", None)  # it looks for plug-ins once
            with pytest.raises(SystemExit) as stop:
                main(["screen", *words])
        assert isinstance(stop.value.code, int)
        return stop.value.code, _text(out), _text(err)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(SCRIPTS / "quick_campaign.py"), "screen", *arguments]


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()
