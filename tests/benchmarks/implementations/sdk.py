"""An SDK: this one, or the generated one of release 0.4, which has the same names."""

from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from unittest.mock import patch

from emissary_client_sdk import EmissaryClient

from ..files import output_file, records_file, rows_file, table_file, texts_file, upload_file
from ..responses import KEY, MESSAGES, NEW_JOB, TEXT
from .registry import ALLOWED, IN_FLIGHT
from .scoring import Predictions, predictions


class Sdk:
    """The SDK as its documentation shows it.

    :param library: HTTP library of the caller's own client; empty for the SDK's own client.
    """

    max_concurrency: int | Literal["auto"] = "auto"

    def __init__(self, server: str, library: str = "") -> None:
        self.options: dict[str, Any] = {"api_key": KEY, "server_url": server}
        if library:
            self.options["client"] = import_module(library).Client()
        self.client: Any = EmissaryClient(**self.options)
        self.made: list[Any] = []

    def make(self) -> None:
        """Create a client and keep it."""
        self.made.append(EmissaryClient(**self.options))

    def retrieve(self, points: int) -> Any:
        """Retrieve a training job."""
        return self.client.training_jobs.retrieve(project_id="jobs-10", training_job_id=f"points-{points}")

    async def retrieve_async(self, points: int) -> Any:
        """Retrieve a training job."""
        return await self.client.training_jobs.retrieve_async(project_id="jobs-10", training_job_id=f"points-{points}")

    def list(self, length: int) -> Any:
        """List training jobs."""
        return self.client.training_jobs.list(project_id=f"jobs-{length}")

    def create(self) -> Any:
        """Create a training job."""
        return self.client.training_jobs.create(project_id="jobs-10", request_body=NEW_JOB)

    def chat(self) -> Any:
        """Answer a conversation."""
        return self.client.chat.completions.create(model="support-1", messages=MESSAGES)

    def stream(self, chunks: int) -> int:
        """Stream an answer."""
        with self.client.chat.completions.stream(model=f"chunks-{chunks}", messages=MESSAGES) as stream:
            for _ in stream:
                pass
            return len(stream.text)

    def embed(self, texts: int) -> Any:
        """Compute the embeddings of texts."""
        return self.client.embeddings.create(model=f"texts-{texts}", input=TEXT if texts == 1 else [TEXT] * texts)

    def classify_many(self, texts: int) -> Any:
        """Classify texts in threads."""
        return self.client.classification.create_many(
            model="reviews-1", inputs=[TEXT] * texts, data_format="probs", max_concurrency=IN_FLIGHT
        )

    async def classify_many_async(self, texts: int) -> Any:
        """Classify texts in tasks."""
        return await self.client.classification.create_many_async(
            model="reviews-1", inputs=[TEXT] * texts, data_format="probs", max_concurrency=IN_FLIGHT
        )

    async def process_file_async(self, records: int) -> Any:
        """Classify the texts of a file."""
        return await self.client.classification.process_file_async(
            model="reviews-1",
            input=texts_file(records),
            output=output_file(),
            data_format="probs",
            max_concurrency=IN_FLIGHT,
        )

    async def classify_limited(self, texts: int) -> Any:
        """Classify texts with a model that accepts a limited number of requests at a time."""
        async with EmissaryClient(**self.options) as client:  # it has not learned the number yet
            return await client.classification.create_many_async(
                model=f"limited-{ALLOWED}", inputs=[TEXT] * texts, max_concurrency=self.max_concurrency
            )

    def upload(self, megabytes: int) -> Any:
        """Upload a file."""
        with upload_file(megabytes).open("rb") as file:
            body = {"file": {"file_name": "data.jsonl", "content": file}}
            return self.client.datasets.create(project_id="jobs-10", request_body=body)

    def download(self, megabytes: int) -> Any:
        """Download a file."""
        return self.client.training_jobs.download_checkpoint(
            checkpoint=f"{self.options['server_url']}/files/{megabytes}", path=output_file()
        )

    def check_dataset(self, megabytes: int) -> Any:
        """Check a data file."""
        return self.client.datasets.check(file=records_file(megabytes))

    def check_table(self, megabytes: int, extension: str) -> Any:
        """Check a file of another format."""
        return self.client.datasets.check(file=table_file(megabytes, extension), task_type="classification")

    def evaluate(self, records: int) -> Any:
        """Evaluate records with one label."""
        return self._report_on(predictions(records, is_multilabel=False))

    def evaluate_sets(self, records: int) -> Any:
        """Evaluate records with any number of labels."""
        return self._report_on(predictions(records, is_multilabel=True))

    def _report_on(self, answered: Predictions) -> Any:
        evaluation = import_module("emissary_client_sdk.evaluation")  # the generated SDK has none
        return evaluation.evaluate_predictions(answered.truth, answered.scores)

    def prepare_table(self, megabytes: int, extension: str) -> Any:
        """Prepare a data file."""
        return self._prepare(table_file(megabytes, extension))

    def prepare_rows(self, records: int) -> Any:
        """Prepare a file of short texts."""
        return self._prepare(rows_file(records))

    def _prepare(self, path: Path) -> Any:
        with TemporaryDirectory(dir=path.parent) as folder:
            return self.client.datasets.prepare(path, "classification", output=Path(folder) / "prepared")


class WithoutInfo(Sdk):
    """The SDK without the facts about responses, in a process of its own."""

    def __init__(self, server: str) -> None:
        super().__init__(server)
        module = "emissary_client_sdk._call.call"

        def nothing(*_: object) -> None:
            return None

        for name in ("partial", "attach"):  # which make the facts, and keep them
            patch(f"{module}.{name}", nothing).start()


class Async(Sdk):
    """The asynchronous methods of the SDK, in place of the others."""

    async def download(self, megabytes: int) -> Any:
        """Download a file."""
        return await self.client.training_jobs.download_checkpoint_async(
            checkpoint=f"{self.options['server_url']}/files/{megabytes}", path=output_file()
        )


class Fixed(Sdk):
    """The SDK with the number of requests at a time that the server accepts."""

    max_concurrency = ALLOWED


class InMemory(Sdk):
    """The SDK without files."""

    async def process_file_async(self, records: int) -> Any:
        """Classify the same texts as a list."""
        return await self.classify_many_async(records)
