"""The retries of one call: what went before, and what the policy says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..types.unset import Unset
from ..utils.retries import Failure, FailureKind, History, policy_for
from . import decode
from .failures import kind_of, no_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..errors import NoResponseError, SDKError
    from ..sdkconfiguration import SDKConfiguration
    from ..utils.retries import RetryPolicy
    from .flow import Answer
    from .operation import Operation
    from .request import Options


class Retries:
    """What a call has been through so far."""

    def __init__(
        self,
        config: SDKConfiguration,
        operation: Operation[Any],
        options: Options,
        random: Callable[[], float] | None,
    ) -> None:
        chosen = config.retry_config if isinstance(options.retries, Unset) else options.retries
        self._policy: RetryPolicy = policy_for(chosen, creates=operation.creates)
        self._key = config.key
        self._random = random
        self._retries = 0
        self._timeouts = 0
        self._may_have_been_processed = False

    def after(
        self, answer: Answer, error: Exception | None, elapsed: float
    ) -> tuple[SDKError | NoResponseError, float | None]:
        """Take note of a failed attempt.

        Gives the error that it becomes should the call end here, and for how many seconds to wait before the
        next attempt; None for no next attempt.

        :raises Exception: the attempt's own, where it is none of an HTTP client's.
        """
        failed: SDKError | NoResponseError
        if error is None:
            failed = decode.failure(answer, self._key)
            failure = Failure(FailureKind.ANSWER, failed.status_code, failed.retry_after)
        else:
            kind = kind_of(error)
            if kind is None:
                raise error
            failed = no_response(error, kind, self._retries + 1, self._key)
            failure = Failure(kind)
        failed.note_earlier_attempts(may_have_been_processed=self._may_have_been_processed)
        history = History(self._retries, self._timeouts, elapsed)
        wait = self._policy(failure, history, self._next_random())
        self._retries += 1
        self._timeouts += failure.kind.is_timeout
        self._may_have_been_processed = failed.request_may_have_been_processed
        return failed, wait

    def _next_random(self) -> float:
        if self._random is None:
            import random

            self._random = random.random
        return self._random()
