"""Options that several commands share, and the places in the input that they set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vqe_cli._core.kinds import KINDS
from vqe_cli.errors import InputError, Path

if TYPE_CHECKING:
    from vqe_cli.schema import RunSpec

F = TypeVar("F", bound=Callable[..., Any])


class SelectionType(click.types.StringParamType):
    """A name from a registry, or a mapping such as ``{name: spsa, maxiter: 50}``."""

    name = "name"

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Names that begin like what was typed."""
        from click.shell_completion import CompletionItem

        names = KINDS[self.kind].registry.names()
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


class AssignmentType(click.types.StringParamType):
    """``KEY=VALUE``, where the value can be a name from a registry."""

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[Any]:
        """Keys at which something is selected; behind one, names that can be selected there."""
        from click.shell_completion import CompletionItem

        key, separator, value = incomplete.partition("=")
        places = {".".join(map(str, kind.key)): kind for kind in KINDS.values() if kind.key}
        if not separator:
            return [CompletionItem(f"{one}=") for one in places if one.startswith(key)]
        names = places[key].registry.names() if key in places else []
        return [CompletionItem(f"{key}={name}") for name in names if name.startswith(value)]


class WholeNumber(click.types.IntParamType):
    """A whole number in plain digits; Python would also take ``1_0`` and digits of all scripts."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Its value."""
        from vqe_cli.schema.numbers import NumberError, whole

        try:
            plain = whole(value) if isinstance(value, str) else value
        except NumberError as error:
            hint = "" if error.hint is None else f": {error.hint}"
            self.fail(f"{error.message}{hint}", param, ctx)
        return super().convert(plain, param, ctx)


class WholeNumberRange(WholeNumber, click.IntRange):
    """A whole number between two that are allowed."""


class SmilesType(click.types.StringParamType):
    """A SMILES text: a geometry, never read as YAML, where ``[H][H]`` would be a list."""

    name = "smiles"


MOST_SHOTS = 100_000_000
"""In one setting; more than any device takes."""

WHOLE = WholeNumber()
"""Its range is that of the field that it sets."""

SMILES_FLAG = "--smiles"

Flag = tuple[str, Path, Any, str]
"""The flag, the place in the input that it sets, its type, and its help."""

OPTION_FLAGS: dict[str, tuple[Flag, ...]] = {
    "optimizer": (("--maxiter", ("optimizer", "maxiter"), WHOLE, "Iterations of the optimiser."),),
    "backend": (
        ("--shots", ("backend", "shots"), WHOLE, "Shots per measured circuit, on average."),
        ("--precision", ("backend", "precision"), str, "Or standard error, e.g. 1.6mHa."),
    ),
    "measurement": (
        (
            "--optimize-on-device/--optimize-exactly",
            ("backend", "optimize_on_device"),
            bool,
            "Find parameters with shots too, or by exact simulation (ibm: the default).",
        ),
        ("--noise", ("backend", "noise"), str, "A fake IBM device's noise (aer)."),
        ("--method", ("backend", "method"), str, "Aer's simulation method."),
    ),
}
"""Flags of single options, by the kind whose own flag they follow."""


def _selection_flags() -> Iterator[Flag]:
    """A flag for every kind that has one, and those of options that follow it."""
    for kind in KINDS.values():
        if kind.flag_help is not None:
            yield f"--{kind.name}", kind.key, SelectionType(kind.name), kind.flag_help
        yield from OPTION_FLAGS.get(kind.name, ())


LOG_IS_SHOWN = "vqe_cli.log_is_shown"
"""Key of click's notes on one command line."""

FLAGS: tuple[Flag, ...] = (
    (SMILES_FLAG, ("molecule", "geometry"), SmilesType(), "The molecule, in place of a FILE's."),
    ("--basis", ("molecule", "basis"), str, "Basis set."),
    ("--charge", ("molecule", "charge"), WHOLE, "Total charge."),
    ("--multiplicity", ("molecule", "multiplicity"), WHOLE, "2S+1."),
    *_selection_flags(),
    ("--initial", ("initial",), str, "zeros, mp2, ccsd, random, or {file: ...}."),
    ("--restarts", ("restarts",), WHOLE, "Further random starts."),
    ("--seed", ("seed",), WHOLE, "Seed of everything random."),
    ("--max-memory", ("max_memory",), str, "Refuse what needs more, e.g. 4GB."),
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
    "--restarts",
    "--seed",
    "--max-memory",
)


OF_ONE_MOLECULE = (SMILES_FLAG, "--charge", "--multiplicity")
"""In a campaign every candidate brings them itself."""


def input_options(command: F) -> F:
    """Flags that set fields of the input, and ``--set`` for all others."""
    return _with_flags(command, [flag for flag, *_ in FLAGS])


