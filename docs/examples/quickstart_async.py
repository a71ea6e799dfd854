"""Train with three learning rates at the same time and show which one did best.

Like ``quickstart.py``, it runs on the emulator unless ``EMISSARY_CLIENT_API_KEY`` is set. On the platform, each of the
three jobs costs money.
"""

import asyncio
import os
import sys
from pathlib import Path

from emissary_client_sdk import EmissaryClient, EmissaryClientError, emulator

DATA = Path(__file__).with_name("reviews.jsonl")
LEARNING_RATES = (1e-5, 1e-4, 1e-3)


async def train(
    client: EmissaryClient, project_id: str, dataset_id: str, learning_rate: float, poll_interval_ms: float
) -> tuple[float, float]:
    """Train with a learning rate; return the best accuracy of a checkpoint, and the rate."""
    job = await client.training_jobs.create_and_wait_async(
        project_id=project_id,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": dataset_id,
            "task_type": "classification",
            "name": f"rate-{learning_rate:g}",
            "parameters": {"learning_rate": learning_rate},
        },
        poll_interval_ms=poll_interval_ms,
    )
    best = await client.training_jobs.best_checkpoint_async(
        project_id=project_id, training_job_id=job.id, metric="accuracy"
    )
    print(f"rate {learning_rate:g}: {job.status}, accuracy {best.metrics['accuracy']}", flush=True)
    return best.metrics["accuracy"], learning_rate


async def run(client: EmissaryClient, poll_interval_ms: float) -> None:
    """Upload the data once and train with all learning rates."""
    project = await client.projects.create_async(request_body={"name": "learning rates"})
    dataset = await client.datasets.upload_async(project_id=project.id, file=DATA)
    results = await asyncio.gather(
        *(train(client, project.id, dataset.id, rate, poll_interval_ms) for rate in LEARNING_RATES)
    )
    print(f"best: {max(results)[1]:g}")


async def main() -> int:
    """Run on the platform if there is a key, otherwise on the emulator."""
    try:
        if os.environ.get("EMISSARY_CLIENT_API_KEY"):
            async with EmissaryClient() as client:
                await run(client, poll_interval_ms=5000)
        else:
            print("EMISSARY_CLIENT_API_KEY is not set, so this runs on the emulator:")
            print("it trains nothing, and its results are made up.")
            with emulator.serve(job_seconds=3) as server:
                async with EmissaryClient(server_url=server.url, api_key="anything") as client:
                    await run(client, poll_interval_ms=500)
    except (EmissaryClientError, ImportError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
