"""HTML pages from templates: each is one file without network access; all values are escaped."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from vqe_cli._core.wording import counted
from vqe_cli.report.format import thousands

if TYPE_CHECKING:
    from jinja2 import Environment

JSON = {"separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
"""Options of the template filter ``tojson``, which writes the data of the page's script."""


def render(package: str, template: str, **values: object) -> str:
    """The HTML of a page.

    Templates, styles and scripts are searched in the folder ``templates`` of `package`, then in
    the one beside this file, which has the shared parts: ``base.html``, ``base.css`` and the
    macros.

    Args:
        package: The package of the page, such as ``"vqe_cli.report.campaign.page"``.
        template: File name of the template.
        values: The data of the template, by name.

    Raises:
        jinja2.UndefinedError: The template uses a name that is not in the data.
    """
    return _environment(package).get_template(template).render(**values)


@cache
def _environment(package: str) -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    loader = ChoiceLoader([PackageLoader(package), PackageLoader(__package__)])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.policies["json.dumps_kwargs"] = JSON
    environment.filters.update(
        counted=counted, pixels=_pixels, quoted=_quoted, sha256=_sha256, thousands=thousands
    )
    environment.globals["source"] = lambda name: loader.get_source(environment, name)[0]
    return environment


def _pixels(length: float) -> str:
    return f"{length:.1f}"


def _quoted(text: str) -> str:
    """Text quoted as a part of a URL."""
    return quote(text, safe="")


def _sha256(text: str) -> str:
    """The digest of a script for a Content-Security-Policy."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
