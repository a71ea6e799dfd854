"""Programs whose CPU time is measured, from start to exit."""

import os
import subprocess
from pathlib import Path

from .responses import KEY

_SDK = """
import os
from emissary_client_sdk import EmissaryClient
client = EmissaryClient(api_key=os.environ["KEY"], server_url=os.environ["SERVER"])
client.training_jobs.retrieve(project_id="jobs-10", training_job_id="points-10")
"""
_BY_HAND = """
import os
import httpx
from tests.benchmarks.implementations.jobs import Detail
client = httpx.Client(headers={"X-API-Key": os.environ["KEY"]})
response = client.get(os.environ["SERVER"] + "/v1/projects/jobs-10/training-jobs/points-10")
response.raise_for_status()
Detail.model_validate_json(response.content)
"""
_LIBRARIES = "import httpx; from pydantic import BaseModel"
_HF = ("huggingface", "hf", "version")

# By row and implementation: the environment, and either Python code or a command of the environment and its arguments.
PROGRAMS: dict[str, dict[str, tuple[str, ...]]] = {
    "import": {
        "bare": ("user", "pass"),
        "libraries": ("user", _LIBRARIES),
        "sdk": ("user", "import emissary_client_sdk"),
        "generated": ("generated", "import emissary_client_sdk"),
        "openai": ("openai", "import openai"),
    },
    "import-client": {
        "libraries": ("user", _LIBRARIES),
        "sdk": ("user", "from emissary_client_sdk import EmissaryClient"),
        "generated": ("generated", "from emissary_client_sdk import EmissaryClient"),
    },
    "first-request": {
        "by-hand": ("user", _BY_HAND),
        "by-hand-insecure": ("user", _BY_HAND.replace("headers=", "verify=False, headers=")),
        "libraries": ("user", _LIBRARIES),
        "sdk": ("user", _SDK),
        "generated": ("generated", _SDK),
    },
    "cli-version": {"hf": _HF, "sdk": ("cli", "emissary", "--version")},
    "cli-list": {"hf": _HF, "sdk": ("cli", "emissary", "jobs", "list", "--project", "ms-00000000000000-jobs-10")},
}


def measure_program(python: str, program: list[str], server: str, environment: dict[str, str]) -> dict[str, float]:
    """Return the CPU time, user and system, of one run."""
    command, *arguments = program
    settings = {"KEY": KEY, "SERVER": server, "EMISSARY_CLIENT_API_KEY": KEY, "EMISSARY_CLIENT_SERVER_URL": server}
    process = subprocess.Popen(
        [str(Path(python).parent / command), *arguments] if arguments else [python, "-c", command],
        env={**environment, **settings, "HF_HUB_DISABLE_UPDATE_CHECK": "1"},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"exit code {process.returncode}")
    return {"value": usage.ru_utime + usage.ru_stime}
