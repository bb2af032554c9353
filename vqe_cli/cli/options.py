"""Options shared by several commands, and the input fields that they set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vqe_cli._core.kinds import KINDS
from vqe_cli.cli.help import InputOption
from vqe_cli.cli.parameter_types import (
    BASIS,
    COUNT,
    DEVICE,
    MULTIPLICITY,
    WHOLE,
    AssignmentType,
    SelectionType,
    SmilesType,
    WholeNumber,
)
from vqe_cli.errors import Path

if TYPE_CHECKING:
    from vqe_cli.report.figures import FigureWidth

F = TypeVar("F", bound=Callable[..., Any])


MOST_SHOTS = 100_000_000
"""Shots per measurement basis; more than any device takes."""

SMILES_FLAG = "--smiles"

Flag = tuple[str, Path, Any, str]
"""The flag, the keys of the input field that it sets, its type, and its help text."""

OPTION_FLAGS: dict[str, tuple[Flag, ...]] = {
    "optimizer": (("--maxiter", ("optimizer", "maxiter"), COUNT, "Maximum number of iterations."),),
    "backend": (
        ("--shots", ("backend", "shots"), COUNT, "Shots per measured circuit, on average."),
        (
            "--precision",
            ("backend", "precision"),
            str,
            "Standard error in place of --shots, e.g. 1.6mHa.",
        ),
    ),
    "measurement": (
        (
            "--optimize-on-device/--optimize-exactly",
            ("backend", "optimize_on_device"),
            bool,
            "Optimise with shots, or by exact simulation (default of ibm).",
        ),
        ("--noise", ("backend", "noise"), DEVICE, "Noise of a fake IBM device (aer)."),
        ("--method", ("backend", "method"), str, "Simulation method (aer)."),
    ),
}
"""Flags of single options, by the kind whose flag they follow."""


def _selection_flags() -> Iterator[Flag]:
    """The flag of every kind that has one, each followed by the flags of its options."""
    for kind in KINDS.values():
        if kind.flag_help is not None:
            yield f"--{kind.name}", kind.key, SelectionType(kind.name), kind.flag_help
        yield from OPTION_FLAGS.get(kind.name, ())


OF_ONE_GEOMETRY = "--forces/--no-forces"
"""The flag of `vqe run` alone: other commands compute no forces, or always do."""

OF_SPECTRUM = "--states"
"""The flag of `vqe run` alone that asks for excited states, which other commands leave out."""

LOG_IS_SHOWN = "vqe_cli.log_is_shown"
"""Key in the ``meta`` of click's context: the log is shown already."""

FLAGS: tuple[Flag, ...] = (
    (
        SMILES_FLAG,
        ("molecule", "geometry"),
        SmilesType(),
        "Molecule as SMILES, in place of FILE's.",
    ),
    ("--basis", ("molecule", "basis"), BASIS, "Basis set."),
    ("--charge", ("molecule", "charge"), WHOLE, "Total charge."),
    ("--multiplicity", ("molecule", "multiplicity"), MULTIPLICITY, "Spin multiplicity, 2S+1."),
    *_selection_flags(),
    (
        "--initial",
        ("initial",),
        str,
        "Initial parameters: zeros, mp2, ccsd, random, or {file: ...}.",
    ),
    ("--solvent", ("solvent",), str, "Implicit solvent, e.g. water."),
    ("--charges", ("environment", "charges"), str, "File of point charges around the molecule."),
    ("--orbitals", ("orbitals",), str, "mean-field, or optimised for the ansatz (CASSCF)."),
    (OF_ONE_GEOMETRY, ("forces",), bool, "Compute the forces on the nuclei."),
    (OF_SPECTRUM, ("states", "number"), WHOLE, "Number of states, excited ones included."),
    ("--restarts", ("restarts",), WHOLE, "Number of further random starts."),
    ("--seed", ("seed",), WHOLE, "Random seed."),
    ("--max-evaluations", ("max_evaluations",), COUNT, "Stop the search after N evaluations."),
    ("--max-shots", ("max_shots",), COUNT, "Stop the search after N shots."),
    ("--max-memory", ("max_memory",), str, "Memory limit, e.g. 4GB."),
)


