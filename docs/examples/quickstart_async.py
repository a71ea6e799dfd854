"""Train with three learning rates at the same time, show which one did best, and classify some sentences with it.

Like ``quickstart.py``, it runs on the emulator unless ``EMISSARY_CLIENT_API_KEY`` is set. On the platform, each of the
three jobs and the deployment cost money.
"""

import asyncio
import os
import sys
from pathlib import Path

from emissary_client_sdk import EmissaryClient, EmissaryClientError, emulator

DATA = Path(__file__).with_name("reviews.jsonl")
TEST = Path(__file__).with_name("reviews.test.jsonl")
LEARNING_RATES = (1e-5, 1e-4, 1e-3)
SENTENCES = ("Arrived broken.", "Works perfectly.", "The color fades.")  # in neither file


async def train(
    client: EmissaryClient, project_id: str, datasets: tuple[str, str], learning_rate: float, poll_interval_ms: float
) -> tuple[float, float, str, int]:
    """Train with a learning rate; return the best accuracy, the rate, the job and its best checkpoint."""
    job = await client.training_jobs.create_and_wait_async(
        project_id=project_id,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": datasets[0],
            "test_dataset_id": datasets[1],
            "task_type": "classification",
            "name": f"rate-{learning_rate:g}",
            "parameters": {"learning_rate": learning_rate},
        },
        poll_interval_ms=poll_interval_ms,
    )
    best = await client.training_jobs.best_checkpoint_async(
        project_id=project_id, training_job_id=job.id, metric="accuracy"
    )
    accuracy = best.metrics["accuracy"]
    print(f"rate {learning_rate:g}: {job.status}, accuracy on {TEST.name} {accuracy}", flush=True)
    return accuracy, learning_rate, job.id, best.checkpoint


async def run(client: EmissaryClient, poll_interval_ms: float) -> None:
    """Upload the data once, train with all learning rates, and deploy the best model."""
    project = await client.projects.create_async(request_body={"name": "learning rates"})
    uploads = [client.datasets.upload_async(project_id=project.id, file=file) for file in (DATA, TEST)]
    data, test = await asyncio.gather(*uploads)
    datasets = (data.id, test.id)
    results = await asyncio.gather(
        *(train(client, project.id, datasets, rate, poll_interval_ms) for rate in LEARNING_RATES)
    )
    _, rate, job_id, checkpoint = max(results)
    print(f"best: {rate:g}")
    deployment = await client.deployments.create_and_wait_async(
        project_id=project.id,
        request_body={"training_job_id": job_id, "checkpoint": checkpoint, "name": f"reviews-{job_id[-8:]}"},
        poll_interval_ms=poll_interval_ms,
    )
    answers = await client.classification.create_many_async(
        model=deployment.name or "", inputs=SENTENCES, data_format="probs"
    )
    for sentence, answer in zip(SENTENCES, answers, strict=True):
        print(f"{sentence:<24} {answer.best_label}")


async def main() -> int:
    """Run on the platform if there is a key, otherwise on the emulator."""
    try:
        if os.environ.get("EMISSARY_CLIENT_API_KEY"):
            async with EmissaryClient() as client:
                await run(client, poll_interval_ms=5000)
        else:
            print("EMISSARY_CLIENT_API_KEY is not set, so this runs on the emulator,")
            print("which trains small linear models in place of language models.")
            with emulator.serve(job_seconds=2, deploy_seconds=1, learn=True) as server:
                async with EmissaryClient(server_url=server.url, api_key="anything") as client:
                    await run(client, poll_interval_ms=500)
    except (EmissaryClientError, ImportError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
