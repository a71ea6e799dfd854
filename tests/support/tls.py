"""Certificates of an authority of the tests' own, made when they are needed."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import trustme

if TYPE_CHECKING:
    from pathlib import Path


class Authority:
    """A certificate authority that nobody trusts, unless he is given its certificate.

    :ivar file: its certificate, for ``SSL_CERT_FILE``.
    """

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA()
        self.file = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(str(self.file))

    def context(self, *names: str, protocols: tuple[str, ...] = ("http/1.1",)) -> ssl.SSLContext:
        """Make the context of a server of these names, or of 127.0.0.1.

        :param protocols: what it offers with ALPN.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate: Any = self._authority.issue_cert(*(names or ("127.0.0.1",)))  # its types need a package more
        certificate.configure_cert(context)
        context.set_alpn_protocols(list(protocols))
        return context
