"""The only module that imports `qiskit_ibm_runtime` and translates its errors into ours."""

from __future__ import annotations

import logging
import random
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from vqe_cli._core.log import package_logger
from vqe_cli._core.redaction import redact
from vqe_cli.backends.ibm.failures import (
    LONGEST_WAIT,
    MissingJobError,
    in_words,
    is_transient,
    retry_after,
    status_of,
)
from vqe_cli.backends.submitter import unheard
from vqe_cli.errors import InputError, Path, UnavailableError, VqeError, did_you_mean

T = TypeVar("T")

LOG = package_logger(__name__)

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
"""Seconds between attempts after a network failure; two minutes in total."""

LOOKS = (1.0, 3.0, 6.0, 10.0)
"""Seconds between requests for a list of jobs that may lag behind those sent."""

SPREAD = 0.25
"""Largest random share by which pauses are longer, so that clients do not retry in step."""

_ACCOUNT = (
    "set QISKIT_IBM_TOKEN (and QISKIT_IBM_INSTANCE), or save an account with"
    " QiskitRuntimeService.save_account; backend fake_fez needs none"
)
_TOKEN = "check QISKIT_IBM_TOKEN or the saved account; `vqe doctor` says which is used"
_AGAIN = "the same command with --resume tries again"
_STATUS = "{again}; https://quantum.cloud.ibm.com shows the status of IBM's service"

_EXPLANATIONS: dict[str, tuple[str, str]] = {
    "AccountNotFoundError": ("there is no IBM account on this machine", _ACCOUNT),
    "InvalidAccountError": (
        "the IBM account is not valid, or IBM cannot be reached to check it",
        f"{_TOKEN}; without a network, a fake device such as fake_fez needs none",
    ),
    "CloudResourceNameResolutionError": (
        "the IBM instance was not found",
        "check QISKIT_IBM_INSTANCE: a CRN, or the name of an instance",
    ),
    "IBMNotAuthorizedError": ("IBM did not accept the account", _TOKEN),
    "ApiException": ("IBM did not accept the account", _TOKEN),
    "AuthenticationLicenseError": (
        "IBM's licence agreement has not been accepted",
        "log in at https://quantum.cloud.ibm.com once",
    ),
    "QiskitBackendNotFoundError": (
        "this account has no such device, or none that is free",
        "see the devices of the instance at https://quantum.cloud.ibm.com, or ibm:least-busy",
    ),
    "IBMInputValueError": (
        "IBM's client did not accept the request",
        "check instance and device; `vqe doctor` shows the versions",
    ),
    "RequestsApiError": ("IBM's service refused the request", _STATUS),
    "ConnectionError": ("IBM's service cannot be reached", "check the network, then try again"),
    "RuntimeJobFailureError": (
        "the job failed on the device",
        "the message is IBM's",
    ),
    "RuntimeJobMaxTimeoutError": (
        "the job ran longer than its limit and was stopped",
        "raise max_qpu_seconds, or take fewer shots or points",
    ),
    "RuntimeJobTimeoutError": (
        "the job did not end within the waiting time",
        "it continues, and `vqe jobs` lists it",
    ),
    "RuntimeJobNotFound": (
        "IBM does not know that job",
        "it belongs to another account or instance, or has been deleted; without --resume the run"
        " starts again, and all of its jobs are billed again",
    ),
    "RuntimeInvalidStateError": (
        "the job was cancelled",
        "by `vqe jobs cancel`, or on IBM's website",
    ),
    "IncompleteResultError": (
        "its result is incomplete",
        "part of it was lost in transfer",
    ),
    "IBMRuntimeError": ("IBM's client reported an error", _STATUS),
}

_BY_STATUS: dict[int, tuple[str, str]] = {
    401: ("IBM did not accept the account", _TOKEN),
    403: (
        "this account has no access",
        "check QISKIT_IBM_INSTANCE, and the permissions of the account at https://quantum.cloud.ibm.com",
    ),
    413: ("the job is too large to be sent", "use fewer points or bases at a time"),
    429: (
        "IBM's service accepts no more requests at the moment",
        "{again}; wait some minutes, or end pending jobs",
    ),
}
"""HTTP codes with the same meaning in any error."""

_FAULT = ("IBM's service reports an internal error", _STATUS)

_BY_TEXT = {
    "certificate": (
        "the certificate of IBM's service is not trusted on this machine",
        "check the clock and the proxy: the connection may be intercepted",
    ),
    "cannot be cancelled": ("the job can no longer be cancelled", "`vqe jobs` shows its status"),
}
"""Texts in a message that are more specific than the class of an error."""


@contextmanager
def translated(doing: str, again: str | None = None) -> Iterator[None]:
    """Translate any exception of IBM's client into an `UnavailableError` without tokens.

    Args:
        doing: Description of the action: ``"looking up ibm_fez"``.
        again: Hint about ``--resume``; by default that it tries again.

    Raises:
        UnavailableError: The enclosed code has raised any exception.
    """
    try:
        yield
    except VqeError:
        raise
    except Exception as error:
        raise explained(error, doing, again) from None


