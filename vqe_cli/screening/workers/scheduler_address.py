"""Checks of the address of an external Dask scheduler before anything is sent there."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from vqe_cli._core.redaction import redact
from vqe_cli.errors import InputError, UnavailableError


def checked(address: str) -> tuple[str, ...]:
    """Warnings about an address.

    Args:
        address: Address such as ``tls://host:8786`` or ``tcp://host:8786``.

    Raises:
        InputError: The address is invalid.
        UnavailableError: The address needs keys, which Dask's configuration does not have.
    """
    scheme, host = _parts_of(address)
    if scheme == "tls":
        _refuse_without_keys()
        return ()
    others = "any user of this machine" if _is_loopback(host) else "anyone who reaches that port"
    return (
        f"the connection to {host} is not encrypted, and {others} can run programs as you:"
        " use tls://",
    )


def _parts_of(address: str) -> tuple[str, str]:
    """The scheme and the host of a scheduler's address."""
    try:
        found = urlsplit(address)
        port = found.port
    except ValueError:  # unbalanced brackets, or a port that is not a number
        found, port = urlsplit(""), None
    if found.scheme not in ("tcp", "tls") or not found.hostname or not port:
        raise InputError(
            f"invalid scheduler address: '{address}'",
            hint="tls://host:8786, or tcp://127.0.0.1:8786 on this machine",
        )
    return found.scheme, found.hostname


def _refuse_without_keys() -> None:
    """Refuse missing keys, with which Dask's client would hang for a minute before it fails."""
    from distributed.security import Security

    try:
        context = Security().get_connection_args("client").get("ssl_context")
    except (OSError, ValueError) as error:
        trouble = f"the keys in Dask's configuration cannot be used: {redact(str(error))}"
        raise UnavailableError(trouble, hint="see distributed.comm.tls there") from error
    if context is None:
        raise UnavailableError(
            "a scheduler at tls:// needs keys, and Dask's configuration has none",
            hint="set them there: distributed.comm.tls.ca-file, client.cert and client.key",
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # a name
