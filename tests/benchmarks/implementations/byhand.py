"""A script written by hand: a client that stays open, ``raise_for_status`` and ``model_validate_json``."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

from pydantic import TypeAdapter

from ..files import output_file, texts_file, upload_file
from ..responses import KEY, MESSAGES, NEW_JOB, TEXT
from .jobs import Detail, Summary
from .models import ChatCompletion, Classification, Embeddings
from .registry import IN_FLIGHT

_SUMMARIES = TypeAdapter(list[Summary])


def _classification_body(text: str) -> dict[str, str]:
    return {"model": "reviews-1", "input": text, "data_format": "probs"}


class ByHand:
    """A script on httpx, or on httpx2, which has the same names."""

    def __init__(self, server: str, library: str = "httpx") -> None:
        self.server = server
        self.http = import_module(library)
        self.options: dict[str, Any] = {
            "headers": {"X-API-Key": KEY},
            # The SDK's own. With httpx's five seconds, 500 requests in flight end in a PoolTimeout.
            "timeout": self.http.Timeout(60, connect=5),
        }
        self.client = self.http.Client(**self.options)
        self.async_client = self.http.AsyncClient(**self.options)
        self.made: list[Any] = []

    def make(self) -> None:
        """Create a client and keep it."""
        self.made.append(self.http.Client(**self.options))

    def _get(self, path: str, validate: Callable[[bytes], Any]) -> Any:
        response = self.client.get(self.server + path)
        response.raise_for_status()
        return validate(response.content)

    def _post(self, path: str, validate: Callable[[bytes], Any], **body: Any) -> Any:
        response = self.client.post(self.server + path, **body)
        response.raise_for_status()
        return validate(response.content)

    def retrieve(self, points: int) -> Any:
        """Retrieve a training job."""
        return self._get(f"/v1/projects/jobs-10/training-jobs/points-{points}", Detail.model_validate_json)

    async def retrieve_async(self, points: int) -> Any:
        """Retrieve a training job."""
        response = await self.async_client.get(f"{self.server}/v1/projects/jobs-10/training-jobs/points-{points}")
        response.raise_for_status()
        return Detail.model_validate_json(response.content)

    def list(self, length: int) -> Any:
        """List training jobs."""
        return self._get(f"/v1/projects/jobs-{length}/training-jobs", _SUMMARIES.validate_json)

    def create(self) -> Any:
        """Create a training job."""
        return self._post("/v1/projects/jobs-10/training-jobs", Summary.model_validate_json, json=NEW_JOB)

    def chat(self) -> Any:
        """Answer a conversation."""
        body = {"model": "support-1", "messages": MESSAGES}
        return self._post("/v1/chat/completions", ChatCompletion.model_validate_json, json=body)

    def stream(self, chunks: int) -> int:
        """Stream an answer."""
        body = {"model": f"chunks-{chunks}", "messages": MESSAGES, "stream": True}
        text = ""
        with self.client.stream("POST", f"{self.server}/v1/chat/completions", json=body) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                if line.startswith("data: {"):
                    for choice in ChatCompletion.model_validate_json(line[6:]).choices or []:
                        text += (choice.delta and choice.delta.content) or ""
        return len(text)

    def embed(self, texts: int) -> Any:
        """Compute the embeddings of texts."""
        body = {"model": f"texts-{texts}", "input": TEXT if texts == 1 else [TEXT] * texts}
        return self._post("/v1/embeddings", Embeddings.model_validate_json, json=body)

    def classify_many(self, texts: int) -> Any:
        """Classify texts in threads."""
        # httpx closes idle connections above 20 by default; a thread that has just chosen one would fail.
        limits = self.http.Limits(max_connections=IN_FLIGHT, max_keepalive_connections=IN_FLIGHT)
        with self.http.Client(**self.options, limits=limits) as client, ThreadPoolExecutor(IN_FLIGHT) as pool:

            def classify(text: str) -> Classification:
                response = client.post(f"{self.server}/v1/classification", json=_classification_body(text))
                response.raise_for_status()
                return Classification.model_validate_json(response.content)

            return [*pool.map(classify, [TEXT] * texts)]

    async def classify_many_async(self, texts: int) -> Any:
        """Classify texts in tasks."""
        semaphore = asyncio.Semaphore(IN_FLIGHT)

        async def classify(text: str) -> Classification:
            async with semaphore:
                body = _classification_body(text)
                response = await self.async_client.post(f"{self.server}/v1/classification", json=body)
            response.raise_for_status()
            return Classification.model_validate_json(response.content)

        return await asyncio.gather(*map(classify, [TEXT] * texts))

    async def process_file_async(self, records: int) -> Any:
        """Classify the texts of a file in tasks, and write each answer when it arrives."""
        semaphore = asyncio.Semaphore(IN_FLIGHT)
        with texts_file(records).open() as texts, output_file().open("w") as output:

            async def classify(line: int, text: str) -> None:
                async with semaphore:
                    body = _classification_body(text)
                    response = await self.async_client.post(f"{self.server}/v1/classification", json=body)
                    response.raise_for_status()
                    answer = Classification.model_validate_json(response.content)
                    output.write(f'{{"line": {line}, "result": {answer.model_dump_json(exclude_unset=True)}}}\n')

            prompts = (json.loads(record)["prompt"] for record in texts)
            await asyncio.gather(*(classify(line, text) for line, text in enumerate(prompts, 1)))

    def upload(self, megabytes: int) -> Any:
        """Upload a file."""
        with upload_file(megabytes).open("rb") as file:
            files = {"file": ("data.jsonl", file, "application/jsonl")}
            response = self.client.post(f"{self.server}/v1/projects/jobs-10/datasets", files=files)
        response.raise_for_status()
        return response.json()

    def download(self, megabytes: int) -> Any:
        """Download a file."""
        with (
            self.client.stream("GET", f"{self.server}/files/{megabytes}") as response,
            output_file().open("wb") as file,
        ):
            response.raise_for_status()
            for data in response.iter_bytes():
                file.write(data)
