"""The attempts of one call: what happened so far, and whether to try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._validation import require_duration
from ..errors import SDKError
from ..types.unset import UNSET, Unset
from ..utils.retries import FailedAttempt, FailureKind, History, never, policy_for, require_retries, while_waking
from .errors import classify, no_response, unsuccessful

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..errors import NoResponseError
    from ..sdkconfiguration import SDKConfiguration
    from ..utils.retries import RetryPolicy
    from .commands import Received
    from .operation import Operation
    from .request import PreparedRequest


def policy_of(config: SDKConfiguration, operation: Operation[Any], options: Mapping[str, Any]) -> RetryPolicy:
    """Return the retry policy of a call.

    :raises TypeError: ``retries`` has the wrong type.
    :raises ValueError: ``retries`` is negative.
    """
    retries = require_retries("retries", options.get("retries", UNSET))
    policy = policy_for(config.retry_config if isinstance(retries, Unset) else retries, operation.effect)
    wake_timeout_ms = options.get("wake_timeout_ms")
    if wake_timeout_ms is None:
        return policy
    return while_waking(policy, require_duration("wake_timeout_ms", wake_timeout_ms))


class Attempts:
    """The attempts of a call.

    :ivar number: Number of the present attempt; the first one is 1.
    """

    def __init__(self, prepared: PreparedRequest, policy: RetryPolicy, random: Callable[[], float]) -> None:
        self._policy = policy if prepared.is_repeatable else never
        self._prepared = prepared
        self._random = random
        self.number = 1
        self._timeouts = 0
        self._may_have_been_processed = False

    def failed(
        self, received: Received | None, exception: Exception | None, elapsed: float
    ) -> tuple[SDKError | NoResponseError, float | None]:
        """Record a failed attempt. Return the error, and the pause before the next attempt or None to give up.

        :raises Exception: The exception itself, if it is not an HTTP client's.
        """
        error: SDKError | NoResponseError
        if received is not None and exception is None:
            error = unsuccessful(self._prepared, received, self.number)
            failure = FailedAttempt(FailureKind.RESPONSE, error.status_code, error.retry_after)
        else:
            known = None if exception is None else classify(exception)
            if exception is None or known is None:
                raise exception or RuntimeError("the attempt has neither a response nor an exception")
            error = no_response(self._prepared, exception, self.number)
            failure = FailedAttempt(known[0])
        if isinstance(error, SDKError):
            error.elapsed_seconds = elapsed
        error.earlier_attempt_may_have_been_processed = self._may_have_been_processed
        pause = self._policy(failure, History(self.number - 1, self._timeouts, elapsed), self._random())
        self.number += 1
        self._timeouts += failure.kind.is_timeout
        self._may_have_been_processed = error.request_may_have_been_processed
        return error, pause
