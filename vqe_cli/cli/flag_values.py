"""What the flags of a command line say: values for the keys of the input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.options import FLAGS, REPEATED, SMILES_FLAG
from vqe_cli.cli.parameter_types import KnownTextType, SelectionType
from vqe_cli.errors import InputError, Path

if TYPE_CHECKING:
    from vqe_cli.schema import RunSpec


def overrides(flags: dict[str, Any], assignments: Sequence[str]) -> list[tuple[Path, Any, str]]:
    """The values that flags and ``--set`` give, in the order of application.

    Args:
        flags: Click's parameters by their Python names.
        assignments: Texts ``key.sub=value`` of ``--set``.

    Returns:
        Keys, value and flag of each.

    Raises:
        InputError: An assignment has another form.
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
        if flag in REPEATED:
            entries = [parsed(flag, text) for text in value or ()]
            if entries:
                found.append((path, entries[0] if len(entries) == 1 else entries, flag))
        elif value is not None:
            found.append((path, parsed(flag, value) if _is_text(kind) else value, flag))
    return found + [_assignment(text) for text in assignments]


def load_input(file: str | None, flags: dict[str, Any], assignments: Sequence[str]) -> RunSpec:
    """The input of a command that takes one FILE, or ``--smiles`` in its place.

    Args:
        file: Path of the FILE; None if none is given.
        flags: Click's parameters by their Python names.
        assignments: Texts ``key.sub=value`` of ``--set``.

    Raises:
        UsageError: Neither FILE nor ``--smiles`` is given.
        InputError: The input is wrong.
    """
    from vqe_cli.schema import load

    require_input(() if file is None else (file,), flags)
    return load(file, overrides(flags, assignments))


def require_input(files: Sequence[str], flags: dict[str, Any]) -> None:
    """Refuse a command line without a molecule."""
    if not files and flags.get("smiles") is None:
        raise click.UsageError("no molecule: give a FILE, - for standard input, or --smiles")


def _is_text(kind: Any) -> bool:
    return kind is str or isinstance(kind, (SelectionType, KnownTextType))


def _assignment(text: str) -> tuple[Path, Any, str]:
    key, separator, value = text.partition("=")
    if not separator or not all(key.split(".")):
        error = InputError(f"'{text}' is not KEY=VALUE", hint="write --set optimizer.maxiter=200")
        error.where = "--set"
        raise error
    return tuple(key.split(".")), parsed(f"--set {key}", value), f"--set {key}"


def method_list(text: str) -> list[Any]:
    """The names of methods, or mappings of names and options, of ``--methods``.

    Args:
        text: Names and mappings, separated by commas: ``hf,{name: dmrg, bond_dimension: 500}``.

    Raises:
        InputError: A mapping is not valid YAML.
    """
    if "{" not in text:
        return [name.strip() for name in text.split(",")]
    return list(parsed("--methods", f"[{text}]"))


def parsed(flag: str, value: str) -> Any:
    """The value of a text read as YAML.

    Args:
        flag: The flag that has the text, for the error.
        value: The text.

    Raises:
        InputError: The text is not valid YAML.
    """
    from vqe_cli.schema.yaml_source import YamlError, parse_value

    try:
        return parse_value(value)
    except YamlError as error:
        is_cut = value.startswith("{") and not value.endswith("}")
        hint = f"quote what is in braces: {flag} '{{name: ..., ...}}'" if is_cut else error.hint
        fault = InputError(f"'{value}': {error.message}", hint=hint)
        fault.where = flag
        raise fault from None
