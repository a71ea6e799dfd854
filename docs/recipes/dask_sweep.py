"""Try learning rates on the workers of a Dask cluster, and show which did best."""

import os
import uuid

from distributed import Client, LocalCluster, as_completed

from emissary_client_sdk import EmissaryClient

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")
DATASET = os.environ.get("DATASET", "ds-reviews")
LEARNING_RATES = (1e-5, 5e-5, 1e-4, 5e-4)


def train(rate: float, sweep: str, emissary: EmissaryClient) -> tuple[float, float]:
    """Train with a learning rate, on a worker; give the last loss and the rate."""
    created = emissary.training_jobs.create(
        project_id=PROJECT,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": DATASET,
            "name": f"{sweep}-{rate:g}",
            "parameters": {"learning_rate": rate},
        },
        # Should this worker die, Dask calls the function again on another one. With
        # the same key the platform then gives the job that there is already.
        http_headers={"Idempotency-Key": f"{sweep}-{rate:g}"},
    )
    job = emissary.training_jobs.wait(
        project_id=PROJECT, training_job_id=created.id or "", poll_interval_ms=1000
    )
    loss = job.training_loss[-1].loss if job.training_loss else None
    return (float("inf") if loss is None else loss), rate


def main() -> None:
    """Spread the sweep over two processes, and show each result as it comes."""
    sweep = f"sweep-{uuid.uuid4()}"
    with (
        EmissaryClient() as emissary,
        LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as here,
        Client(here) as dask,
    ):
        futures = dask.map(train, LEARNING_RATES, sweep=sweep, emissary=emissary)
        results: list[tuple[float, float]] = []
        for future in as_completed(futures):
            loss, rate = future.result()
            print(f"rate {rate:g}: loss {loss:.4f}")
            results.append((loss, rate))
    print(f"best: {min(results)[1]:g}")


if __name__ == "__main__":  # Dask's workers import this file
    main()
