"""What this SDK does to read the content of an answer, without a request around it."""

from typing import Any

from emissary_client_sdk import trainingjobs as rows

from ..answers import answer


class Reading:
    """The pieces of work on a body that is in memory already."""

    def __init__(self, _server: str) -> None:
        # The rows of the operations are private to the resource; it is their reading that is measured.
        self._retrieve = rows._RETRIEVE  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        self._list = rows._LIST  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    def retrieve(self, points: int) -> Any:
        """Read a job."""
        return self._retrieve.decode(answer("GET", f"/v1/projects/jobs-10/training-jobs/points-{points}")[1])

    def list(self, length: int) -> Any:
        """Read a list of jobs."""
        return self._list.decode(answer("GET", f"/v1/projects/jobs-{length}/training-jobs")[1])