def explained(error: Exception, doing: str, again: str | None = None) -> UnavailableError:
    """The `UnavailableError` for an error of IBM's client.

    Args:
        error: The client's error.
        doing: Description of the action.
        again: Hint about ``--resume``; by default that it tries again.
    """
    names = [cls.__name__ for cls in type(error).__mro__]
    status = status_of(error) or 0
    by_status = _FAULT if status >= 500 else _BY_STATUS.get(status)
    by_name = next((_EXPLANATIONS[name] for name in names if name in _EXPLANATIONS), None)
    by_text = next((_BY_TEXT[part] for part in _BY_TEXT if part in str(error).lower()), None)
    what, hint = by_text or by_status or by_name or ("it failed", _STATUS)
    said = " ".join(_unquoted(redact(str(error))).split())
    message = f"{doing}: {what} ({names[0]}: {said})"
    if "RuntimeJobNotFound" in names:
        return MissingJobError(message, hint=hint)
    return UnavailableError(message, hint=_with_resumption(hint, again))


def _unquoted(text: str) -> str:
    """The text without the quotes of a `repr` around it."""
    whole = text[:1] in ("'", '"') and text.find(text[0], 1) == len(text) - 1
    return text[1:-1] if whole else text


def _with_resumption(hint: str, again: str | None) -> str:
    """A hint with the effect of ``--resume`` filled in or added."""
    if "{again}" in hint:
        return hint.format(again=again or _AGAIN)
    return hint if again is None else f"{hint}; {again}"


def patiently(
    call: Callable[[], T],
    doing: str = "asking IBM",
    *,
    seed: int = 0,
    tell: Callable[[str], None] = unheard,
) -> T:
    """Repeat a call after transient failures, with growing pauses and messages about them.

    Args:
        call: A function that can be called repeatedly without harm.
        doing: Description of the action: ``"looking up ibm_fez"``.
        seed: Random seed of the pauses.
        tell: Callback for messages about pauses.

    Returns:
        The result of the call.
    """
    for number, pause in enumerate(pauses(seed), start=1):
        try:
            return call()
        except Exception as error:
            if not is_transient(error):
                raise
            failure = error
        hold_on(failure, pause, f"{doing} (attempt {number} of {len(PAUSES) + 1})", tell)
    return call()


def pauses(seed: int) -> Iterator[float]:
    """Seconds between attempts, each somewhat longer than in `PAUSES`.

    Args:
        seed: Random seed of the additions.
    """
    spread = random.Random(seed)
    return (pause * (1 + SPREAD * spread.random()) for pause in PAUSES)


def hold_on(
    failure: Exception, pause: float, doing: str, tell: Callable[[str], None] = unheard
) -> None:
    """Wait after a failure: as long as the service requests, or for a given pause.

    Args:
        failure: The exception.
        pause: Shortest wait in seconds.
        doing: Description of the action.
        tell: Callback for a message about the pause.
    """
    wait = max(pause, min(retry_after(failure) or 0.0, LONGEST_WAIT))
    LOG.info("%s: %s, next attempt in %.0f s", doing, failure, wait)
    tell(f"{doing}: {in_words(failure)}; next attempt in {wait:.0f} s")
    time.sleep(wait)


@cache
def _fake_devices() -> dict[str, Any]:
    from qiskit_ibm_runtime.fake_provider import FakeProviderForBackendV2

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Properties of fake_nighthawk")
        return {device.name: device for device in FakeProviderForBackendV2().backends()}


def fake_device(name: str, path: Path = ("backend", "device")) -> Any:
    """One of IBM's fake backends, such as ``fake_manila``; the prefix may be left out.

    Args:
        name: Name of the fake device.
        path: Keys of the name in the input.

    Raises:
        InputError: There is no fake device of that name.
    """
    devices = _fake_devices()
    wanted = name if name.startswith("fake_") else f"fake_{name}"
    if wanted not in devices:
        message = f"there is no fake device called '{name}'"
        raise InputError(message, path=path, hint=did_you_mean(wanted, sorted(devices)))
    return devices[wanted]


def connect(tell: Callable[[str], None] = unheard) -> Any:
    """A connection to IBM's service, with the account of the environment or the saved one.

    Args:
        tell: Callback for messages about pauses.

    Raises:
        UnavailableError: There is no account, it is not valid, or the network is down.
    """
    with translated("connecting to IBM Quantum"):
        from qiskit_ibm_runtime import QiskitRuntimeService

        # The client reports on standard error that it found a token.
        logging.getLogger("qiskit_ibm_runtime").setLevel(logging.ERROR)
        LOG.info("connecting to IBM Quantum")
        return patiently(QiskitRuntimeService, "connecting to IBM Quantum", tell=tell)


def execution_mode(kind: str, backend: Any, max_seconds: int | None) -> Any:
    """The target of jobs: the device itself, a batch or a session on it.

    Args:
        kind: Execution mode: ``job``, ``batch`` or ``session``.
        backend: IBM's device.
        max_seconds: Wall-clock seconds after which the batch or session closes by itself.
    """
    if kind == "job":
        return backend
    from qiskit_ibm_runtime import Batch, Session

    return (Batch if kind == "batch" else Session)(backend=backend, max_time=max_seconds)


def sampler(mode: Any, options: dict[str, Any]) -> Any:
    """The sampler of the installed version.

    Args:
        mode: A device, batch or session, or a simulator for local use.
        options: Options, nested as in `SamplerOptions`.
    """
    try:
        from qiskit_ibm_runtime.executor_sampler import Sampler
    except ImportError:  # before 0.50
        from qiskit_ibm_runtime import SamplerV2 as Sampler
    return Sampler(mode=mode, options=options)
