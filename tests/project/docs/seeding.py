"""An emulator with one of everything. The programs of the pages run on it."""

import re
import time
from collections.abc import Generator
from contextlib import contextmanager

from emissary_client_sdk import EmissaryClient, emulator

KEY = "the-key-of-these-tests"
MODEL = "reviews-1"
IDLE = 7200  # seconds after which engines and deployments are inactive

_BASE_MODEL = "Llama-3.2-1B-Instruct"
_REVIEWS = b'{"prompt": "Arrived broken.", "completion": {"good": 0, "bad": 1}}\n' * 2
_PLACEHOLDER = re.compile(r'(\b\w+_id(?:"?(?:=|: )|s=\[))"<id>"')


@contextmanager
def seeded_emulator(program: str) -> Generator[tuple[emulator.Server, str], None, None]:
    """Run an emulator that a program can work with; yield it and the program with ids in place of ``"<id>"``."""
    moment = [time.time()]
    job_seconds = 3600 if ".cancel(" in program else 0
    with (
        emulator.serve(api_key=KEY, job_seconds=job_seconds, deploy_seconds=0, clock=lambda: moment[0]) as server,
        EmissaryClient(api_key=KEY, server_url=server.url) as client,
    ):
        ids = _seed(client, program)
        moment[0] += IDLE if ".reactivate(" in program else 0
        yield server, _PLACEHOLDER.sub(lambda found: f'{found[1]}"{ids[_id_name(found[1])]}"', program)


def _id_name(text: str) -> str:
    name = text.strip('":= [').removesuffix("s")
    return {"training_id": "training_job_id", "train_dataset_id": "dataset_id"}.get(name, name)


def _seed(client: EmissaryClient, program: str) -> dict[str, str]:
    project = client.projects.create(request_body={"name": "reviews"}).id
    dataset = client.datasets.create(
        project_id=project,
        request_body={"file": {"file_name": "reviews.jsonl", "content": _REVIEWS}, "name": "reviews"},
    ).id
    job = client.training_jobs.create(
        project_id=project,
        request_body={"base_model": _BASE_MODEL, "train_dataset_id": dataset, "task_type": "classification"},
    ).id
    engine = client.engines.create(
        request_body={
            "base_model": _BASE_MODEL,
            "resource_management_config": {
                "management_type": "inactive_timeout",
                "management_config": {"inactive_duration": 3600},
            },
        }
    ).id
    ids = {"project_id": project, "dataset_id": dataset, "training_job_id": job, "engine_id": engine}
    if ".undeploy(" in program:
        client.engines.deploy(
            engine_id=engine,
            request_body={"project_id": project, "training_id": job, "checkpoint": 1, "name": MODEL},
        )
    elif '"checkpoint":' not in program and ".cancel(" not in program:  # the program creates no deployment itself
        ids["deployment_id"] = client.deployments.create(
            project_id=project, request_body={"training_job_id": job, "checkpoint": 1, "name": MODEL}
        ).id
    return ids
