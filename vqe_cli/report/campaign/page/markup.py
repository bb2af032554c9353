"""HTML and SVG from calls: every text is escaped unless it came from here."""

from __future__ import annotations

import json
from html import escape
from typing import Any


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | int | None
"""What may stand in an element; None stands for nothing."""


def element(name: str, *content: Content, **attributes: str | float | None) -> Markup:
    """One element.

    Args:
        name: Of the element.
        content: What stands in it, escaped where it is not `Markup`.
        attributes: ``class_`` is ``class``, other underscores are hyphens; None leaves one out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{joined(*content)}</{name}>")


def joined(*content: Content) -> Markup:
    """Several pieces one after another.

    Args:
        content: Escaped where it is not `Markup`.
    """
    return Markup(
        "".join(
            piece if isinstance(piece, Markup) else escape(str(piece))
            for piece in content
            if piece is not None
        )
    )


def data_block(identifier: str, data: Any) -> Markup:
    """Data for the page's script, as JSON that cannot end its element.

    Args:
        identifier: Of the element.
        data: Plain; what is not finite must be None.
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    inert = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup(f'<script type="application/json" id="{identifier}">{inert}</script>')
