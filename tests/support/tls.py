"""Certificates of the tests' own authority, created when needed."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import trustme

if TYPE_CHECKING:
    from pathlib import Path


class Authority:
    """A certificate authority that no client trusts by default.

    :ivar file: Its certificate, for ``SSL_CERT_FILE``.
    """

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA()
        self.file = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def context(self, *names: str, protocols: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
        """Return the TLS context of a server with these names, 127.0.0.1 by default.

        :param protocols: Protocols that it offers with ALPN.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate: Any = self._authority.issue_cert(*(names or ("127.0.0.1",)))  # its types need another package
        certificate.configure_cert(context)
        context.set_alpn_protocols(list(protocols))
        return context
