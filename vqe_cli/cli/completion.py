"""Completion by the shell: words that begin with what has been typed.

Nothing numerical is imported for it, so that it answers while one types.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def matching(words: Iterable[str], incomplete: str, before: str = "") -> list[CompletionItem]:
    """The words that begin with an incomplete word in any case.

    Args:
        words: All words.
        incomplete: What has been typed.
        before: What stands before the word in the same argument, such as ``optimizer=``.
    """
    from click.shell_completion import CompletionItem

    begin = incomplete.lower()
    return [CompletionItem(before + word) for word in words if word.lower().startswith(begin)]


def devices() -> list[str]:
    """The names of the fake devices, found without importing IBM's runtime."""
    runtime = find_spec("qiskit_ibm_runtime")
    if runtime is None or runtime.origin is None:
        return []
    folder = Path(runtime.origin).parent / "fake_provider" / "backends"
    return sorted(f"fake_{one.parent.name}" for one in folder.glob("*/fake_*.py"))


def bases() -> tuple[str, ...]:
    """The names of common basis sets."""
    from vqe_cli.chemistry.basis.basis_sets import COMMON_BASES

    return COMMON_BASES


def paths(begin: str) -> Iterator[str]:
    """The fields of the input that begin alike, such as ``optimizer.maxiter``.

    Args:
        begin: What has been typed of the path.
    """
    from vqe_cli._core.kinds import KINDS, PARTS
    from vqe_cli._core.validation import models_in
    from vqe_cli.schema.run_spec import RunSpec

    key, dot, _ = begin.partition(".")
    of_kinds = [".".join(map(str, kind.key)) for kind in KINDS.values() if kind.key]
    if not dot:
        yield from (*RunSpec.model_fields, *of_kinds)
        return
    if key in PARTS:
        registry = PARTS[key].registry
        options = {
            option for name in registry.usable() for option in registry.get(name).model_fields
        }
        yield from (f"{key}.{option}" for option in ("name", *sorted(options)))
    elif key in RunSpec.model_fields:
        found = models_in(RunSpec.model_fields[key].annotation)
        fields = {field: one for model in found for field, one in model.model_fields.items()}
        yield from (f"{key}.{field}" for field in fields)
        inner = [
            f"{key}.{field}.{name}"
            for field, one in fields.items()
            for model in models_in(one.annotation)
            for name in model.model_fields
        ]
        yield from inner
    yield from of_kinds
