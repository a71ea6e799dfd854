"""Implementations that parse data without sending a request."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..files import records_file, table_file
from ..responses import response


class _Parser:
    parse_detail: Callable[[bytes], Any]
    parse_list: Callable[[bytes], Any]

    def retrieve(self, points: int) -> Any:
        """Parse a training job."""
        return self.parse_detail(response(f"GET /v1/projects/jobs-10/training-jobs/points-{points}")[1])

    def list(self, length: int) -> Any:
        """Parse a list of training jobs."""
        return self.parse_list(response(f"GET /v1/projects/jobs-{length}/training-jobs")[1])


class Pydantic(_Parser):
    """Pydantic's parser with plain models of the same fields."""

    def __init__(self, _server: str) -> None:
        from pydantic import TypeAdapter

        import_module("emissary_client_sdk.sdk")  # the garbage collector's time depends on the imported modules

        from .jobs import Detail, Summary

        self.parse_detail = TypeAdapter(Detail).validate_json
        self.parse_list = TypeAdapter(list[Summary]).validate_json


class SdkParser(_Parser):
    """The SDK's parser of response bodies."""

    def __init__(self, _server: str) -> None:
        from emissary_client_sdk import trainingjobs

        self.parse_detail = trainingjobs.RETRIEVE.decode
        self.parse_list = trainingjobs.LIST.decode


class Pandas:
    """The parser of pandas."""

    def __init__(self, _server: str) -> None:
        self._pandas: Any = import_module("pandas")

    def check_dataset(self, megabytes: int) -> Any:
        """Read a data file."""
        return self._pandas.read_json(records_file(megabytes), lines=True)

    def check_table(self, megabytes: int, extension: str) -> Any:
        """Read a file of another format."""
        read = self._pandas.read_csv if extension == "csv" else self._pandas.read_json
        return read(table_file(megabytes, extension))


class Polars:
    """The reader and writer of polars."""

    def __init__(self, _server: str) -> None:
        self._polars: Any = import_module("polars")

    def prepare_table(self, megabytes: int, extension: str) -> Any:
        """Read a data file and write it as JSONL."""
        path = table_file(megabytes, extension)
        with TemporaryDirectory(dir=path.parent) as folder:
            self._polars.read_csv(path).write_ndjson(Path(folder) / "copy.jsonl")
