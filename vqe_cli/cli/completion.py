"""Completion by the shell: words that begin with what has been typed."""

from __future__ import annotations

from collections.abc import Iterable
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
