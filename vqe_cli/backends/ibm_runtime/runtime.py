"""The one module that imports `qiskit_ibm_runtime`: its class names, and its errors as ours."""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from vqe_cli.backends.ibm_runtime.redaction import redact
from vqe_cli.errors import InputError, Path, UnavailableError, VqeError, did_you_mean

T = TypeVar("T")

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
"""Seconds between attempts after a failure of the network; two minutes together."""

_TRANSIENT_STATUS = {-1, 408, 425, 429, 500, 502, 503, 504}
"""HTTP codes after which the same request may succeed; -1 is the client's for no answer."""

_ACCOUNT = (
    "set QISKIT_IBM_TOKEN (and QISKIT_IBM_INSTANCE), or save an account with"
    " QiskitRuntimeService.save_account; backend fake_fez needs none"
)
_TOKEN = "check QISKIT_IBM_TOKEN or the saved account; `vqe doctor` says which is used"
_STATUS = (
    "the same command with --resume tries again; https://quantum.cloud.ibm.com shows the state of"
    " IBM's service"
)

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
        "the message above is IBM's; without --resume a fresh job is sent",
    ),
    "RuntimeJobMaxTimeoutError": (
        "the job ran longer than its limit and was stopped",
        "raise max_qpu_seconds, or take fewer shots or points",
    ),
    "RuntimeJobTimeoutError": (
        "the job did not end in the time that was waited for",
        "it goes on; `vqe jobs` lists it, and --resume takes its result",
    ),
    "RuntimeJobNotFound": (
        "IBM does not know that job",
        "it belongs to another account or instance, or has been deleted",
    ),
    "RuntimeInvalidStateError": (
        "the job was cancelled",
        "without --resume a fresh job is sent",
    ),
}


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn whatever IBM's client raises into an error of ours, without tokens.

    Args:
        doing: What was being done: ``"looking up ibm_fez"``.

    Raises:
        UnavailableError: In place of any other exception.
    """
    try:
        yield
    except VqeError:
        raise
    except Exception as error:
        raise explained(error, doing) from None


def explained(error: Exception, doing: str) -> UnavailableError:
    """An error of IBM's client in our words.

    Args:
        error: What was raised.
        doing: What was being done.
    """
    names = [cls.__name__ for cls in type(error).__mro__]
    known = next((_EXPLANATIONS[name] for name in names if name in _EXPLANATIONS), None)
    what, hint = known or ("it failed", _STATUS)
    said = " ".join(redact(str(error)).strip("'\"").split())
    return UnavailableError(f"{doing}: {what} ({names[0]}: {said})", hint=hint)


def is_transient(error: Exception) -> bool:
    """Whether the same request may succeed a little later."""
    names = {cls.__name__ for cls in type(error).__mro__}
    status = getattr(error, "status_code", None)
    if "RequestsApiError" in names:
        return status in _TRANSIENT_STATUS
    if names & {"ConnectionError", "Timeout", "TimeoutError", "ProtocolError"}:
        return True
    if type(error).__name__ == "IBMRuntimeError":  # wraps a RequestsApiError as text
        return re.search(r"\b4\d\d Client Error", str(error)) is None
    return False


def patiently(call: Callable[[], T]) -> T:
    """Call again after failures of the network, with growing pauses.

    Args:
        call: Must be harmless to repeat.
    """
    for pause in PAUSES:
        try:
            return call()
        except Exception as error:
            if not is_transient(error):
                raise
            time.sleep(pause)
    return call()


@cache
def _fake_devices() -> dict[str, Any]:
    from qiskit_ibm_runtime.fake_provider import FakeProviderForBackendV2

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Properties of fake_nighthawk")
        return {device.name: device for device in FakeProviderForBackendV2().backends()}


def fake_device(name: str, path: Path = ("backend", "device")) -> Any:
    """One of IBM's fake backends, such as ``fake_manila``; the prefix may be left out.

    Args:
        name: Its name.
        path: Where in the input the name stands.

    Raises:
        InputError: There is none of that name.
    """
    devices = _fake_devices()
    wanted = name if name.startswith("fake_") else f"fake_{name}"
    if wanted not in devices:
        message = f"there is no fake device called '{name}'"
        raise InputError(message, path=path, hint=did_you_mean(wanted, sorted(devices)))
    return devices[wanted]


def connect() -> Any:
    """IBM's service, with the account of the environment or the saved one.

    Raises:
        UnavailableError: There is no account, it is not valid, or the network is down.
    """
    with translated("connecting to IBM Quantum"):
        from qiskit_ibm_runtime import QiskitRuntimeService

        # The client tells on standard error that it found a token; nobody needs to know.
        logging.getLogger("qiskit_ibm_runtime").setLevel(logging.ERROR)
        return patiently(QiskitRuntimeService)


def execution_mode(kind: str, backend: Any, max_seconds: int | None) -> Any:
    """Where jobs are sent: the device itself, a batch or a session on it.

    Args:
        kind: ``job``, ``batch`` or ``session``.
        backend: IBM's device.
        max_seconds: Wall-clock time after which the batch or session closes by itself.
    """
    if kind == "job":
        return backend
    from qiskit_ibm_runtime import Batch, Session

    return (Batch if kind == "batch" else Session)(backend=backend, max_time=max_seconds)


def sampler(mode: Any, options: dict[str, Any]) -> Any:
    """The sampler of the installed version.

    Args:
        mode: A device, batch, session, or a simulator for local use.
        options: Nested as in `SamplerOptions`.
    """
    try:
        from qiskit_ibm_runtime.executor_sampler import Sampler
    except ImportError:  # before 0.50
        from qiskit_ibm_runtime import SamplerV2 as Sampler
    return Sampler(mode=mode, options=options)
