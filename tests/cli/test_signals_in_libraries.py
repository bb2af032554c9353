"""Signals while a library computes, where Python does not look at them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import ctypes, os, signal, sys, tempfile, threading, time
import vqe_cli.cli.signals
from vqe_cli.cli.list_command import command
from vqe_cli.cli.main import main

def in_a_library(**_):
    mutex, library = ctypes.create_string_buffer(256), ctypes.CDLL(None)
    library.pthread_mutex_init(mutex, None)
    library.pthread_mutex_lock(mutex)
    library.pthread_mutex_lock(mutex)  # for ever, signal or not

def with_much_to_keep(**_):
    try:
        time.sleep(60)
    finally:
        time.sleep(1)
        print("kept")

vqe_cli.cli.signals.PATIENCE = 0.2
command.callback = globals()[sys.argv.pop()]
folder, file = tempfile.TemporaryDirectory(), tempfile.NamedTemporaryFile()
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
main()
"""
"""A command that is told to stop while its main thread does something that takes long."""


def stopped(folder: Path, what: str, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "list", "ansatz", *flags, what],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "TMPDIR": str(folder)},
    )  # fmt: skip


def test_a_signal_in_a_library_ends_the_command_and_leaves_no_files(tmp_path: Path) -> None:
    done = stopped(tmp_path, "in_a_library", "--json")
    assert done.returncode == 130
    assert json.loads(done.stdout)["error"]["kind"] == "interrupted"
    assert not list(tmp_path.iterdir())


def test_a_command_that_was_told_of_the_signal_keeps_what_it_has(tmp_path: Path) -> None:
    done = stopped(tmp_path, "with_much_to_keep")
    assert done.returncode == 130
    assert done.stdout == "kept\n"
    assert "interrupted" in done.stderr
