"""A traceback and a profiler lead to the method: its own module, and the name of its flow."""

from __future__ import annotations

import sys
import traceback
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from emissary_client_sdk import errors

from ...support.calling import client_of

if TYPE_CHECKING:
    from types import FrameType

    from ...support.calling import Call

JOB = {"id": "t", "status": "Success"}
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "training_jobs.create": (
        "trainingjobs.py",
        {"project_id": "p", "request_body": {"base_model": "m", "train_dataset_id": "d"}},
    ),
    "training_jobs.wait": ("trainingjobs.py", {"project_id": "p", "training_job_id": "t"}),
    "datasets.upload": (
        "datasets.py",
        {"project_id": "p", "file": [{"prompt": "a", "completion": "b"}], "wait": False},
    ),
    "chat.completions.stream": ("chat.py", {"model": "m", "messages": []}),
}
each = pytest.mark.parametrize("method", CASES)


def make(call: Call, method: str, status: int) -> None:
    """Make a call, entering a stream."""
    client = client_of(lambda _: httpx.Response(status, json=JOB), retry_config=None)
    _, arguments = CASES[method]
    if not method.endswith("stream"):
        call(client, method, **arguments)
        return

    async def enter() -> None:
        async with client.chat.completions.stream_async(**arguments):
            pass

    if call.is_async:
        call.run(enter)
    else:
        with client.chat.completions.stream(**arguments):
            pass


@each
def test_profiler_sees_the_method(call: Call, method: str) -> None:
    """A profiler sees a frame of the method's flow in the module of its resource."""
    seen: set[tuple[str, str]] = set()

    def profile(frame: FrameType, _event: str, _argument: object) -> None:
        seen.add((Path(frame.f_code.co_filename).name, frame.f_code.co_name))

    sys.setprofile(profile)
    try:
        make(call, method, 200)
    finally:
        sys.setprofile(None)
    assert (CASES[method][0], f"_{method.rpartition('.')[2]}") in seen


@each
def test_traceback_shows_the_method(call: Call, method: str) -> None:
    """The traceback of a failing call shows the line of the method."""
    with pytest.raises(errors.APIErrorForbidden) as caught:
        make(call, method, 403)
    frames = [(Path(frame.filename).name, frame.name) for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert (CASES[method][0], f"_{method.rpartition('.')[2]}") in frames


def test_methods_have_their_public_names() -> None:
    """The names of a method and its twin are the public ones."""
    client = client_of(lambda _: httpx.Response(200))
    for name in ("create", "create_async", "watch", "watch_async"):
        method = attrgetter(f"training_jobs.{name}")(client)
        assert (method.__name__, method.__qualname__) == (name, f"TrainingJobs.{name}")
        assert method.__module__ == "emissary_client_sdk.trainingjobs"
