"""The recipes for clusters run on real clusters of this machine, one of whose workers is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from emissary_client_sdk import emulator

from ..docs.pages import environment
from .programs import RECIPES

psutil: Any = pytest.importorskip("psutil", reason="the extra recipes is not installed")
pd: Any = pytest.importorskip("pandas")
RECORDS = 400


@pytest.mark.parametrize("name", ["ray_classify", "dask_classify", "spark_classify"])
def test_killed_worker_is_replaced(name: str, tmp_path: Path) -> None:
    """Each record is in the output once, with its label; the killed worker was not the last one."""
    texts = pd.DataFrame({"id": range(RECORDS), "text": [f"text {number}" for number in range(RECORDS)]})
    texts.to_parquet(tmp_path / "texts.parquet", row_group_size=50)
    with emulator.serve(job_seconds=0) as platform:
        platform.answers.set(model="reviews", probs={"good": 0.9, "bad": 0.1})
        platform.faults.add(latency=0.1, times=None)
        settings = environment(
            EMISSARY_CLIENT_SERVER_URL=platform.url, EMISSARY_CLIENT_API_KEY="key", PATH=os.environ["PATH"]
        )
        command = [sys.executable, str(RECIPES / f"{name}.py"), "reviews", "texts.parquet", "labels"]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=tmp_path, env=settings, stdout=log, stderr=log)
        workers: set[int] = set()
        deadline = time.monotonic() + 600
        while process.poll() is None:
            assert time.monotonic() < deadline
            found = connected(platform.url)
            if found and not workers:
                os.kill(min(found), signal.SIGKILL)
            workers |= found
            time.sleep(0.02)
    assert process.returncode == 0, (tmp_path / "log").read_text()
    assert len(workers) > 1
    labeled = pd.read_parquet(tmp_path / "labels").sort_values("id")
    assert labeled["id"].tolist() == list(range(RECORDS))
    assert set(labeled["label"]) == {"good"}
    assert set(labeled["error"]) == {""}


def connected(url: str) -> set[int]:
    """Return the other processes that have a connection to a server."""
    port = int(url.rpartition(":")[2])
    connections = psutil.net_connections("tcp")
    return {one.pid for one in connections if one.raddr and one.raddr.port == port and one.pid} - {os.getpid()}
