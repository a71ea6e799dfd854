"""The proxy that the environment, or the system, names for a server."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.request import getproxies

import httpx

from .._validation import is_valid_host
from ..errors import EnvironmentSettingError

if TYPE_CHECKING:
    from typing import TypeAlias

Origin: TypeAlias = "tuple[bytes, bytes, int | None]"

_SCHEMES = ("http", "https", "socks5", "socks5h")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_WITH_PORT = re.compile(r"(\[.*\]|[^:]*):(\d+)")


def origin_of(url: httpx.URL) -> Origin:
    """Return the scheme, host and port that identify a server."""
    return url.raw_scheme, url.raw_host, url.port


def proxy_of(origin: Origin) -> httpx.Proxy | None:
    """Return the proxy that the environment names now for an origin, or None if it is reached directly.

    :raises EnvironmentSettingError: The proxy cannot be used.
    """
    scheme, host = origin[0].decode(), origin[1].decode()
    port = _DEFAULT_PORTS.get(scheme, "") if origin[2] is None else str(origin[2])
    urls = getproxies()
    name = scheme if urls.get(scheme, "").strip() else "all"
    exceptions = urls.get("no", "").replace(",", " ").split()
    if not urls.get(name, "").strip() or any(_includes(entry, host, port) for entry in exceptions):
        return None
    return _checked(_variable_of(name), urls[name].strip())


def _includes(entry: str, host: str, port: str) -> bool:
    """Return whether an entry of ``NO_PROXY`` includes a host.

    As for curl, an entry is a name, which includes its subdomains, an address or a range of addresses; it may also
    have a port.
    """
    match = _WITH_PORT.fullmatch(entry)
    if match is not None:
        entry = match[1]
        if match[2] != port:
            return False
    if entry == "*":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        name = entry.lstrip("*").strip(".").lower()
        return bool(name) and f".{host.rstrip('.').lower()}".endswith(f".{name}")
    try:
        return address in ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False


def _variable_of(name: str) -> str:
    """Return the environment variable that names a proxy. One in lower case has priority, and sorts last."""
    variables = [variable for variable in os.environ if variable.lower() == f"{name}_proxy"]
    return max(variables, default="the proxy setting of the system")


def _checked(variable: str, text: str) -> httpx.Proxy:
    """Return a proxy. No error shows the text, which may contain a password."""
    try:
        url = httpx.URL(text if "://" in text else f"http://{text}")
    except httpx.InvalidURL:
        url = httpx.URL()
    if " " in text or not is_valid_host(url.host, url.port) or "@" in f"{url.path}{url.query!r}{url.fragment}":
        raise EnvironmentSettingError(
            variable,
            "is not the URL of a proxy, such as http://user:password@proxy.example.com:3128; special characters of a"
            " user name or password must be percent-encoded",
        )
    if url.scheme not in _SCHEMES:
        raise EnvironmentSettingError(variable, f"has the scheme {url.scheme!r}; use one of {', '.join(_SCHEMES)}")
    if url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise EnvironmentSettingError(variable, "names a SOCKS proxy, which needs the package socksio")
    return httpx.Proxy(url)
