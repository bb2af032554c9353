"""What the options of ``vqe compare`` mean: where rows are computed, the grid, and families."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from vqe_cli.cli.flag_values import parsed
from vqe_cli.errors import InputError

if TYPE_CHECKING:
    from vqe_cli.comparison.families import Family
    from vqe_cli.errors import Path as KeyPath
    from vqe_cli.schema import RunSpec
    from vqe_cli.screening.workers.places import Place


def place_of(workers: int | None, scheduler: str | None, cluster: str | None) -> Place:
    """Where rows of a comparison, or points of a scan, are computed.

    Args:
        workers: Number of them at the same time on this machine; None for one per core.
        scheduler: Address of a running Dask scheduler; None for none.
        cluster: A batch system as text; None for none.
    """
    from pydantic import ValidationError

    from vqe_cli._core.validation import input_error
    from vqe_cli.screening.workers.clusters import BatchSystem
    from vqe_cli.screening.workers.places import Place

    if cluster is None:
        return Place(workers, scheduler)
    if scheduler is not None:
        raise click.UsageError("--scheduler and --cluster exclude each other")
    try:
        system = BatchSystem.model_validate(parsed("--cluster", cluster))
    except ValidationError as error:
        wrong = input_error(error, BatchSystem)
        wrong.where = "--cluster"
        raise wrong from None
    return Place(cluster=system)


def grid_of(axes: Sequence[str]) -> dict[str, list[Any]]:
    """Values by key of the input.

    Args:
        axes: Texts such as ``ansatz=uccsd,adapt``.

    Raises:
        InputError: A text is no axis, or a key is given twice.
    """
    found: dict[str, list[Any]] = {}
    for text in axes:
        key, separator, values = text.partition("=")
        if not separator or not key or not values:
            error = InputError(f"'{text}' is not KEY=A,B", hint="write --grid ansatz=uccsd,adapt")
            error.where = "--grid"
            raise error
        if key in found:
            error = InputError(f"'{key}' is given twice", hint=f"write --grid {key}=A,B,C")
            error.where = "--grid"
            raise error
        listed = parsed(f"--grid {key}", f"[{values}]")
        found[key] = list(listed)
    return found


def grown_problems(
    grown: tuple[Family, tuple[int, ...]],
    files: Sequence[str],
    flags: dict[str, Any],
    changes: Sequence[tuple[KeyPath, Any, str]],
) -> list[tuple[str, RunSpec]]:
    """The inputs of a family with their names, each with the changes that flags make.

    Args:
        grown: The family and its sizes.
        files: Input files.
        flags: Flags of the input by name.
        changes: The changes that flags make.
    """
    from vqe_cli.schema import load

    family, sizes = grown
    if family.has_molecule:
        if files or flags.get("smiles") is not None:
            raise click.UsageError(f"--scale {family.name} has molecules of its own: give no FILE")
    elif len(files) + (flags.get("smiles") is not None) != 1:
        raise click.UsageError(f"--scale {family.name} needs one FILE, or --smiles")
    named = []
    for size in sizes:
        own = [
            (tuple(key.split(".")), value, "--scale") for key, value in family.changes(size).items()
        ]
        spec = load(files[0] if files else None, [*own, *changes])
        name = spec.title if family.has_molecule else f"{spec.title} ({size}e,{size}o)"
        named.append((name, spec))
    return named
