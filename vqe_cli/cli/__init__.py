"""The command line: one file per command, heavy imports inside the commands."""

from vqe_cli.cli.main import main

__all__ = ["main"]
