"""Names of basis sets in one spelling, since programs ignore case, hyphens and blanks in them.

``STO-3G``, ``sto3g`` and ``sto-3g`` are one basis set, and so are ``6-31G(d)`` and ``6-31g*``. The
spelling is that of input files, in small letters with hyphens; papers write some letters large.
"""

from __future__ import annotations

import re

_POPLE = re.compile(r"([346])(\d\d\d?)(\+{0,2}g)(\*{1,2}|s{1,2}|\([a-z0-9,]+\))?")
_MINIMAL = re.compile(r"sto(\d)g")
_FITTED = "(jkfit|jfit|mp2fit|optri|cfit|fit|ri)?"
_HYPHENATED = tuple(
    map(
        re.compile,
        (
            r"(ccecp(?:28|36|he|reg)?|crystal)?(heavy)?(aug)?(cc)(pw?c?v[^z]+z)(f12(?:nz|rev2)?)?"
            rf"(dk3|dkh|dk|ppnr|pp)?{_FITTED}",
            rf"(ma)?(def2)(universal|m?[a-z]+?){_FITTED}",
            r"(aug)?(pcseg|pc)(\d)",
            r"(gth)([a-z0-9]+?)(molopt)?(sr)?",
            r"(dyall|bfd|stuttgart|ano|pob|sarc)([a-z0-9]+)",
            r"([dtq]zp)(dkh|dk|dunning)",
        ),
    )
)
"""Names whose parts are joined by hyphens: Dunning, Karlsruhe, Jensen, and others."""

_UPPER = (
    "lanl2dz", "lanl2tz", "lanl08", "minao", "dz", "dzp", "dzvp", "dzvp2", "tz", "tzp", "tzv",
    "qzp", "adzp", "atzp", "aqzp", "iglo", "iglo3", "sbkjc", "crenbl", "crenbs", "ano", "bfd",
)  # fmt: skip
"""Names without hyphens that papers write in capitals."""

_SINGLE = (*_UPPER, "stuttgart", "ccecp", "weigend", "demon", "ahlrichs")
"""Names without hyphens."""

_POLARISED = {"s": "*", "ss": "**", "(d)": "*", "(d,p)": "**"}
"""Notations of polarisation functions and the stars that stand for them."""

_STARS = {"*": "(d)", "**": "(d,p)"}


def basis_name(name: str) -> str:
    """The name of a basis set or core potential in the spelling of input files.

    Args:
        name: The name as it was written, possibly with a contraction after ``@``.

    Returns:
        The name in small letters with the usual hyphens; an unknown name unchanged.
    """
    written, at, contraction = name.partition("@")
    folded = re.sub(r"[-_\s]", "", written.lower())
    known = _pople(folded) or _of_one_word(folded) or _hyphenated(folded)
    return name if known is None else f"{known}{at}{contraction.strip().lower()}"


def published_name(name: str) -> str:
    """The name as papers write it: STO-3G, 6-31G(d), cc-pVDZ, def2-SVP.

    Args:
        name: The name in any spelling.
    """
    known, at, contraction = basis_name(name).partition("@")
    return f"{_published(known)}{at}{contraction}"


def _pople(folded: str) -> str | None:
    """``6-31+g*``; 3-21G* is not 3-21G(d), since it polarises only the second row."""
    found = _POPLE.fullmatch(folded)
    if found is None:
        return None
    core, valence, diffuse, polarised = found.groups(default="")
    if polarised.startswith("s") or valence != "21":
        polarised = _POLARISED.get(polarised, polarised)
    return f"{core}-{valence}{diffuse}{polarised}"


def _of_one_word(folded: str) -> str | None:
    """A minimal basis, or a name without hyphens."""
    minimal = _MINIMAL.fullmatch(folded)
    if minimal is not None:
        return f"sto-{minimal[1]}g"
    return folded if folded in _SINGLE else None


def _hyphenated(folded: str) -> str | None:
    """The parts of a name that are there, joined by hyphens."""
    for form in _HYPHENATED:
        if (found := form.fullmatch(folded)) is not None:
            return "-".join(part for part in found.groups() if part)
    return None


def _published(name: str) -> str:
    """The name with the letters large that papers write so."""
    if re.match(r"sto-|\d-", name):
        stem, stars = name.rstrip("*"), name[len(name.rstrip("*")) :]
        plain, parenthesis, functions = stem.partition("(")
        stars = "*" if stars and plain.startswith("3-21") else _STARS.get(stars, "")
        return f"{plain.upper()}{parenthesis}{functions}{stars}"
    dunning = re.fullmatch(r"((?:[a-z0-9]+-)*)(cc-pw?)(c?v[^z]+z)((?:-.*)?)", name)
    if dunning:
        before, stem, zeta, rest = dunning.groups()
        return f"{before.replace('ccecp', 'ccECP')}{stem}{zeta.upper()}{rest.upper()}"
    karlsruhe = re.fullmatch(r"((?:ma-)?def2-)(.*)", name)
    if karlsruhe:
        return f"{karlsruhe[1]}{karlsruhe[2].upper()}"
    return name.upper() if name in _UPPER or re.match("(ano|gth|bfd)-", name) else name
