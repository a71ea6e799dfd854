"""Try learning rates on the workers of a Dask cluster, and deploy the best model."""

import os
import uuid

from distributed import Client, LocalCluster, as_completed

from emissary_client_sdk import EmissaryClient

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")
DATASET = os.environ.get("DATASET", "ds-reviews")
LEARNING_RATES = (1e-5, 5e-5, 1e-4, 5e-4)


def train(rate: float, sweep: str, emissary: EmissaryClient) -> tuple[float, str, int]:
    """Train on a worker; return the best accuracy, the job and its checkpoint."""
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
    emissary.training_jobs.wait(
        project_id=PROJECT, training_job_id=created.id, poll_interval_ms=1000
    )
    best = emissary.training_jobs.best_checkpoint(
        project_id=PROJECT, training_job_id=created.id, metric="accuracy"
    )
    return best.metrics["accuracy"], created.id, best.checkpoint


def main() -> None:
    """Spread the sweep over two processes, then deploy the best checkpoint."""
    sweep = f"sweep-{uuid.uuid4()}"
    results: list[tuple[float, str, int]] = []
    with (
        EmissaryClient() as emissary,
        LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as here,
        Client(here) as dask,
    ):
        futures = dask.map(train, LEARNING_RATES, sweep=sweep, emissary=emissary)
        for future in as_completed(futures):
            accuracy, job, checkpoint = future.result()
            print(f"job {job}: accuracy {accuracy:.4f}", flush=True)
            results.append((accuracy, job, checkpoint))
        _, job, checkpoint = max(results)
        deployment = emissary.deployments.create_and_wait(
            project_id=PROJECT,
            request_body={
                "training_job_id": job,
                "checkpoint": checkpoint,
                "name": f"{sweep}-best",
                "inactive_timeout": 600,
            },
            poll_interval_ms=1000,
        )
        print(f"{deployment.name}: {deployment.status}, job {job}")


if __name__ == "__main__":  # Dask's workers import this file
    main()
