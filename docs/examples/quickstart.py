"""Create a training job, follow it to its end and list its checkpoints.

Without an account it runs on the emulator, which it starts by itself and on which nothing is really trained::

    pip install "emissary-client-sdk[emulator]"
    python quickstart.py

With an API key and a project it runs on the Emissary platform, where training costs money::

    export EMISSARY_CLIENT_API_KEY=... EMISSARY_PROJECT_ID=...
    python quickstart.py --base-model Llama-3.2-1B-Instruct --train-dataset <id>
"""

import argparse
import os
import sys
import time

from emissary_client_sdk import EmissaryClient, EmissaryClientError, TrainingJobDetail, TrainingJobStatus, emulator


def create(client: EmissaryClient, project_id: str, base_model: str, train_dataset: str) -> str:
    """Create a training job and give its id."""
    job = client.training_jobs.create(
        project_id=project_id,
        request_body={
            "base_model": base_model,
            "train_dataset_id": train_dataset,
            "name": "quickstart",
            "parameters": {"num_train_epochs": 3, "learning_rate": 2e-4},
        },
    )
    if job.id is None:
        sys.exit("The platform gave the job no id.")
    return job.id


def show(job: TrainingJobDetail) -> None:
    """Show where the job stands."""
    loss = job.training_loss[-1].loss if job.training_loss else None
    line = f"{job.status or '?':<9} {job.progress or 0:>3} %" + ("" if loss is None else f"  loss {loss:.4f}")
    print(time.strftime("%H:%M:%S"), line, flush=True)


def show_checkpoints(client: EmissaryClient, project_id: str, job_id: str) -> None:
    """Show where the models of a job are, and how they did in its tests."""
    for checkpoint in client.training_jobs.list_checkpoints(project_id=project_id, training_job_id=job_id):
        print(f"Checkpoint {checkpoint.checkpoint}: {checkpoint.model_download_url}")
        results = checkpoint.test_results and checkpoint.test_results.aggregated_test_result
        if results:
            print("             ", ", ".join(f"{name} {value}" for name, value in results.items()))


def main() -> int:
    """Choose between the platform and the emulator, and run the job there."""
    parser = argparse.ArgumentParser(description="Create a training job, follow it to its end, list its checkpoints.")
    parser.add_argument("--server-url", help="another server than the platform's own")
    parser.add_argument("--base-model", default="Llama-3.2-1B-Instruct", help="the model to start from")
    parser.add_argument("--train-dataset", default="ds-reviews", help="the id of a dataset of the project")
    options = parser.parse_args()

    def run(client: EmissaryClient, project_id: str, poll_interval_ms: int) -> int:
        job_id = create(client, project_id, options.base_model, options.train_dataset)
        print(f"Created the training job {job_id}")
        job = client.training_jobs.wait(
            project_id=project_id,
            training_job_id=job_id,
            poll_interval_ms=poll_interval_ms,
            on_update=show,
            raise_on_failure=False,
        )
        show_checkpoints(client, project_id, job_id)
        return 0 if job.status == TrainingJobStatus.SUCCESS else 1

    missing = [name for name in ("EMISSARY_CLIENT_API_KEY", "EMISSARY_PROJECT_ID") if not os.environ.get(name)]
    if missing and options.server_url:
        parser.error(f"--server-url needs the environment variable {' and '.join(missing)}")
    try:
        if not missing:
            with EmissaryClient(server_url=options.server_url) as client:
                print(f"Running on {client.sdk_configuration.get_server_details()[0]}")
                return run(client, os.environ["EMISSARY_PROJECT_ID"], poll_interval_ms=5000)
        print(f"Running on the emulator, where nothing is really trained; for the platform set {' and '.join(missing)}")
        with emulator.serve(job_seconds=5) as server, EmissaryClient(server_url=server.url, api_key="any") as client:
            return run(client, "demo", poll_interval_ms=500)
    except (EmissaryClientError, ModuleNotFoundError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
