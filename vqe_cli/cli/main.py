"""The group of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from vqe_cli import __version__
from vqe_cli.cli.options import verbose_option
from vqe_cli.cli.say import say
from vqe_cli.cli.surroundings import (
    STANDARD_OUTPUT,
    ReaderGone,
    check_address_space,
    check_environment,
    end_at_signals,
    open_closed_streams,
    output_has_begun,
    prepare_output,
    stopped_by_signals,
)
from vqe_cli.errors import ResourceLimitError, VqeError, as_vqe_error

COMMANDS = {
    "run": "Run VQE, compare with the exact energy, judge, print.",
    "reference": "Classical energies only: HF, MP2, CCSD, CCSD(T), FCI, NumPy.",
    "estimate": "Before running: qubits, gates, shots, time, memory, money.",
    "inspect": "The problem itself: orbitals, active space, symmetries, qubits.",
    "screen": "Campaigns over many molecules: run, status, export, retry, report.",
    "diagnose": "Barren plateaus, noise and shots: what to expect of an ansatz.",
    "jobs": "Jobs that were sent to devices: list, fetch, cancel.",
    "list": "Everything that can be selected, and its options.",
    "init": "Write a commented input file.",
    "schema": "The input file's JSON Schema, for editors.",
    "doctor": "What is installed, what works here, and what is missing.",
}

WITHOUT_NUMBERS = frozenset({"list", "init", "schema", "jobs"})
"""Commands that load none of the packages that compute."""

EPILOG = """\b
Exit codes: 0 verdict pass or warn, 1 error of the program, 2 bad input,
3 refused (memory, money), 4 not converged, 5 verdict fail,
6 unavailable, 130 interrupted.

\b
Shell completion: eval "$(_VQE_COMPLETE=bash_source vqe)"
(or zsh_source, fish_source)
"""


class LazyGroup(click.Group):
    """Commands are imported when they are called, so that help is there at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"vqe_cli.cli.{cmd_name}_command").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest ``run`` to someone who gives a file first."""
        name = args[0] if args else ""
        if name not in COMMANDS and ("." in name or "/" in name):
            ctx.fail(f"No such command '{name}'. Did you mean 'vqe run {name}'?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each command, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.version_option(__version__, "-V", "--version", prog_name="vqe")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@verbose_option
@click.pass_context
def vqe(ctx: click.Context, debug: bool) -> None:
    """Quantum chemistry with the variational quantum eigensolver.

    From a molecule file to an energy, an error bar, a verdict and what it cost.

    \b
    Examples:
      vqe run molecules/h2.yaml
      vqe run h2.xyz --basis 6-31g --ansatz uccsd
      vqe run molecules/h2.yaml --backend aer --shots 4096 --noise fake_manila
      vqe reference molecules/h2o.yaml
      vqe list ansatz uccsd
    """
    ctx.obj = {"debug": debug}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code that the contract gives to the outcome.

    Args:
        argv: Arguments; those of the process by default.
    """
    # Threads that wait by spinning slow a shared machine down by factors of fifty.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    open_closed_streams()
    prepare_output()
    try:
        with stopped_by_signals(restored=argv is not None):
            code = _called(arguments, as_json)
            sys.stdout.flush()
            if argv is None:
                end_at_signals(code)
    except ReaderGone:
        _drop_output()
        code = 0
    except OSError as error:
        if error.filename != STANDARD_OUTPUT:
            raise
        _drop_output()
        code = _report(as_vqe_error(error), as_json=False)
    sys.exit(code)


def _called(arguments: list[str], as_json: bool) -> int:
    """Call a command, and report what it raised.

    Raises:
        OSError: Standard output cannot be written to.
    """
    try:
        check_environment()
        if (COMMANDS.keys() - WITHOUT_NUMBERS) & set(arguments[:2]):
            check_address_space()
        return vqe.main(arguments, prog_name="vqe", standalone_mode=False) or 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _report_usage(error, as_json)
    except (KeyboardInterrupt, click.Abort):
        return _report(as_vqe_error(KeyboardInterrupt()), as_json)
    except Exception as error:
        if isinstance(error, OSError) and error.filename == STANDARD_OUTPUT:
            raise
        if "--debug" in arguments:
            raise
        return _report(as_vqe_error(error), as_json)


def _drop_output() -> None:
    """What is left in the buffer of standard output goes nowhere, without a word at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_usage(error: click.ClickException, as_json: bool) -> int:
    if as_json:
        return _report_plain("usage", error.format_message(), None, True, error.exit_code)
    shown = io.StringIO()
    error.show(shown)
    say(shown.getvalue().rstrip("\n"))
    return error.exit_code


def _report(error: VqeError, as_json: bool) -> int:
    """As an object, unless there is one already: standard output never holds two."""
    try:
        if as_json and not output_has_begun():
            from vqe_cli.cli.output import error_json

            click.echo(error_json(error))
        else:
            from vqe_cli.report.failures import error_lines

            click.echo("\n".join(error_lines(error)), err=True)
    except MemoryError:
        say("error: there is not enough memory, not even to say what was wrong")
        return ResourceLimitError.exit_code
    return error.exit_code


def _report_plain(kind: str, message: str, hint: str | None, as_json: bool, code: int) -> int:
    if as_json:
        import json

        error: dict[str, Any] = {"kind": kind, "message": message, "hint": hint}
        click.echo(json.dumps({"schema": "vqe-error/1", "error": error}))
    else:
        say(f"error: {message}")
        if hint:
            say(f"hint: {hint}")
    return code