def campaign_options(command: F) -> F:
    """Those of them that hold for many molecules."""
    return _with_flags(command, [flag for flag, *_ in FLAGS if flag not in OF_ONE_MOLECULE])


def problem_options(command: F) -> F:
    """Those of them that choose problem, trial state and start."""
    return _with_flags(command, PROBLEM_FLAGS)


def _with_flags(command: F, wanted: Sequence[str]) -> F:
    command = click.option(
        "--set",
        "assignments",
        type=AssignmentType(),
        multiple=True,
        metavar="KEY=VALUE",
        help="Set any field, e.g. --set optimizer.maxiter=200.",
    )(command)
    for flag, _, kind, text in reversed([entry for entry in FLAGS if entry[0] in wanted]):
        if kind is bool:
            command = click.option(flag, default=None, help=text)(command)
            continue
        text_kind = str if isinstance(kind, SmilesType) else kind
        metavar = {WHOLE: "N", str: "TEXT"}.get(text_kind, "NAME")
        command = click.option(flag, type=kind, metavar=metavar, help=text)(command)
    return command


def json_option(command: F) -> F:
    """``--json``: one JSON object on standard output and nothing else there."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object and nothing else."
    )(command)


def verbose_option(command: F) -> F:
    """``-v`` and ``-vv``: the package's log on standard error, never on standard output."""
    return click.option(
        "-v",
        "--verbose",
        count=True,
        expose_value=False,
        callback=_show_log,
        help="Log every stage to standard error; -vv logs more.",
    )(command)


def _show_log(ctx: click.Context, _: click.Parameter, count: int) -> None:
    """Show the log until the command has ended; once, wherever ``-v`` stands."""
    if not count or ctx.resilient_parsing or LOG_IS_SHOWN in ctx.meta:
        return
    from vqe_cli._core.log import LEVELS, StandardError, listening

    ctx.meta[LOG_IS_SHOWN] = True
    level = LEVELS[min(count, len(LEVELS) - 1)]
    ctx.find_root().with_resource(listening(StandardError(), level))


def overrides(flags: dict[str, Any], assignments: Sequence[str]) -> list[tuple[Path, Any, str]]:
    """What flags and ``--set`` say, in the order in which it is applied.

    Args:
        flags: Click's parameters by their Python names.
        assignments: ``key.sub=value`` texts.

    Raises:
        InputError: An assignment is not of that form.
    """
    found: list[tuple[Path, Any, str]] = []
    smiles = flags.get("smiles")
    if smiles is not None:
        named = smiles[:60] if smiles.isprintable() and smiles.strip() else "molecule"
        found += [
            (("molecule", "name"), named, SMILES_FLAG),
            (("molecule", "geometry"), {"smiles": smiles}, SMILES_FLAG),
        ]
    for flag, path, kind, _ in FLAGS:
        if flag == SMILES_FLAG:
            continue
        value = flags.get(flag.split("/")[0].lstrip("-").replace("-", "_"))
        if value is not None:
            found.append((path, parsed(flag, value) if _is_text(kind) else value, flag))
    return found + [_assignment(text) for text in assignments]


def load_input(file: str | None, flags: dict[str, Any], assignments: Sequence[str]) -> RunSpec:
    """The input of a command that takes one FILE, or ``--smiles`` in its place.

    Args:
        file: The FILE, if there is one.
        flags: Click's parameters by their Python names.
        assignments: ``key.sub=value`` texts.

    Raises:
        UsageError: There is neither.
        InputError: The input is wrong.
    """
    import vqe_cli

    require_input(() if file is None else (file,), flags)
    return vqe_cli.load(file, overrides(flags, assignments))


def require_input(files: Sequence[str], flags: dict[str, Any]) -> None:
    """Refuse a command line without a molecule."""
    if not files and flags.get("smiles") is None:
        raise click.UsageError("give a FILE, or a molecule by --smiles")


def _is_text(kind: Any) -> bool:
    return kind is str or isinstance(kind, SelectionType)


def _assignment(text: str) -> tuple[Path, Any, str]:
    key, separator, value = text.partition("=")
    if not separator or not all(key.split(".")):
        error = InputError(f"'{text}' is not KEY=VALUE", hint="--set optimizer.maxiter=200")
        error.where = "--set"
        raise error
    return tuple(key.split(".")), parsed(f"--set {key}", value), f"--set {key}"


def parsed(flag: str, value: str) -> Any:
    """Read a value as YAML would, but leave plain words alone.

    Args:
        flag: Where it stands, for the error.
        value: The text.

    Raises:
        InputError: It is no YAML.
    """
    from vqe_cli.schema.yaml_source import YamlError, parse_value

    try:
        return parse_value(value)
    except YamlError as error:
        fault = InputError(f"'{value}': {error.message}", hint=error.hint)
        fault.where = flag
        raise fault from None
