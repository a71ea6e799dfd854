"""Give each call the patience that it deserves."""

import uuid

from emissary_client_sdk import BackoffStrategy, EmissaryClient, RetryConfig, errors

PATIENT = RetryConfig(
    strategy="backoff",
    backoff=BackoffStrategy(
        initial_interval=200,  # milliseconds, like the other times
        max_interval=20_000,
        exponent=2,
        max_elapsed_time=120_000,
    ),
    retry_connection_errors=True,
)


def main() -> None:
    """Probe the platform, then start a job that must be started, and only once."""
    with EmissaryClient() as emissary:
        jobs = emissary.training_jobs
        # Somebody is looking at the screen: one attempt, and two seconds at most.
        try:
            jobs.list(project_id="my-project", retries=None, timeout_ms=2000)
        except errors.EmissaryClientError as error:
            print("the platform is not well:", type(error).__name__)

        # Nobody is looking, and the job must be started. This repeats after lost
        # answers too, and relies on the platform to know the key.
        job = jobs.create(
            project_id="my-project",
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": "ds-reviews",
            },
            retries=PATIENT,
            http_headers={"Idempotency-Key": f"nightly-{uuid.uuid4()}"},
        )
        print("started:", job.id is not None)

        # The default rule of the SDK.
        print("jobs:", len(jobs.list(project_id="my-project")))


if __name__ == "__main__":
    main()
