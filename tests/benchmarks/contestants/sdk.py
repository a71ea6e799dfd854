"""An SDK: this one or, in an environment that has it, the published generated one, which has the same names."""

from typing import Any

from pydantic import TypeAdapter

from emissary_client_sdk import EmissaryClient, models

from ..answers import KEY, NEW_JOB, answer


class Sdk:
    """The pieces of work as the SDK's documentation has them."""

    def __init__(self, server: str, **options: Any) -> None:
        self.options: dict[str, Any] = {"api_key": KEY, "server_url": server, **options}
        self.client = EmissaryClient(**self.options)
        self.new_job = models.CreateTrainingJobRequestBody(**NEW_JOB)

    def make(self) -> EmissaryClient:
        """Make a client."""
        return EmissaryClient(**self.options)

    def visit(self) -> Any:
        """Make a client, use it once and close it, where it can be closed."""
        client = self.make()
        job = client.training_jobs.retrieve(project_id="jobs-10", training_job_id="points-10")
        if hasattr(client, "close"):
            client.close()
        return job

    def retrieve(self, points: int) -> Any:
        """Retrieve a job."""
        return self.client.training_jobs.retrieve(project_id="jobs-10", training_job_id=f"points-{points}")

    async def retrieve_async(self, points: int) -> Any:
        """Retrieve a job."""
        return await self.client.training_jobs.retrieve_async(project_id="jobs-10", training_job_id=f"points-{points}")

    def list(self, length: int) -> Any:
        """List jobs."""
        return self.client.training_jobs.list(project_id=f"jobs-{length}")

    def create_from_dict(self) -> Any:
        """Create a job from a dictionary."""
        return self.client.training_jobs.create(project_id="jobs-10", request_body=NEW_JOB)

    def create_from_model(self) -> Any:
        """Create a job from a model."""
        return self.client.training_jobs.create(project_id="jobs-10", request_body=self.new_job)


class Models:
    """The SDK's models alone, on a body that is in memory already."""

    def __init__(self, _server: str) -> None:
        self.detail = TypeAdapter(models.TrainingJobDetail)
        self.summaries = TypeAdapter(list[models.TrainingJobSummary])

    def retrieve(self, points: int) -> Any:
        """Parse a job."""
        return self.detail.validate_json(answer("GET", f"/v1/projects/jobs-10/training-jobs/points-{points}")[1])

    def list(self, length: int) -> Any:
        """Parse a list of jobs."""
        return self.summaries.validate_json(answer("GET", f"/v1/projects/jobs-{length}/training-jobs")[1])
