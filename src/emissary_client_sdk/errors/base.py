"""The base of every error of this package."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..utils.responseinfo import ResponseInfo


def _rebuild(cls: type[Exception], args: tuple[Any, ...], state: dict[str, Any]) -> Exception:
    """Unpickle an error without calling its constructor, whose arguments differ from class to class."""
    error = cls.__new__(cls, *args)
    error.args = args  # the constructor of OSError, a base of TimeoutError, would set them
    error.__dict__.update(state)
    return error


class EmissaryClientError(Exception):
    """Base of every error of this package.

    :ivar training_job_id: ID of the training job, if the error ended a wait for it.
    :ivar deployment_id: ID of the deployment, if the error ended a wait for it.
    :ivar engine_id: ID of the engine, if the error ended a wait for it.
    :ivar dataset_id: ID of the dataset, if the error ended a wait for it.
    :ivar completed: The finished results of a batch that the error ended, by the index of their inputs.
    :ivar earlier_attempt_may_have_been_processed: Whether the platform may have acted on an attempt of the same call
        before the last one.
    """

    training_job_id: str | None = None
    deployment_id: str | None = None
    engine_id: str | None = None
    dataset_id: str | None = None
    earlier_attempt_may_have_been_processed = False
    completed: Mapping[int, Any] = MappingProxyType({})

    @property
    def response_info(self) -> "ResponseInfo | None":
        """Status, headers, request ID, attempts and duration of the call that failed; None without a response."""
        return None

    @property
    def request_may_have_been_processed(self) -> bool:
        """Whether the platform may have acted on the request: created the job, deleted it, cancelled it.

        False only if no attempt of the call can have had an effect: nothing was sent, or the response refuses the
        request (4XX except 409, which may report that an earlier attempt succeeded; 503 with Retry-After).
        """
        return self.earlier_attempt_may_have_been_processed or self._may_have_been_processed()

    def _may_have_been_processed(self) -> bool:
        return False

    def __reduce__(self) -> tuple[Any, ...]:
        # The response refers to its request, whose headers contain the key.
        state = {name: value for name, value in self.__dict__.items() if name != "raw_response"}
        return _rebuild, (type(self), self.args, state)
