"""Creating something with a name once, although a response may be lost.

The platform has no documented way to repeat a create request safely. After a response that is lost, the name is looked
for. What is not listed may still be processed, so nothing is created a second time.
"""

from __future__ import annotations

import os
from contextlib import suppress
from time import time
from typing import TYPE_CHECKING, Any

from .._call.call import call
from .._call.commands import Flow, Wait
from .._validation import require_text
from ..errors import CreationUnknownError, NoResponseError, SDKError
from ..utils.responseinfo import with_info_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._call.call import Resource
    from .._call.operation import Operation

_DEFAULT_TIMEOUT_MS = 60_000
_LOOK_INTERVAL = 5.0  # seconds
_TURN_INTERVAL = 0.05  # seconds
_NAME_IN_USE = frozenset({400, 409, 422})


def seconds_to_process(resource: Resource, options: Mapping[str, Any]) -> float:
    """Return the seconds for which the platform may still process a request that has no response."""
    timeout_ms: float = options.get("timeout_ms") or resource.sdk_configuration.timeout_ms or _DEFAULT_TIMEOUT_MS
    return timeout_ms / 1000


def may_exist(error: Exception) -> bool:
    """Return whether a failed request may have created something."""
    return bool(getattr(error, "request_may_have_been_processed", False))


def look_after(error: Exception, look: Callable[[], Flow[Any]]) -> Flow[Any]:
    """Return what a failed request, or an earlier one with the same name, has created; None if nothing is listed."""
    if may_exist(error) or getattr(error, "status_code", None) in _NAME_IN_USE:
        with suppress(SDKError, NoResponseError):
            return (yield from look())
    return None


def look_until(deadline: float, look: Callable[[], Flow[Any]]) -> Flow[Any]:
    """Look for something until it is listed; None if it is not listed at a time in UNIX seconds."""
    while (found := (yield from look())) is None and time() < deadline:
        yield Wait(min(_LOOK_INTERVAL, max(deadline - time(), 0)))
    return found


def find_or_create(
    resource: Resource,
    kind: str,
    name: str,
    listed: Operation[Any],
    create: Callable[[], Flow[Any]],
    options: Mapping[str, Any],
    **ids: Any,
) -> Flow[tuple[Any, bool]]:
    """Return what has a name, and whether it existed before; it is created if nothing has the name.

    :param kind: What it is, for messages.
    :param listed: Operation that lists what exists.
    :param ids: Path parameters of the list.
    :raises ValueError: Several have the name.
    :raises CreationUnknownError: There is no response to the request, and nothing with the name is listed.
    """
    if not require_text("name", name).strip():
        raise ValueError("name must not be blank")

    def look() -> Flow[Any]:
        everything = yield from call(resource, listed, options, **ids)
        found = [item for item in everything if item.name == name]
        if len(found) > 1:
            shown = ", ".join(item.id for item in found)
            raise ValueError(f"name {name!r} is ambiguous: several {kind}s have it: {shown}")
        return with_info_of(everything, found[0]) if found else None

    busy = resource.sdk_configuration.creating
    mark = (os.getpid(), kind, name, *ids.values())  # a forked process does not see the end of its parent's creations
    while busy.setdefault(mark, look) is not look:  # another thread or task may create it
        yield Wait(_TURN_INTERVAL)
    try:
        existing = yield from look()
        if existing is not None:
            return existing, True
        return (yield from _create(kind, name, create, look, seconds_to_process(resource, options)))
    finally:
        del busy[mark]


def _create(
    kind: str, name: str, create: Callable[[], Flow[Any]], look: Callable[[], Flow[Any]], seconds: float
) -> Flow[tuple[Any, bool]]:
    """Create something, or find it after a response that is lost; return it, and whether it existed before."""
    try:
        return (yield from create()), False
    except (SDKError, NoResponseError) as error:
        found = yield from look_after(error, look)
        if found is None and may_exist(error):
            with suppress(SDKError, NoResponseError):
                found = yield from look_until(time() + seconds, look)
        if found is not None:
            return found, True
        if not may_exist(error):
            raise
        raise CreationUnknownError(
            f"the {kind} {name!r} may exist: the response to its request is unknown, and the platform does not list it"
            " yet. Call find_or_create again later"
        ) from error


def require_same(kind: str, found: Any, expected: Mapping[str, Any]) -> None:
    """Check that something that exists is what the caller wants. What the platform does not say is not compared.

    :raises ValueError: A property differs.
    """
    for field, value in expected.items():
        present = getattr(found, field)
        if value is not None and present is not None and present != value:
            raise ValueError(
                f"name {found.name!r} is that of another {kind}: {found.id} has {field} {present!r}, not {value!r}"
            )