PROBLEM_FLAGS = (
    SMILES_FLAG,
    "--basis",
    "--charge",
    "--multiplicity",
    "--active-space",
    "--mapper",
    "--ansatz",
    "--initial",
    "--solvent",
    "--charges",
    "--restarts",
    "--seed",
    "--max-memory",
)


OF_RUNS = ("--correction", OF_ONE_GEOMETRY, OF_SPECTRUM, "--max-evaluations", "--max-shots")
"""Flags of commands that compute a total energy."""

REPEATED = ("--correction",)
"""Flags of fields that are lists, which can be given once for each entry."""

OF_ONE_MOLECULE = (SMILES_FLAG, "--charge", "--multiplicity")
"""Flags that a campaign lacks: every candidate has its own values."""


METAVARS: dict[str, str] = {
    SMILES_FLAG: "SMILES",
    "--basis": "NAME",
    "--active-space": "SPEC",
    "--precision": "ENERGY",
    "--noise": "DEVICE",
    "--method": "NAME",
    "--initial": "SPEC",
    "--solvent": "NAME",
    "--charges": "FILE",
    "--orbitals": "CHOICE",
    "--max-memory": "SIZE",
}
"""What stands for the value of a flag in its help, where it is neither a number nor an entry."""

OF_SEARCH = (
    "--initial",
    "--optimizer",
    "--maxiter",
    "--restarts",
    "--solver",
    "--reference",
    "--orbitals",
)
"""Flags of the search and of what it is compared with."""

OF_MEASUREMENTS = (
    "--backend",
    "--shots",
    "--precision",
    "--measurement",
    "--optimize-on-device",
    "--noise",
    "--method",
)
"""Flags of the backend and of measured energies."""


def run_options(command: F) -> F:
    """Add all flags that set input fields, and ``--set``.

    Returns:
        The command with the added options.
    """
    return _with_flags(command, [flag for flag, *_ in FLAGS])


def input_options(*, without_effect: Sequence[str] = ()) -> Callable[[F], F]:
    """Add the flags that set input fields of the problem and its solution, and ``--set``.

    Args:
        without_effect: Flags that do not change the command's result, which only ``--help-all``
            lists.

    Returns:
        The decorator of the command.
    """
    wanted = [flag for flag, *_ in FLAGS if flag not in OF_RUNS]
    return lambda command: _with_flags(command, wanted, without_effect)


def inspection_options(command: F) -> F:
    """Add the flags of `input_options` but ``--orbitals``, which shows them there.

    Returns:
        The command with the added options.
    """
    wanted = [flag for flag, *_ in FLAGS if flag not in ("--orbitals", *OF_RUNS)]
    return _with_flags(command, wanted, (*OF_SEARCH, *OF_MEASUREMENTS, "--seed"))


def campaign_options(command: F) -> F:
    """Add the input flags that apply to many molecules.

    Returns:
        The command with the added options.
    """
    hidden = (*OF_ONE_MOLECULE, OF_ONE_GEOMETRY, OF_SPECTRUM)
    return _with_flags(command, [flag for flag, *_ in FLAGS if flag not in hidden])


def problem_options(command: F) -> F:
    """Add the input flags for problem, parameterised state and starting point.

    Returns:
        The command with the added options.
    """
    return _with_flags(command, PROBLEM_FLAGS)


def _with_flags(command: F, wanted: Sequence[str], without_effect: Sequence[str] = ()) -> F:
    command = click.option(
        "--set",
        "assignments",
        type=AssignmentType(),
        multiple=True,
        metavar="KEY=VALUE",
        help="Set any input field, e.g. optimizer.maxiter=200.",
    )(command)
    for flag, _, kind, text in reversed([entry for entry in FLAGS if entry[0] in wanted]):
        name = flag.split("/")[0]
        more: dict[str, Any] = {"has_effect": name not in without_effect}
        if kind is bool:
            more["default"] = None
        else:
            more |= {
                "type": kind,
                "metavar": METAVARS.get(name, "N" if isinstance(kind, WholeNumber) else "NAME"),
            }
        if flag in REPEATED:
            more |= {"multiple": True, "callback": _or_none}
        command = click.option(flag, cls=InputOption, help=text, **more)(command)
    return command


