"""Fine-tune a model on a data file, deploy its best checkpoint and classify some sentences with it.

Without an API key this runs on the local emulator, which trains a small linear model in place of a language model. From
a copy of the repository::

    pip install ".[learning,progress]"
    python docs/examples/quickstart.py

With ``EMISSARY_CLIENT_API_KEY`` set it runs on the platform, where training and deployments cost money.
"""

import os
import sys
from pathlib import Path

from emissary_client_sdk import EmissaryClient, EmissaryClientError, emulator

DATA = Path(__file__).with_name("reviews.jsonl")
TEST = Path(__file__).with_name("reviews.test.jsonl")
SENTENCES = ("Arrived broken.", "Works perfectly.", "The color fades.")  # in neither file


def run(client: EmissaryClient, poll_interval_ms: float) -> None:
    """Go from the data file to answers."""
    project = client.projects.create(request_body={"name": "reviews"})
    dataset = client.datasets.upload(project_id=project.id, file=DATA, progress=True)
    test_dataset = client.datasets.upload(project_id=project.id, file=TEST, progress=True)
    job = client.training_jobs.create_and_wait(
        project_id=project.id,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": dataset.id,
            "test_dataset_id": test_dataset.id,
            "task_type": "classification",
        },
        poll_interval_ms=poll_interval_ms,
        progress=True,
    )
    best = client.training_jobs.best_checkpoint(project_id=project.id, training_job_id=job.id, metric="accuracy")
    print(f"Checkpoint {best.checkpoint} has the best accuracy on {TEST.name}: {best.metrics['accuracy']}")
    name = f"reviews-{job.id[-8:]}"  # no other deployment of the organization may have it
    deployment = client.deployments.create_and_wait(
        project_id=project.id,
        request_body={"training_job_id": job.id, "checkpoint": best.checkpoint, "name": name},
        poll_interval_ms=poll_interval_ms,
        progress=True,
    )
    print(f"The model {name} is {deployment.status}")
    for sentence in SENTENCES:
        answer = client.classification.create(model=name, input=sentence, data_format="probs")
        scores = ", ".join(f"{label} {score:.2f}" for label, score in answer.scores.items())
        print(f"{sentence:<24} {answer.best_label:<10} ({scores})")


def main() -> int:
    """Run on the platform if there is a key, otherwise on the emulator."""
    try:
        if os.environ.get("EMISSARY_CLIENT_API_KEY"):
            with EmissaryClient() as client:
                print(f"Running on {client.sdk_configuration.get_server_details()[0]}")
                run(client, poll_interval_ms=5000)
        else:
            print("EMISSARY_CLIENT_API_KEY is not set, so this runs on the emulator,")
            print("which trains a small linear model in place of a language model.")
            with (
                emulator.serve(job_seconds=2, deploy_seconds=1, learn=True) as server,
                EmissaryClient(server_url=server.url, api_key="anything") as client,
            ):
                run(client, poll_interval_ms=500)
    except (EmissaryClientError, ImportError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
