"""Failures of IBM's service: whether they are transient, and when to try again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from vqe_cli.errors import UnavailableError

LONGEST_WAIT = 300.0
"""Longest requested wait in seconds; beyond it the service counts as unavailable."""

TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""HTTP codes after which the same request may succeed."""

TOO_MANY = 429
REQUEST_TIMEOUT = 408

_OF_THE_NETWORK = frozenset(
    {"ConnectionError", "Timeout", "TimeoutError", "ProtocolError", "ChunkedEncodingError",
     "ContentDecodingError", "IncompleteRead", "JSONDecodeError", "IncompleteResultError"}
)  # fmt: skip
_NEVER_PASSES = re.compile(
    r"(?i)session is closed|certificate.verify.failed|certificate has expired"
)
_SOUNDS_LIKE_THE_NETWORK = re.compile(
    r"(?i)timed? ?out|connection|max retries|reset by peer|aborted|resolve|temporar"
)
_STATUS_IN_WORDS = re.compile(r"\b([45]\d\d) (?:Client|Server) Error")


class IncompleteResultError(Exception):
    """The service has sent an incomplete or unreadable result."""


class MissingJobError(UnavailableError):
    """The service does not know a job, though it may know others."""


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and its causes; IBM's client wraps them, some only as text."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def _response(error: BaseException) -> Any:
    """The service's response, where the error of a library beneath IBM's client has it."""
    own = getattr(error, "response", None)
    return getattr(error, "http_response", None) if own is None else own


def status_of(error: BaseException) -> int | None:
    """The HTTP code of an error; None if there was no response, or it is not known."""
    for cause in causes(error):
        for value in (
            getattr(cause, "status_code", None),
            getattr(_response(cause), "status_code", None),
        ):
            if isinstance(value, int) and value >= 400:
                return value
    found = _STATUS_IN_WORDS.search(str(error))
    return int(found[1]) if found else None


def retry_after(error: BaseException) -> float | None:
    """Seconds to wait by the service's header ``Retry-After``; None without one."""
    for cause in causes(error):
        headers = getattr(_response(cause), "headers", None) or {}
        value = headers.get("Retry-After")
        if value is not None:
            return _seconds(str(value))
    return None


def _seconds(value: str) -> float | None:
    """Seconds from a number, or until a date."""
    if value.strip().isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)


def is_transient(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    if any(_NEVER_PASSES.search(str(cause)) for cause in causes(error)):
        return False
    status = status_of(error)
    if status is not None:
        return status in TRANSIENT_STATUS and (retry_after(error) or 0.0) <= LONGEST_WAIT
    names = {cls.__name__ for cause in causes(error) for cls in type(cause).__mro__}
    if names & _OF_THE_NETWORK or "RequestsApiError" in names:
        return True
    # Some of the client's errors hold those of the network as text only.
    wraps = type(error).__name__ in ("IBMRuntimeError", "IBMBackendApiError")
    return wraps and _SOUNDS_LIKE_THE_NETWORK.search(str(error)) is not None


def may_have_arrived(error: BaseException) -> bool:
    """Whether a request that failed with this error may have been accepted.

    A refusal, such as too many requests, is an answer; no response or a server's failure is not.
    """
    status = status_of(error)
    return status is None or status >= 500 or status == REQUEST_TIMEOUT


def is_missing(error: BaseException) -> bool:
    """Whether the service says that there is no such job."""
    return type(error).__name__ == "RuntimeJobNotFound" or status_of(error) == 404


def in_words(error: BaseException) -> str:
    """The reason why a request is repeated, for people."""
    status = status_of(error)
    if status == TOO_MANY:
        return "IBM's service accepts no more requests at the moment (429)"
    if status is not None:
        return f"IBM's service answered {status}"
    if isinstance(error, IncompleteResultError):
        return "the answer was incomplete"
    return "no answer from IBM's service"
