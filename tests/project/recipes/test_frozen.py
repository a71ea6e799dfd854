"""A program that PyInstaller freezes without options."""

import shutil
import subprocess
from pathlib import Path

import emissary_client_sdk
from emissary_client_sdk import emulator

from ...support.bare import DEPENDENCIES, bare_environment

PROGRAM = """\
import asyncio
import sys

from emissary_client_sdk import EmissaryClient, errors, models


async def main(job: models.TrainingJobSummary) -> None:
    async with EmissaryClient("a-key", server_url=sys.argv[1]) as client:
        jobs = await client.training_jobs.list_async(project_id="p")
        print([found.id == job.id for found in jobs])


with EmissaryClient("a-key", server_url=sys.argv[1]) as client:
    body = models.CreateTrainingJobRequestBody(base_model="llama", train_dataset_id="data")
    asyncio.run(main(client.training_jobs.create(project_id="p", request_body=body)))
    try:
        client.deployments.retrieve(project_id="p", deployment_id="none")
    except errors.APIErrorNotFound as error:
        print(type(error).__name__)
"""


def test_frozen_program_makes_calls(tmp_path: Path) -> None:
    """PyInstaller finds all modules, and the program runs far from the environment that it was made in."""
    python, site = bare_environment(tmp_path / "environment", *DEPENDENCIES, "pyinstaller")
    source = Path(emissary_client_sdk.__file__).parent
    shutil.copytree(source, site / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    made = subprocess.run([python, "-m", "PyInstaller", "app.py"], cwd=tmp_path, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    shutil.rmtree(tmp_path / "environment")
    with emulator.serve() as server:
        command = [str(tmp_path / "dist" / "app" / "app"), server.url]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("[True]\nAPIErrorNotFound\n", "")
