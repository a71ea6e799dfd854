"""Record a training job as a run of MLflow."""

import os

import mlflow

from emissary_client_sdk import EmissaryClient, models

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")
DATASET = os.environ.get("DATASET", "ds-reviews")


def train(client: EmissaryClient, learning_rate: float) -> None:
    """Train with a learning rate, and log what happens while it happens."""
    job = client.training_jobs.create(
        project_id=PROJECT,
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": DATASET,
            "name": f"rate-{learning_rate:g}",
            "parameters": {"learning_rate": learning_rate},
        },
    )
    with mlflow.start_run(run_name=job.name, tags={"emissary.training_job": job.id}):
        mlflow.log_param("learning_rate", learning_rate)
        step = 0
        for change in client.training_jobs.watch(
            project_id=PROJECT, training_job_id=job.id, poll_interval_ms=1000
        ):
            match change:
                case models.LossAdded(loss=models.TrainingLoss(loss=float(loss))):
                    mlflow.log_metric("loss", loss, step=step)
                    step += 1
                case models.StatusChanged(status=status):
                    mlflow.set_tag("emissary.status", status)
                case _:
                    pass
        # The tests of the checkpoints run last.
        for checkpoint in client.training_jobs.list_checkpoints(
            project_id=PROJECT, training_job_id=job.id
        ):
            results = {
                f"test_{key}": value for key, value in checkpoint.metrics.items()
            }
            mlflow.log_metrics(results, step=checkpoint.checkpoint)


def main() -> None:
    """Record two jobs in one experiment."""
    mlflow.set_experiment("reviews")
    with EmissaryClient() as client:
        for learning_rate in (1e-4, 1e-3):
            train(client, learning_rate)


if __name__ == "__main__":
    main()
