"""Figures that notebooks show without a display and without pyplot."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

DOTS_PER_INCH = 110
"""Resolution of a figure in a notebook."""


class NotebookFigure(Figure):
    """Matplotlib's figure, which a notebook shows as the value of a cell."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        FigureCanvasAgg(self)

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        self.savefig(content, format="png", dpi=DOTS_PER_INCH)
        return content.getvalue()
