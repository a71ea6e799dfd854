"""Creating each thing of a run once, whatever happens to the requests and to the process.

The platform has no documented way to repeat a create request safely. So a request is recorded before it is sent, with a
name that nothing else has. After a response that is lost, the name is looked for. What is not listed may still be
processed, so nothing is created a second time unless the caller says so.
"""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING, Any

from .._call.call import call
from .._call.commands import Compute, Flow
from .._flows.creation import look_after, look_until, may_exist, seconds_to_process
from ..errors import CreationUnknownError
from .state import RunStep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .._call.call import Resource
    from .._call.operation import Operation
    from .state import RunState


class Creator:
    """Creates the things of a run.

    :param options: Options of the calls.
    :param on_look: Called with a step before it looks for the effect of an interrupted request.
    :param create_again: Whether to create what an interrupted request may have created.
    """

    def __init__(
        self,
        resource: Resource,
        state: RunState,
        options: Mapping[str, Any],
        on_look: Callable[[str], Flow[None]],
        *,
        create_again: bool,
    ) -> None:
        self._resource = resource
        self._state = state
        self._options = options
        self._on_look = on_look
        self._create_again = create_again
        self._timeout = seconds_to_process(resource, options)

    def use(self, step: str, identity: str) -> Flow[None]:
        """Record something that exists already."""
        self._state.steps[step] = RunStep(requested_at=time(), timeout=0, id=identity)
        yield Compute(self._state.save)

    def once(
        self,
        step: str,
        name: str,
        listed: Operation[Any],
        create: Callable[[Mapping[str, Any]], Flow[Any]],
        is_ours: Callable[[Any], Flow[bool]] | None = None,
        **ids: Any,
    ) -> Flow[str]:
        """Return the ID of what a step creates, which is created unless it exists or may exist.

        :param listed: Operation that lists what exists.
        :param create: Sends the request with the given options.
        :param is_ours: Returns whether something with the name belongs to this run; by default, the name is enough.
        :param ids: Path parameters of the list.
        :raises CreationUnknownError: An interrupted request may have created it, and it is not listed.
        """

        def look() -> Flow[Any]:
            for item in (yield from call(self._resource, listed, self._options, **ids)):
                if item.name == name and (is_ours is None or (yield from is_ours(item))):
                    return item
            return None

        recorded = self._state.steps.get(step)
        if recorded is not None and recorded.id is not None:
            return recorded.id
        found = None if recorded is None else (yield from self._look_for(step, name, recorded, look))
        if found is None:
            found = yield from self._request(step, look, create)
        self._state.steps[step].id = found.id
        yield Compute(self._state.save)
        identity: str = found.id
        return identity

    def forget(self, step: str) -> None:
        """Record that a request created nothing."""
        del self._state.steps[step]
        self._state.save()

    def _look_for(self, step: str, name: str, recorded: RunStep, look: Callable[[], Flow[Any]]) -> Flow[Any]:
        """Look for what an interrupted request may have created while the platform may still process it."""
        yield from self._on_look(step)
        deadline = 0.0 if self._create_again else recorded.requested_at + recorded.timeout
        found = yield from look_until(deadline, look)
        if found is None and not self._create_again:
            kind = step.replace("_", " ")
            raise CreationUnknownError(
                f"the {kind} {name!r} may exist: the response to its request is unknown, and the platform does not list"
                f" it yet. Look again later by resuming the run, or create it again if it certainly does not exist"
            )
        return found

    def _request(
        self, step: str, look: Callable[[], Flow[Any]], create: Callable[[Mapping[str, Any]], Flow[Any]]
    ) -> Flow[Any]:
        """Send a request that is recorded before, and look for its effect if the response does not say it."""
        state = self._state
        state.steps[step] = RunStep(requested_at=time(), timeout=self._timeout)
        yield Compute(state.save)
        given: Mapping[str, str] = self._options.get("http_headers") or {}
        headers = {**given, "Idempotency-Key": f"{state.name}-{step}"}
        try:
            return (yield from create({**self._options, "http_headers": headers}))
        except Exception as error:
            state.steps[step].requested_at = time()  # of the last attempt, at the latest
            found = yield from look_after(error, look)
            if found is not None:
                return found
            if may_exist(error):
                state.save()
            else:
                self.forget(step)
            raise
