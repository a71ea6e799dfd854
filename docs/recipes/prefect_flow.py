"""A Prefect flow: start a training job, wait for it, list its checkpoints."""

import os

from prefect import flow, task
from prefect.runtime import task_run

from emissary_client_sdk import EmissaryClient

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")


@task(retries=2, retry_delay_seconds=1)
def start(dataset: str) -> str:
    """Start a training job and return its id."""
    with EmissaryClient() as emissary:
        job = emissary.training_jobs.create(
            project_id=PROJECT,
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": dataset,
            },
            # The id stays the same when Prefect retries the task, so the platform
            # returns the job that exists already.
            http_headers={"Idempotency-Key": str(task_run.id)},
        )
    return job.id


@task(retries=2, retry_delay_seconds=1)
def finish(job_id: str) -> list[str]:
    """Wait for a job and return the links of its checkpoints."""
    with EmissaryClient() as emissary:
        emissary.training_jobs.wait(project_id=PROJECT, training_job_id=job_id)
        checkpoints = emissary.training_jobs.list_checkpoints(
            project_id=PROJECT, training_job_id=job_id
        )
    return [each.model_download_url or "" for each in checkpoints]


@flow
def fine_tune(dataset: str) -> list[str]:
    """Fine-tune a model on a dataset."""
    return finish(start(dataset))


if __name__ == "__main__":
    for url in fine_tune(os.environ.get("DATASET", "ds-reviews")):
        print(url)
