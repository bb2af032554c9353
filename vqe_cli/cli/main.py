"""The group of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import gc
import io
import os
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from typing import Any

import click

from vqe_cli._core.version import __version__
from vqe_cli.cli.groups import ForgivingGroup
from vqe_cli.cli.help import write_commands
from vqe_cli.cli.options import verbose_option
from vqe_cli.cli.process_environment import (
    STANDARD_OUTPUT,
    ReaderGone,
    check_address_space,
    check_environment,
    forget_notebook,
    open_closed_streams,
    output_has_begun,
    prepare_output,
)
from vqe_cli.cli.say import say, say_error, say_in_lines
from vqe_cli.cli.signals import end_at_signals, stopped_by_signals
from vqe_cli.errors import InterruptedRunError, ResourceLimitError, VqeError, as_vqe_error

COMMANDS = {
    "run": "Run VQE, compare with the exact energy, report a verdict.",
    "scan": "Compute potential curves: errors along them, constants.",
    "optimize": "Relax a geometry: minimum, transition state, vibrations.",
    "compare": "Compare classical methods and VQE: energies, errors, costs.",
    "replay": "Repeat a recorded run, and say what drifted and why.",
    "verify": "Verify a claimed energy: evidence, bounds, verdict.",
    "reference": "Compute classical energies: HF, MP2, CCSD, CCSD(T), FCI, NumPy.",
    "reaction": "Compute the energy of a reaction by VQE and classical methods.",
    "estimate": "Estimate qubits, gates, shots, time, memory and money.",
    "inspect": "Show orbitals, active space, symmetries and qubit operator.",
    "screen": "Screen many molecules: run, status, export, retry, report.",
    "diagnose": "Study barren plateaus, noise and shots of an ansatz.",
    "jobs": "List, fetch or cancel jobs on devices.",
    "list": "List everything that can be selected, with its options.",
    "init": "Write a commented input file.",
    "mcp": "Serve tools to a client of the Model Context Protocol.",
    "schema": "Print the input file's JSON Schema, for editors.",
    "doctor": "Check the installation.",
    "clean": "Remove checkpoints, kept rows and compiled kernels.",
}

WITHOUT_NUMBERS = frozenset({"list", "init", "schema", "jobs", "mcp", "clean"})
"""Commands that load no numerical packages."""

SHOW_CURSOR = "\x1b[?25h"
"""The terminal's sequence that shows the cursor, which progress has hidden."""

OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Number of new objects after which Python looks for garbage in cycles; its default is 700."""

OTHER_WORDS = {
    "help": "--help",
    "version": "--version",
    "optimise": "optimize",
    "opt": "optimize",
    "energy": "run",
    "vqe": "run",
    "fci": "reference",
    "new": "init",
    "rerun": "replay",
    "export": "inspect FILE --export",
    "hamiltonian": "inspect FILE --export qiskit",
    "curve": "scan",
    "plot": "run FILE --plot",
    "cost": "estimate",
}
"""Words that other programs have for a command."""

EPILOG = """\b
Exit codes:
  0    verdict pass or warn
  1    internal error
  2    bad input
  3    refused (memory, money)
  4    not converged
  5    verdict fail
  6    unavailable
  130  interrupted

