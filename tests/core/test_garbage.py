"""The garbage collector, while an answer is parsed."""

import gc
import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Any

import pytest
from pydantic import BeforeValidator, ValidationError

from emissary_client_sdk import models
from emissary_client_sdk._core.operation import Operation

SHORT, LONG = 10, 10_000  # items
seen: set[bool] = set()


def _see(value: Any) -> Any:
    seen.add(gc.isenabled())
    return value


WATCHED = Operation(
    "watched",
    "GET",
    "/",
    request=lambda: models.ListTrainingJobsRequest,
    result=lambda: list[Annotated[int, BeforeValidator(_see)]],
)


@contextmanager
def collecting(enabled: bool) -> Generator[None]:
    """Have the collector enabled or not, as a program may have it, and as it was afterwards."""
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        yield
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("length", [SHORT, LONG])
@pytest.mark.parametrize("last", [[], ["no number"]], ids=["read", "unreadable"])
def test_while_an_answer_is_parsed(enabled: bool, length: int, last: list[str]) -> None:
    """It rests during a long answer, whether that can be read or not, and is then as the program had it."""
    content = json.dumps([*range(length), *last]).encode()
    seen.clear()
    with collecting(enabled):
        if last:
            with pytest.raises(ValidationError):
                WATCHED.decode(content)
        else:
            assert WATCHED.decode(content) == list(range(length))
        assert gc.isenabled() is enabled
    assert seen == {enabled and length == SHORT}
