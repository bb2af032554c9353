"""The words of a command line that give an input again, to another command."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from vqe_cli.cli.options import FLAGS, REPEATED
from vqe_cli.errors import Path


def input_words(
    file: str | None,
    flags: dict[str, Any],
    assignments: Sequence[str],
    without: Path | None = None,
) -> str:
    """FILE and all flags that set its fields, quoted for a shell.

    Args:
        file: Path of the FILE; None if none is given.
        flags: Click's parameters by their Python names.
        assignments: Texts ``key.sub=value`` of ``--set``.
        without: Key of a field that is left out, with all below it; None for none.
    """
    words = [] if file is None else [file]
    for flag, path, kind, _ in FLAGS:
        if not _is_below(path, without):
            words += _words(flag, flags, is_switch=kind is bool)
    for text in assignments:
        key = tuple(text.partition("=")[0].strip().split("."))
        if not _is_below(key, without):
            words += ["--set", text]
    return shlex.join(words)


def _is_below(path: Path, key: Path | None) -> bool:
    return key is not None and path[: len(key)] == key


def _words(flag: str, flags: dict[str, Any], *, is_switch: bool) -> Iterator[str]:
    """A flag with its value, once for each entry; nothing if it is not given."""
    yes, _, no = flag.partition("/")
    value = flags.get(yes.lstrip("-").replace("-", "_"))
    if value is None:
        return
    if is_switch:
        yield yes if value else no
        return
    for entry in value if flag in REPEATED else (value,):
        yield from (yes, str(entry))
