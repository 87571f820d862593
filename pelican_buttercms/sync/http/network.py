"""The transport over the network: httpcore, with every step bounded by the exchange around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
import os
import ssl
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from pelican_buttercms.errors import ResponseError, SettingsError
from pelican_buttercms.sync.http.exchange import current_limit, read_address

_CONNECTIONS = {"max_connections": 100, "max_keepalive_connections": 32, "keepalive_expiry": 5.0}
_TIMEOUTS = {"connect": 5.0, "read": 20.0, "write": 20.0, "pool": 30.0}
_WRITTEN_AT_ONCE = 16 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PROXY_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


class NetworkTransport(httpx.BaseTransport):
    """Sends requests over the network, through the proxy that the environment names.

    Args:
        url: what will be asked; the proxy depends on it.

    Raises:
        SettingsError: a variable of the environment names a proxy or certificates that cannot be
            used.
    """

    def __init__(self, url: str) -> None:
        self._pool = _open_pool(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of the answer is read later."""
        url = request.url
        with _as_httpx_errors():
            answer = self._pool.handle_request(
                httpcore.Request(
                    request.method,
                    httpcore.URL(
                        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                    ),
                    headers=request.headers.raw,
                    content=cast("Iterable[bytes]", request.stream),
                    extensions={"timeout": _TIMEOUTS},
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from cast("Iterable[bytes]", self._answer.stream)

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    """Convert httpcore's errors into httpx's of the same names."""
    try:
        yield
    except Exception as exc:
        same = getattr(httpx, type(exc).__name__, None)
        if type(exc).__module__.partition(".")[0] != "httpcore" or same is None:
            raise
        raise same(str(exc)) from exc


class _Backend(httpcore.NetworkBackend):
    """Connects within the time that is left."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *arguments: Any, **options: Any
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._backend.connect_tcp(host, port, _bounded(timeout), *arguments, **options)
        )


class _Stream(httpcore.NetworkStream):
    """Reads and writes within the time that is left, and counts what arrives."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, _bounded(timeout))
        if limit := current_limit():
            limit.count(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITTEN_AT_ONCE):
            self._stream.write(buffer[start : start + _WRITTEN_AT_ONCE], _bounded(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _bounded(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _bounded(timeout: float | None) -> float | None:
    limit = current_limit()
    return limit.timeout(timeout) if limit else timeout


def _open_pool(url: str) -> httpcore.ConnectionPool:
    proxy = _read_proxy(url)
    options: dict[str, Any] = {
        "ssl_context": _certificates(),
        "network_backend": _Backend(),
        **_CONNECTIONS,
    }
    if proxy is None:
        return httpcore.ConnectionPool(**options)
    options["proxy_auth"] = (
        (proxy.username.encode(), proxy.password.encode()) if proxy.userinfo else None
    )
    address = httpcore.URL(
        scheme=proxy.raw_scheme,
        host=proxy.raw_host,
        port=proxy.port or _PROXY_PORTS[proxy.scheme],
        target=b"/",
    )
    if proxy.scheme.startswith("socks"):
        return cast("httpcore.ConnectionPool", httpcore.SOCKSProxy(address, **options))
    if proxy.scheme == "https":
        options["proxy_ssl_context"] = _certificates()
    return httpcore.HTTPProxy(address, **options)


def _read_proxy(url: str) -> httpx.URL | None:
    """Return the address of the proxy for an address, None without one.

    Raises:
        SettingsError: a variable names a proxy that cannot be used. Its value is not repeated,
            since a password may be in it.
    """
    setting = find_proxy(url)
    if setting is None:
        return None
    variable, value = setting
    try:
        proxy = read_address(value if "://" in value else f"http://{value}", variable)
        is_proxy = proxy.scheme in _PROXY_PORTS and proxy.host
    except ResponseError:
        is_proxy = False
    if not is_proxy:
        raise SettingsError(
            f"{variable} does not name a proxy that can be used. It takes an address such as"
            " http://proxy.example:3128: mend or unset it."
        )
    if proxy.scheme.startswith("socks") and find_spec("socksio") is None:
        raise SettingsError(
            f"{variable} names a SOCKS proxy, which needs another package: pip install"
            " 'httpx[socks]'. Or name an http:// proxy, or unset the variable."
        )
    return proxy


def _certificates() -> ssl.SSLContext:
    try:
        return httpx.create_ssl_context()
    except Exception as exc:
        names = [name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)]
        where = f"{' and '.join(names)} names" if names else "the package certifi brings"
        raise SettingsError(
            f"The certificates that {where} cannot be read ({type(exc).__name__}). Mend that, so"
            " that the server's certificate can be checked."
        ) from exc


def find_proxy(url: str) -> tuple[str, str] | None:
    """Return the variable that names the proxy for an address, and its value.

    Raises:
        SettingsError: one of the proxy variables cannot be read.
    """
    try:
        parts = urlsplit(url)
        proxies: Mapping[str, str] = getproxies()
        scheme = next((name for name in (parts.scheme, "all") if proxies.get(name)), None)
        # on a loopback address is an emulator of this machine
        if scheme is None or parts.hostname in _LOOPBACK or proxy_bypass(parts.netloc):
            return None
    except Exception as exc:
        raise SettingsError(
            "The proxy variables of the environment (HTTPS_PROXY, ALL_PROXY, NO_PROXY) cannot be"
            f" read ({type(exc).__name__}): mend or unset them."
        ) from exc
    return _variable(f"{scheme}_proxy"), proxies[scheme]


def _variable(name: str) -> str:
    spellings = (name, name.upper())
    return next((name for name in spellings if os.environ.get(name)), "The system's proxy setting")
