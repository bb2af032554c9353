"""Hints as whole lines that can be typed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from vqe_cli.errors import ResourceLimitError, VqeError

SPACE = "--active-space"


def with_line_to_type(error: VqeError, arguments: Sequence[str]) -> VqeError:
    """The error, its hint a line to type where it is an active space that would fit.

    Args:
        error: The error of a command.
        arguments: The command line.
    """
    hint = error.hint or ""
    if not isinstance(error, ResourceLimitError) or not hint.startswith(f"{SPACE} "):
        return error
    first, separator, others = hint.partition(f", or {SPACE} ")
    if "'{name: frontier, ...}'" in first:
        return error
    kept = _without_option(list(arguments), SPACE)
    error.hint = f"{shlex.join(('vqe', *kept))} {first}"
    if separator:
        error.hint += f" (or {SPACE} {others})"
    return error


def _without_option(words: list[str], option: str) -> list[str]:
    """The words of a command line without an option and its value."""
    kept: list[str] = []
    while words:
        word = words.pop(0)
        if word == option:
            words[:1] = []
        elif not word.startswith(f"{option}="):
            kept.append(word)
    return kept
