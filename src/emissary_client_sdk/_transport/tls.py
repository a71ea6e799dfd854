"""The TLS context of the SDK's own HTTP clients."""

from __future__ import annotations

import os
import ssl

import httpx

from ..errors import EnvironmentSettingError

_contexts: dict[tuple[str | None, ...], ssl.SSLContext] = {}


def tls_context() -> ssl.SSLContext:
    """Return the process's TLS context, with the certificates that the environment names now.

    It is shared, because creating one takes longer than a hundred requests.

    :raises EnvironmentSettingError: The environment names a file that cannot be used.
    """
    file, folder, key_log = (os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"))
    context = _contexts.get((file, folder, key_log))
    if context is None:
        context = _contexts.setdefault((file, folder, key_log), _new_context(file, folder, key_log))
    return context


def _new_context(file: str | None, folder: str | None, key_log: str | None) -> ssl.SSLContext:
    if folder and not file and not any(map(os.path.isdir, folder.split(os.pathsep))):
        raise EnvironmentSettingError("SSL_CERT_DIR", f"is {folder!r}, which is not a folder")
    try:
        if file or folder:
            return ssl.create_default_context(cafile=file or None, capath=None if file else folder)
        return httpx.create_ssl_context(trust_env=False)
    except OSError as error:
        reason = "it has no PEM certificates" if isinstance(error, ssl.SSLError) else error.strerror
        if key_log and error.filename == key_log:
            raise EnvironmentSettingError(
                "SSLKEYLOGFILE", f"is {key_log!r}, which cannot be written: {reason}"
            ) from error
        if file:
            raise EnvironmentSettingError("SSL_CERT_FILE", f"is {file!r}, which cannot be used: {reason}") from error
        raise
