"""Many calls, and faults that happen at random.

The seed is in the ID of the test. ``RELIABILITY_SEED`` sets it; ``RELIABILITY_SEED=random`` draws one.
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
from .faults import METHODS
from .proxy import Proxy
from .soak import Figures, growth
from .workload import Workload, schedule

if TYPE_CHECKING:
    from emissary_client_sdk import emulator

CALLS = 500
_GIVEN = os.environ.get("RELIABILITY_SEED", "20241018")
SEED = time.time_ns() % 1_000_000_007 if _GIVEN == "random" else int(_GIVEN)


@pytest.mark.parametrize("seed", [SEED], ids=lambda seed: f"seed {seed}" if _GIVEN != "random" else "random seed")
def test_platform_has_what_the_outcomes_say(platform: emulator.Server, seed: int) -> None:
    """No job is created twice, none that was acknowledged is lost, and no failure has an effect that it denies."""
    sys.stdout.write(f"RELIABILITY_SEED={seed}\n")  # shown if the test fails
    chance = random.Random(seed)
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
    assert workload.settle(platform.url) > 0
    outcomes = workload.outcomes
    assert outcomes.total() == CALLS
    assert {method for method, outcome in outcomes if outcome == "success"} == set(METHODS)
    assert {method for method, outcome in outcomes if outcome != "success"} >= {"create", "delete", "cancel"}
    failed = sum(count for (_, outcome), count in outcomes.items() if outcome not in ("success", "APIErrorNotFound"))
    assert failed > CALLS // 20, outcomes


def test_soak_reports_growth() -> None:
    """The soak itself runs by hand; its judgement compares what is left after the warm-up."""
    flat = [Figures(float(second), 60_000 + 500 * (second % 2), 14, 50_000, 3) for second in range(100)]
    flat[:30] = [figures._replace(kib=1_000 * index) for index, figures in enumerate(flat[:30])]
    assert growth(flat) == []
    for name, each in (("kib", 100), ("descriptors", 0.1), ("objects", 20), ("threads", 0.1)):
        growing = [figures._replace(**{name: 100 + int(each * index)}) for index, figures in enumerate(flat)]
        (line,) = growth(growing)
        assert line.startswith(name)
