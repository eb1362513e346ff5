"""The only door for calls to addresses that people typed or that browsers gave: webhooks, push services, gateways.

A name is resolved here, every address that it stands for is checked, and the call goes to the address that was
checked: what the name answers a moment later changes nothing. Redirects are not followed.
"""

import contextlib
import http.client
import ipaddress
import json as jsonlib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from tenants.errors import DomainError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIMEOUT_SECONDS = 10.0
# What is read of an answer, in bytes; the rest is left on the line.
ANSWER_LIMIT = 16 * 1024
URL_LENGTH = 2000
# IPv6 that carries IPv4 inside: 6to4, Teredo, NAT64. No service worth calling is reached that way only.
_TUNNELS = tuple(
    ipaddress.IPv6Network(text) for text in ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48", "::/96")
)


class OutboundRefused(DomainError):
    """The address may not be called: not https, or it leads inside."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, {"url": message})


class OutboundFailed(Exception):
    """The call did not come to an answer: no such name, no connection, no trust, too slow. The text says which."""


@dataclass(frozen=True)
class Answer:
    """What came back. Names of `headers` are in small letters."""

    status: int
    body_excerpt: str
    headers: Mapping[str, str]

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class _Target:
    https: bool
    host: str
    port: int
    path: str  # with its query


def check(url: str) -> None:
    """For forms: raises OutboundRefused for an address that `post` would not call now."""
    target = _parsed(url)
    try:
        _address_of(target)
    except OutboundFailed as error:
        raise OutboundRefused("unknown-host", _("Aucun serveur ne répond à ce nom.")) from error


def post(
    url: str,
    *,
    data: bytes | None = None,
    json: Any = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> Answer:
    """Send `data`, or `json` as such, and return what came back, whatever its status.

    `timeout` bounds the whole call, in seconds. Raises OutboundRefused, or OutboundFailed.
    """
    target = _parsed(url)
    sent = {"User-Agent": "Preau", **(headers or {})}
    if json is not None:
        data = jsonlib.dumps(json, ensure_ascii=False).encode()
        sent.setdefault("Content-Type", "application/json")
    connection = _Pinned(target, _address_of(target), timeout)
    try:
        with connection.deadline():
            connection.request("POST", target.path, body=data or b"", headers=sent)
            response = connection.getresponse()
            body = response.read(ANSWER_LIMIT)
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
        # AttributeError: http.client, where the deadline has taken its socket away.
        raise OutboundFailed("timeout" if connection.is_late else type(error).__name__) from error
    finally:
        connection.close()
    answered = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, body.decode("utf-8", "replace"), answered)


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, whatever its host's name stands for by now, for so many seconds at most."""

    def __init__(self, target: _Target, address: Address, timeout: float) -> None:
        super().__init__(target.host, target.port, timeout=timeout)
        self.default_port = 443 if target.https else 80
        self.target, self.address, self.is_late = target, address, False

    def connect(self) -> None:
        self.sock = socket.create_connection((str(self.address), self.target.port), self.timeout)
        if self.target.https:
            self.sock = _trust().wrap_socket(self.sock, server_hostname=self.target.host)

    @contextlib.contextmanager
    def deadline(self) -> Iterator[None]:
        """A socket's own timeout begins again with every byte; this one does not."""
        timer = threading.Timer(float(self.timeout or TIMEOUT_SECONDS), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.is_late = True
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


@cache
def _trust() -> ssl.SSLContext:
    """The machine's authorities; SSL_CERT_FILE names others."""
    return ssl.create_default_context()


def _parsed(url: str) -> _Target:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if not _is_address(parts.hostname) else parts.hostname
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        host, port, parts = "", 0, urlsplit("")
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None or len(url) > URL_LENGTH:
        raise OutboundRefused("bad-address", _("Cette adresse n’est pas de la forme https://exemple.fr/chemin."))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return _Target(parts.scheme == "https", host, port, path + query)


def _is_address(host: str | None) -> bool:
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return True


def _address_of(target: _Target) -> Address:
    """The address to call. One bad address among those of a name is enough to refuse the name."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutboundFailed("unknown-host") from error
    addresses = [_plain(str(entry[4][0])) for entry in found]
    for address in addresses:
        _refuse_inside(target, address)
    return addresses[0]


def _plain(text: str) -> Address:
    """The address without its zone; IPv4 that is written as IPv6 (::ffff:10.0.0.1) is IPv4."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _refuse_inside(target: _Target, address: Address) -> None:
    if any(address in network for network in settings.OUTBOUND_ALLOW):
        return
    if not target.https:
        raise OutboundRefused("not-https", _("L’adresse doit commencer par https://."))
    inside = not address.is_global or address.is_multicast or address.is_reserved
    if inside or any(address in network for network in _TUNNELS):
        raise OutboundRefused(
            "inside-address", _("Cette adresse mène à un réseau interne\u00a0: elle n’est pas permise.")
        )
