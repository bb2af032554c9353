"""Limits of shots, and of time and money on real devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vqe_cli.cli.mcp.policy import Policy
from vqe_cli.errors import InputError, ResourceLimitError

if TYPE_CHECKING:
    from vqe_cli.backends import Backend
    from vqe_cli.schema import RunSpec

LIMITED = ("max_memory", "max_shots", "backend")
"""Keys whose values in a grid would go round the limits of the server."""


def limits_of_shots(spec: RunSpec, backend: Backend, policy: Policy) -> Iterator[str]:
    """Assignments of the limits that the input does not keep of itself.

    Args:
        spec: The run's spec.
        backend: Its backend.
        policy: What the server allows.

    Raises:
        ResourceLimitError: More is asked for than is allowed, or an unknown amount.
    """
    settings = backend.shot_settings()
    if settings.precision is not None:
        raise ResourceLimitError(
            f"this server allows {policy.shots:,} shots, and a precision leaves their number open",
            hint="give backend.shots; `estimate` tells how many a precision takes",
        )
    if settings.shots is not None and settings.shots > policy.shots:
        raise ResourceLimitError(
            f"{settings.shots:,} shots for each circuit are more than the {policy.shots:,} that"
            " this server allows",
            hint="fewer shots, or another --max-shots of the server",
        )
    expected = backend.expected(is_product=False)
    if expected is not None and expected.sampled:
        yield f"max_shots={min(policy.shots, spec.max_shots or policy.shots)}"
    yield from _limits_of_device(backend, policy)


def _limits_of_device(backend: Backend, policy: Policy) -> Iterator[str]:
    """Assignments of the limits of time and money on a real device."""
    from vqe_cli.backends.ibm import Ibm
    from vqe_cli.backends.ibm.device_preparation import is_fake

    if not isinstance(backend, Ibm) or is_fake(backend.device):
        return
    if not policy.has_hardware:
        raise ResourceLimitError(
            f"{backend.device} is a real device, and this server sends no jobs",
            hint="simulate it, as by backend fake_fez; jobs need a server that was started with"
            " --max-qpu-seconds or --max-cost",
        )
    if policy.qpu_seconds is not None:
        own = backend.max_qpu_seconds
        yield f"backend.max_qpu_seconds={min(policy.qpu_seconds, own or policy.qpu_seconds)}"
    if policy.money is not None:
        own = backend.max_cost
        yield f"backend.max_cost={policy.money if own is None else min(policy.money, own)}"


def refuse_grid(grid: Mapping[str, Sequence[Any]], policy: Policy) -> None:
    """Refuse values of limited fields in the grid of a comparison.

    Args:
        grid: Values by key of the input.
        policy: What the server allows.

    Raises:
        InputError: A key would go round the limits of the server.
    """
    for key in grid:
        if not all(part.isidentifier() for part in key.split(".")):
            raise InputError(f"'{key}' is no key of the input", hint="such as 'ansatz'")
        if key.partition(".")[0] in LIMITED:
            raise InputError(
                f"'{key}' cannot be in the grid, since this server limits"
                f" shots ({policy.shots:,}) and memory",
                hint="set it for all rows, by 'set', and call once for each value",
            )
