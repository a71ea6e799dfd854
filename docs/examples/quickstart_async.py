"""Try three learning rates at once, each in a training job of its own, and compare how they end.

It chooses between the platform and the emulator as ``quickstart.py`` does: with EMISSARY_CLIENT_API_KEY and
EMISSARY_PROJECT_ID in the environment it runs on the platform, where each of the jobs costs money.
"""

import argparse
import asyncio
import os
import sys
import time

from emissary_client_sdk import EmissaryClient, EmissaryClientError, TrainingJobDetail, TrainingJobStatus, emulator

LEARNING_RATES = (1e-5, 1e-4, 1e-3)


async def train(
    client: EmissaryClient, project_id: str, train_dataset: str, learning_rate: float, poll_interval_ms: int
) -> TrainingJobDetail:
    """Create a training job, show each change of its status, and give the job once it has ended."""
    created = await client.training_jobs.create_async(
        project_id=project_id,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": train_dataset,
            "name": f"rate-{learning_rate:g}",
            "parameters": {"learning_rate": learning_rate},
        },
    )
    if created.id is None:
        sys.exit("The platform gave the job no id.")
    shown = None

    def show(job: TrainingJobDetail) -> None:
        nonlocal shown
        if job.status != shown:
            print(f"{time.strftime('%H:%M:%S')} rate {learning_rate:<6g} {job.status or '?'}", flush=True)
            shown = job.status

    return await client.training_jobs.wait_async(
        project_id=project_id,
        training_job_id=created.id,
        poll_interval_ms=poll_interval_ms,
        on_update=show,
        raise_on_failure=False,
    )


async def run(client: EmissaryClient, project_id: str, train_dataset: str, poll_interval_ms: int) -> int:
    """Train with all the learning rates and show the final losses."""
    jobs = await asyncio.gather(
        *(train(client, project_id, train_dataset, rate, poll_interval_ms) for rate in LEARNING_RATES),
    )
    for learning_rate, job in zip(LEARNING_RATES, jobs, strict=True):
        loss = job.training_loss[-1].loss if job.training_loss else None
        checkpoints = await client.training_jobs.list_checkpoints_async(
            project_id=project_id, training_job_id=job.id or ""
        )
        print(f"rate {learning_rate:g}: {job.status}, final loss {loss}, {len(checkpoints)} checkpoints")
    return 0 if all(job.status == TrainingJobStatus.SUCCESS for job in jobs) else 1


async def main() -> int:
    """Choose between the platform and the emulator, and run the jobs there."""
    parser = argparse.ArgumentParser(description="Run three training jobs at once and compare them.")
    parser.add_argument("--train-dataset", default="ds-reviews", help="the id of a dataset of the project")
    options = parser.parse_args()
    project_id = os.environ.get("EMISSARY_PROJECT_ID")
    try:
        if project_id and os.environ.get("EMISSARY_CLIENT_API_KEY"):
            async with EmissaryClient() as client:
                return await run(client, project_id, options.train_dataset, poll_interval_ms=5000)
        print("Running on the emulator, where nothing is really trained.")
        with emulator.serve(job_seconds=5) as server:
            async with EmissaryClient(server_url=server.url, api_key="any") as client:
                return await run(client, "demo", options.train_dataset, poll_interval_ms=500)
    except (EmissaryClientError, ModuleNotFoundError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
