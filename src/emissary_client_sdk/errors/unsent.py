"""Errors that are raised before anything is sent."""

from typing import TYPE_CHECKING

from .base import EmissaryClientError

if TYPE_CHECKING:
    from .._datafiles.report import DatasetReport


class DatasetError(EmissaryClientError, ValueError):
    """A data file has errors; nothing was sent.

    :ivar report: The report with all problems.
    """

    def __init__(self, message: str, report: "DatasetReport") -> None:
        super().__init__(message)
        self.report = report


class DatasetChangedError(EmissaryClientError, ValueError):
    """A data file changed while it was read. Data that was not checked is not sent."""


class MissingAPIKeyError(EmissaryClientError, ValueError):
    """Neither the client nor a hook added credentials to the request."""


class EnvironmentSettingError(EmissaryClientError, ValueError):
    """An environment variable has a value that cannot be used; nothing was sent.

    :ivar variable: Name of the variable.
    """

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable} {problem}. Nothing was sent.")
        self.variable = variable


class ClientClosedError(EmissaryClientError, RuntimeError):
    """The client is closed."""

    def __init__(self, message: str = "the client is closed: make calls in its with block, or before close()") -> None:
        super().__init__(message)
