"""The TLS context of the SDK's own HTTP clients."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import httpx

from .._fork import setup

if TYPE_CHECKING:
    import ssl

_contexts: dict[tuple[str | None, ...], ssl.SSLContext] = {}


def tls_context() -> ssl.SSLContext:
    """Return the process's TLS context, with the certificates that the environment names now.

    It is shared, because creating one takes longer than a hundred requests.
    """
    environment = tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"))
    context = _contexts.get(environment)
    if context is None:
        with setup():
            context = _contexts.setdefault(environment, httpx.create_ssl_context())
    return context
