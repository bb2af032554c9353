"""``python -m vqe_cli`` is ``vqe``."""

from vqe_cli.cli import main

main()
