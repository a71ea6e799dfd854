"""A Prefect flow: start a training job, wait for its end, list its checkpoints."""

import os

from prefect import flow, runtime, task

from emissary_client_sdk import EmissaryClient

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")


@task(retries=2, retry_delay_seconds=1)
def start(dataset: str) -> str:
    """Start a training job and give its id."""
    with EmissaryClient() as emissary:
        job = emissary.training_jobs.create(
            project_id=PROJECT,
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": dataset,
            },
            # The id stays the same when Prefect runs the task again, so that the
            # platform then gives the job that there is already.
            http_headers={"Idempotency-Key": str(runtime.task_run.id)},
        )
    if job.id is None:
        raise RuntimeError("the platform gave the job no id")
    return job.id


@task(retries=2, retry_delay_seconds=1)
def finish(job_id: str) -> list[str]:
    """Wait for the end of a job, and say where its checkpoints are."""
    with EmissaryClient() as emissary:
        emissary.training_jobs.wait(project_id=PROJECT, training_job_id=job_id)
        checkpoints = emissary.training_jobs.list_checkpoints(
            project_id=PROJECT, training_job_id=job_id
        )
    return [found.model_download_url or "" for found in checkpoints]


@flow
def fine_tune(dataset: str) -> list[str]:
    """Fine-tune a model on a dataset."""
    return finish(start(dataset))


if __name__ == "__main__":
    for url in fine_tune(os.environ.get("DATASET", "ds-reviews")):
        print(url)
