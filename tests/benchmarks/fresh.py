"""What is measured in a process started for it alone: the CPU time of an import and of a first request."""

import os
import subprocess
from typing import Any

from .answers import KEY

_SDK = f"""
import sys
from emissary_client_sdk import EmissaryClient
client = EmissaryClient(api_key="{KEY}", server_url=sys.argv[1])
client.training_jobs.retrieve(project_id="jobs-10", training_job_id="points-10")
"""

_NAIVE = f"""
import sys
import httpx
from tests.benchmarks.plain.detail import Detail
client = httpx.Client(headers={{"X-API-Key": "{KEY}"}})
response = client.get(sys.argv[1] + "/v1/projects/jobs-10/training-jobs/points-10")
response.raise_for_status()
Detail.model_validate_json(response.content)
"""

_LIBRARIES = "import httpx; from pydantic import BaseModel"

PROGRAMS = {
    "import": {
        "bare": "pass",
        "libraries": _LIBRARIES,
        "ours": "import emissary_client_sdk",
        "rival": "import emissary_client_sdk",
    },
    "first-request": {
        "naive": _NAIVE,
        "naive-no-tls": _NAIVE.replace("headers=", "verify=False, headers="),
        "libraries": _LIBRARIES,
        "ours": _SDK,
        "rival": _SDK,
    },
}


class Fresh:
    """A program, run anew each time it is asked."""

    def __init__(self, python: str, code: str, server: str, environment: dict[str, str]) -> None:
        self._command = [python, "-c", code, server]
        self._environment = environment

    def ask(self, _command: dict[str, Any]) -> dict[str, float]:
        """Return the CPU time, user's and system's, of one run from its start to its end."""
        process = subprocess.Popen(self._command, env=self._environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"ended with {process.returncode}")
        return {"value": usage.ru_utime + usage.ru_stime}

    def close(self) -> None:
        """Do nothing: the program has ended."""
