"""Tokens that confirm one call, after its preview."""

from __future__ import annotations

import json
import secrets
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIFETIME = 600
"""Seconds after which a token expires."""


class NotConfirmedError(ValueError):
    """A call has no token, or a token that does not confirm it; nothing was sent."""


class Confirmations:
    """The tokens that were issued and not used yet.

    :param clock: Returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[str, float]] = {}

    def issue(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Return a new token for one call of a tool with these arguments."""
        token = secrets.token_urlsafe(12)
        self._issued[token] = json.dumps([tool, arguments], sort_keys=True), self._clock() + LIFETIME
        return token

    def redeem(self, token: str, tool: str, arguments: Mapping[str, Any]) -> None:
        """Use up a token.

        :raises NotConfirmedError: It was not issued for this call, is used already, or has expired.
        """
        call, expires = self._issued.pop(token, ("", 0.0))
        if call != json.dumps([tool, arguments], sort_keys=True) or self._clock() > expires:
            raise NotConfirmedError(
                f"{tool} costs money or deletes something, so it needs a confirmation_token. Call preview with this"
                " tool and the same arguments, and pass the token that it returns. It is valid once."
            )
