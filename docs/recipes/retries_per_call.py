"""Use different retries for different calls."""

import uuid

from emissary_client_sdk import BackoffStrategy, EmissaryClient, RetryConfig, errors

PATIENT = RetryConfig(
    strategy="backoff",
    backoff=BackoffStrategy(
        initial_interval=200,  # all times are in milliseconds
        max_interval=20_000,
        exponent=2,
        max_elapsed_time=120_000,
    ),
    retry_connection_errors=True,
)


def main() -> None:
    """Probe the platform, then start a job that must start exactly once."""
    with EmissaryClient() as emissary:
        jobs = emissary.training_jobs
        # A user is waiting: one attempt, and two seconds at most.
        try:
            jobs.list(project_id="my-project", retries=None, timeout_ms=2000)
        except errors.EmissaryClientError as error:
            print("the platform is unavailable:", type(error).__name__)

        # A nightly program can be patient. This also retries lost responses, and
        # relies on the platform to recognize the key.
        job = jobs.create(
            project_id="my-project",
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": "ds-reviews",
            },
            retries=PATIENT,
            http_headers={"Idempotency-Key": f"nightly-{uuid.uuid4()}"},
        )
        print("started:", bool(job.id))

        # The default rules, with up to five retries.
        print("jobs:", len(jobs.list(project_id="my-project", retries=5)))


if __name__ == "__main__":
    main()