def assignment_instead(error: click.NoSuchOption) -> str | None:
    """How a command without a flag of other commands sets the same field; None for other words.

    Args:
        error: The error of the unknown flag.
    """
    has_set = any("--set" in one.opts for one in error.ctx.command.params) if error.ctx else False
    field = next((path for flag, path, *_ in FLAGS if error.option_name in flag.split("/")), None)
    if not has_set or field is None or error.option_name in OF_ONE_MOLECULE:
        return None
    return f"write --set {'.'.join(map(str, field))}=..."


def two_hyphens_instead(error: click.NoSuchOption, arguments: Sequence[str]) -> str | None:
    """The long form of an option that was written with one hyphen; None for other words.

    Args:
        error: The error of the unknown flag.
        arguments: The command line.
    """
    name = error.option_name
    long = next((word for word in arguments if word.startswith(name) and len(word) > 2), "")
    is_known = any(f"-{long}" in flag.split("/") for flag, *_ in FLAGS)
    return f"write -{long}" if not name.startswith("--") and is_known else None


def _or_none(_: click.Context, __: click.Parameter, values: Sequence[str]) -> Sequence[str] | None:
    """The texts of a flag that can be repeated; None if it is not given, as for other flags."""
    return values or None


def json_option(command: F) -> F:
    """Add ``--json``: standard output holds one JSON object and nothing else.

    Returns:
        The command with the added option.
    """
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."
    )(command)


def elsewhere_options(command: F) -> F:
    """Add ``--scheduler`` and ``--cluster``: where the workers are.

    Returns:
        The command with the added options.
    """
    cluster = click.option(
        "--cluster",
        metavar="MAPPING",
        help="Jobs of a batch system as workers: {kind: slurm, cores: 8, ...}, as in campaigns.",
    )
    scheduler = click.option(
        "--scheduler", metavar="URL", help="Running Dask scheduler: tls://host:8786."
    )
    return scheduler(cluster(command))


def figure_width_option(command: F) -> F:
    """Add ``--figure-width``, which `chosen_width` reads.

    Returns:
        The command with the added option.
    """
    return click.option(
        "--figure-width",
        type=click.Choice(["single", "double"]),
        help="Width of pictures: one column (3.3 in) or two (7 in, the default).",
    )(command)


def chosen_width(width: FigureWidth | None, pictures: Iterable[object | None]) -> FigureWidth:
    """The width of pictures.

    Args:
        width: The value of ``--figure-width``; None if it is not given.
        pictures: The pictures that are asked for, with None for others.

    Raises:
        UsageError: A width is given, and no picture is asked for.
    """
    if width is not None and all(picture is None for picture in pictures):
        raise click.UsageError("--figure-width is that of a picture; ask for one by --plot FILE")
    return width or "double"


def verbose_option(command: F) -> F:
    """Add ``-v`` and ``-vv``: the package's log on standard error.

    Returns:
        The command with the added option.
    """
    return click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_show_log,
        help="Explain results, and log to standard error; -vv logs more.",
    )(command)


def is_verbose(ctx: click.Context) -> bool:
    """Whether ``-v`` was given, before or after the name of the command.

    Args:
        ctx: The context of the command.
    """
    return LOG_IS_SHOWN in ctx.meta


def _show_log(ctx: click.Context, _: click.Parameter, count: int) -> None:
    """Show the log until the command has ended; once, however often ``-v`` is given."""
    if not count or ctx.resilient_parsing or LOG_IS_SHOWN in ctx.meta:
        return
    from vqe_cli._core.log import LEVELS, StandardError, listening

    ctx.meta[LOG_IS_SHOWN] = True
    level = LEVELS[min(count, len(LEVELS) - 1)]
    ctx.find_root().with_resource(listening(StandardError(), level))
