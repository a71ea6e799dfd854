"""Try learning rates from the workers of a Dask cluster, and deploy the best model."""

import os
import sys
import uuid

from distributed import Client, LocalCluster

from emissary_client_sdk import EmissaryClient

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")
DATASET = os.environ.get("DATASET", "ds-reviews")
LEARNING_RATES = (1e-5, 5e-5, 1e-4, 5e-4)


def start(rate: float, sweep: str, emissary: EmissaryClient) -> str:
    """Start a job from a worker; return its id."""
    created = emissary.training_jobs.create(
        project_id=PROJECT,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": DATASET,
            "name": f"{sweep}-{rate:g}",
            "parameters": {"learning_rate": rate},
        },
        # If this worker is lost, Dask calls the function again on another one. The
        # platform then returns the job that exists already.
        http_headers={"Idempotency-Key": f"{sweep}-{rate:g}"},
    )
    return created.id


def main() -> None:
    """Start the jobs on two workers, then wait for all of them here."""
    sweep = f"sweep-{uuid.uuid4()}"
    with EmissaryClient() as emissary:
        with (
            LocalCluster(n_workers=2, dashboard_address=None) as here,
            Client(here) as dask,
        ):
            started = dask.map(start, LEARNING_RATES, sweep=sweep, emissary=emissary)
            ids: list[str] = [job.result() for job in started]
        jobs = emissary.training_jobs
        jobs.wait_many(project_id=PROJECT, training_job_ids=ids, poll_interval_ms=1000)
        comparison = jobs.compare(
            project_id=PROJECT, training_job_ids=ids, metric="accuracy"
        )
        print(comparison)
        best = comparison.best
        if best is None or best.checkpoint is None:
            sys.exit("No checkpoint has an accuracy.")
        deployment = emissary.deployments.create_and_wait(
            project_id=PROJECT,
            request_body={
                "training_job_id": best.id,
                "checkpoint": best.checkpoint,
                "name": f"{sweep}-best",
                "inactive_timeout": 600,
            },
            poll_interval_ms=1000,
        )
        print(f"{deployment.name}: {deployment.status}, job {best.id}")


if __name__ == "__main__":  # Dask's workers import this file
    main()
