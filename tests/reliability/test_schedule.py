"""Two thousand calls, and faults that strike at random.

The seed is in the test's id; ``RELIABILITY_SEED`` sets it, and ``RELIABILITY_SEED=random`` draws one.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk import EmissaryClient

from ..support.answers import KEY
from ..support.calling import Call
from .proxy import Proxy
from .workload import Workload, schedule

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

CALLS = 2_000
_GIVEN = os.environ.get("RELIABILITY_SEED", "20241018")
SEED = time.time_ns() % 1_000_000_007 if _GIVEN == "random" else int(_GIVEN)
_METHODS = {"create", "list", "retrieve", "delete", "cancel", "list_checkpoints"}


@pytest.mark.xdist_group("schedule")
@pytest.mark.parametrize("seed", [SEED], ids=lambda seed: f"seed {seed}" if _GIVEN != "random" else "random seed")
def test_the_platform_has_what_the_calls_said(
    platform: emulator.Server, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Sync and async calls in turn: no success is untrue, and no failure that denies an effect has one."""
    sys.stdout.write(f"RELIABILITY_SEED={seed}\n")  # shown if the test fails
    chance = random.Random(seed)
    monkeypatch.setattr(random, "random", float)  # 0.0: no retry waits
    with (
        Proxy(platform.port, schedule(random.Random(seed + 1))) as proxy,
        EmissaryClient(KEY, server_url=proxy.url, timeout_ms=10_000) as client,
        Call("sync") as sync,
        Call("async") as asynchronous,
    ):
        workload = Workload(chance, client)
        for number in range(CALLS):
            workload.step(asynchronous if number % 2 else sync)
        asynchronous.close_client(client)
    jobs = workload.settle(platform.url)
    outcomes = workload.outcomes
    assert outcomes.total() == CALLS
    assert jobs > 0
    assert {method for method, outcome in outcomes if outcome == "success"} == _METHODS
    assert {method for method, outcome in outcomes if outcome != "success"} == _METHODS
    failed = sum(count for (_, outcome), count in outcomes.items() if outcome not in ("success", "APIErrorNotFound"))
    assert failed > CALLS // 10, outcomes
