"""What to do about the errors of a device: mitigation that fits the run, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from vqe_cli.ansatz import ANSATZE
from vqe_cli.measurement.mitigation.options import ORDER
from vqe_cli.report.run.accuracy_remedies import ACCURACY, remedy_of_bar
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord

FAKE = "fake_"
"""Prefix of the names of devices whose noise is known here."""

LESS_NOISE = (
    "fewer two-qubit gates, or another device; neither other parameters nor more shots remove its"
    " error"
)

COSTS = {"zne": 3, "reference_state": 2}
"""Factors by which methods of mitigation multiply the shots of the final energy."""


def is_noisy(record: RunRecord) -> bool:
    """Whether the energy of a run has errors of a device.

    Args:
        record: The record of the run.
    """
    return any(check.name == "noise-free" for check in record.checks)


def remedy_of_noise(check: Check, record: RunRecord) -> str | None:
    """What to do about a check of a noisy run; None if the usual remedy holds.

    Args:
        check: A check that did not hold.
        record: The record that it belongs to.
    """
    if check.name == "noise-free":
        study = _study(record)
        return study if _methods(record) else f"{_mitigation(record)}; {study}"
    if check.name in ("particle-number", "sz"):
        return f"{_less_noise(record)}; {_selection(record)}"
    if check.name in ACCURACY and (bar := remedy_of_bar(record)) is not None:
        return f"{bar}; what is larger than that then is the noise"
    if check.name in ("s-squared", "chemical-accuracy", "gap-accuracy", "accuracy"):
        return _less_noise(record)
    if check.name == "not-below-exact" and "zne" in _methods(record):
        return f"the extrapolation has overshot: {_gentler(record)}"
    return None


def _less_noise(record: RunRecord) -> str:
    return f"less noise: {'' if _methods(record) else 'mitigation, '}{LESS_NOISE}"


def _mitigation(record: RunRecord) -> str:
    """Mitigation of the final energy, and its cost."""
    chosen = ("readout", "reference_state") if _is_product(record) else ("readout", "zne")
    times = max(COSTS.get(method, 1) for method in chosen)
    return f"{_assigned(chosen)}, for about {times} times the shots of the final energy"


def _selection(record: RunRecord) -> str:
    """Post-selection, where every basis determines the number of electrons."""
    chosen = _assigned({*_methods(record), "symmetry"})
    return f"post-selection of the right sector: {chosen} with `--measurement low-rank`"


def _gentler(record: RunRecord) -> str:
    """Mitigation that overshoots less than an exponential."""
    methods = _methods(record)
    if _is_product(record) and "reference_state" not in methods:
        return (
            f"{_assigned({*methods, 'reference_state'})} takes its error off, for twice the shots"
        )
    kept = "".join(f"{method}: {{}}, " for method in methods if method != "zne")
    line = f"backend.mitigation={{{kept}zne: {{extrapolation: linear}}}}"
    return f"`--set '{line}'` undoes less of the noise"


def _study(record: RunRecord) -> str:
    """The command that studies the noise, which may have been given by a flag."""
    noise = _noise(record)
    given = f" --noise {noise}" if noise else ""
    return f"`vqe diagnose FILE --study noise{given}` tells how much noise is too much"


def _noise(record: RunRecord) -> str:
    """The noise as the value of a flag; empty for a device whose noise is not known here."""
    backend = record.spec["backend"]
    noise = backend.get("noise") or backend.get("device", "")
    if isinstance(noise, str):
        return noise if noise.startswith(FAKE) else ""
    if set(noise) == {"device", "scale"} and noise["scale"] == 1:
        return str(noise["device"])
    return f"'{json.dumps(noise)}'"


def _methods(record: RunRecord) -> tuple[str, ...]:
    """The methods of mitigation that the run has used."""
    chosen: dict[str, Any] = record.spec["backend"].get("mitigation") or {}
    return tuple(chosen)


def _assigned(methods: Collection[str]) -> str:
    ordered = [name for name in ORDER if name in methods]
    return f"`--set 'backend.mitigation=[{', '.join(ordered)}]'`"


def _is_product(record: RunRecord) -> bool:
    """Whether the ansatz prepares the determinant with the gates of the state."""
    ansatz = record.spec["ansatz"]
    return ansatz["name"] in ANSATZE.names() and ANSATZE.create(ansatz).is_product