\b
Shell completion: eval "$(_VQE_COMPLETE=bash_source vqe)"
(or zsh_source, fish_source)
"""


class LazyGroup(ForgivingGroup):
    """A group that imports a command when it is called, so that help is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command.

        Returns:
            The command; None if there is none of that name.
        """
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"vqe_cli.cli.{cmd_name}_command").command
        return command

    def suggestion(self, ctx: click.Context, args: Sequence[str]) -> str:
        """What to type in place of an unknown command: ``run`` if the word looks like a file.

        Args:
            ctx: The context of the group.
            args: The unknown command and its arguments.
        """
        from vqe_cli.schema.known_molecules import known_molecule

        if "." in args[0] or "/" in args[0] or os.path.exists(args[0]):
            return f"Did you mean '{_typed('run', args)}'?"
        if args[0] in OTHER_WORDS:
            return f"Did you mean 'vqe {OTHER_WORDS[args[0]]}'?"
        if known_molecule(args[0]) is not None:
            return f"Did you mean 'vqe init {args[0]}', which writes its input file?"
        return super().suggestion(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line per command without importing any."""
        write_commands(list(COMMANDS.items()), formatter)


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

    From a molecule file to an energy with error bar, verdict and cost.

    \b
    Examples:
      vqe run molecules/h2.yaml
      vqe run h2.xyz --basis 6-31g --ansatz uccsd
      vqe run molecules/h2.yaml --backend aer --shots 4096 --noise fake_manila
      vqe reference molecules/h2o.yaml
      vqe list ansatz uccsd
    """
    ctx.obj = {"debug": debug}


def _typed(command: str, words: Sequence[str]) -> str:
    """A command line as one types it."""
    return shlex.join(("vqe", command, *words))


def main(argv: Sequence[str] | None = None, *, lines_to_type: bool = True) -> None:
    """Run the command line and exit with the code of the outcome.

    Args:
        argv: The arguments; those of the process by default.
        lines_to_type: Whether hints may be whole command lines; otherwise they name options alone.
    """
    # Threads that wait by spinning slow a shared machine down by factors of fifty.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Packages create more objects than they drop while they are imported.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    forget_notebook()
    open_closed_streams()
    prepare_output()
    try:
        with stopped_by_signals(partial(_interrupted, as_json) if argv is None else None):
            code = _called(arguments, as_json, lines_to_type=lines_to_type)
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


def _called(arguments: list[str], as_json: bool, *, lines_to_type: bool) -> int:
    """Call a command, report its error if any, and return the exit code.

    Raises:
        OSError: Standard output cannot be written to.
    """
    try:
        check_environment()
        if (COMMANDS.keys() - WITHOUT_NUMBERS) & set(arguments):
            check_address_space()
        return vqe.main(arguments, prog_name="vqe", standalone_mode=False) or 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _report_usage(error, arguments, as_json)
    except (KeyboardInterrupt, click.Abort):
        return _report(as_vqe_error(KeyboardInterrupt()), as_json)
    except Exception as error:
        if isinstance(error, OSError) and error.filename == STANDARD_OUTPUT:
            raise
        if "--debug" in arguments:
            _print_traceback()
        from vqe_cli.cli.lines_to_type import with_line_to_type
        from vqe_cli.cli.plugin_errors import attributed

        found = attributed(error)
        return _report(with_line_to_type(found, arguments) if lines_to_type else found, as_json)


def _interrupted(as_json: bool) -> int:
    """Report an interruption that no command could deal with, and return the exit code."""
    if sys.stderr.isatty():
        click.echo(SHOW_CURSOR, err=True, nl=False)
    hint = "repeat the command; if it has --resume, that keeps the steps that were finished"
    code = _report(InterruptedRunError("interrupted in a long step", hint=hint), as_json)
    sys.stdout.flush()
    return code


def _print_traceback() -> None:
    """Print the traceback of the error being handled, without access tokens."""
    import traceback

    from vqe_cli._core.redaction import redact

    say(redact(traceback.format_exc()).rstrip("\n"))


def _drop_output() -> None:
    """Discard what is left in the buffer of standard output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _report_usage(error: click.ClickException, arguments: Sequence[str], as_json: bool) -> int:
    from vqe_cli._core.redaction import redact
    from vqe_cli.cli.unknown_options import explained

    if isinstance(error, click.NoSuchOption):
        error = explained(error, arguments, vqe)
    if as_json:
        return _report_plain("usage", redact(error.format_message()), None, True, error.exit_code)
    shown = io.StringIO()
    error.show(shown)
    say_in_lines(redact(shown.getvalue()).rstrip("\n"))
    return error.exit_code


def _report(error: VqeError, as_json: bool) -> int:
    """Report an error; as JSON only if standard output has no JSON object yet."""
    try:
        if as_json and not output_has_begun():
            from vqe_cli.cli.output import error_json

            click.echo(error_json(error))
        else:
            from vqe_cli.report.failures import error_lines

            say_error(error_lines(error))
    except MemoryError:
        say("error: not enough memory, not even for the error message")
        return ResourceLimitError.exit_code
    return error.exit_code


def _report_plain(kind: str, message: str, hint: str | None, as_json: bool, code: int) -> int:
    if as_json:
        import json

        error: dict[str, Any] = {"kind": kind, "message": message, "hint": hint}
        click.echo(json.dumps({"schema": "vqe-error/1", "error": error}))
    else:
        say_error([f"error: {message}", *([f"hint: {hint}"] if hint else [])])
    return code
