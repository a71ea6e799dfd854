"""Responses of the benchmark's server. The path of a request, or the model that it names, determines the size.

``GET /v1/projects/jobs-10000/training-jobs`` returns 10,000 jobs, and ``…/training-jobs/points-1000`` a job with 1,000
points of training loss. The model ``texts-200`` returns 200 embeddings, and ``chunks-1000`` streams 1,000 chunks.
"""

import json
import random
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import UUID

KEY = "b1946ac92492d2347c6235b4d2611184"
TEXT = "The parcel came late, and one corner was broken, but support answered fast and sent a new part."
MESSAGES = [{"role": "system", "content": "Answer briefly."}, {"role": "user", "content": TEXT}]
NEW_JOB: Any = {
    "name": "support-tickets-8b",
    "description": "Second run, with the cleaned dataset",
    "base_model": "llama-3.1-8b-instruct",
    "train_dataset_id": "4f1c6a0e-8f0b-4c55-9a39-6d9d0e1f7c11",
    "test_dataset_id": "a9d0c7a4-0f8b-4a06-8f05-2f3a8f6f2f10",
    "parameters": {"num_train_epochs": 3, "learning_rate": 0.0002, "per_device_train_batch_size": 8},
}
_DIMENSIONS = 1024
_USAGE = {"prompt_tokens": 42, "completion_tokens": 24, "total_tokens": 66}


def _id(source: random.Random) -> str:
    return str(UUID(int=source.getrandbits(128)))


def _job(source: random.Random, number: int) -> dict[str, Any]:
    created = 1_760_000_000 + 61 * number
    return {
        "id": _id(source),
        "name": f"support-tickets-{number}",
        "base_model": "llama-3.1-8b-instruct",
        "status": source.choice(("Pending", "Running", "Success", "Success", "Failed", "Cancelled")),
        "progress": source.randrange(101),
        "created_by": _id(source),
        "created_at": created,
        "updated_at": created + source.randrange(10_000),
        "training_technique": "SFT",
        "task_type": "text-generation",
        "base_model_option": "pre-trained",
        "base_fine_tuned_model": None,
        "base_fine_tuned_model_checkpoint": None,
        "test_functions": ["rouge"],
        "reward": None,
    }


def _jobs(length: int) -> list[dict[str, Any]]:
    source = random.Random(length)
    return [_job(source, i) | {"train_dataset_name": "tickets-2025"} for i in range(length)]


def _dataset(source: random.Random, name: str) -> dict[str, Any]:
    return {"id": _id(source), "name": name, "created_at": 1_759_000_000, "is_uploaded": True}


def _job_detail(points: int) -> dict[str, Any]:
    source = random.Random(points)
    return _job(source, 7) | {
        "description": "Second run, with the cleaned dataset",
        "train_dataset": _dataset(source, "tickets-2025"),
        "test_dataset": _dataset(source, "tickets-2025-held-out"),
        "training_loss": [
            {"timestamp": 1_760_000_000.25 + 10 * i, "loss": round(2.5 / (1 + i) + source.random() / 10, 6)}
            for i in range(points)
        ],
        "hyper_parameters": {"num_train_epochs": 3, "learning_rate": 0.0002, "optimizer": "adamw"},
    }


def _chat(kind: str, choice: dict[str, Any], **fields: Any) -> dict[str, Any]:
    described = {"id": "chatcmpl-0b5f7c3e7e0c", "object": kind, "created": 1_760_000_000, "model": "dp-4f1c6a0e"}
    return {**described, "choices": [{"index": 0, "finish_reason": None, **choice}], **fields}


def _answer() -> dict[str, Any]:
    choice = {"message": {"role": "assistant", "content": TEXT}, "refusal": None, "finish_reason": "stop"}
    return _chat("chat.completion", choice, usage=_USAGE, service_tier=None, system_fingerprint=None)


def chunks(number: int) -> list[dict[str, Any]]:
    """Return the chunks of a streamed answer."""
    words = TEXT.split()
    choices: list[dict[str, Any]] = [{"delta": {"content": f" {words[i % len(words)]}"}} for i in range(number - 1)]
    choices.append({"delta": {}, "finish_reason": "stop"})
    return [_chat("chat.completion.chunk", choice) for choice in choices]


def _embeddings(number: int) -> dict[str, Any]:
    source = random.Random(number)
    vectors = [[source.gauss(0, 0.03) for _ in range(_DIMENSIONS)] for _ in range(number)]
    return {"data": [{"embedding": vector} for vector in vectors]}


def _classification() -> dict[str, Any]:
    scores = {"probs": {"positive": 0.9321, "negative": 0.0679}, "index": 0}
    return {"id": "classify-0b5f7c3e", "model": "dp-4f1c6a0e", "data": [scores], "usage": _USAGE}


_ROUTES: tuple[tuple[str, int, Callable[[int], Any]], ...] = (
    (r"POST /v1/chat/completions .*", 200, lambda _: _answer()),
    (r"POST /v1/embeddings texts-(\d+)", 200, _embeddings),
    (r"POST /v1/classification .*", 200, lambda _: _classification()),
    (r"POST /v1/projects/[^/]+/datasets .*", 201, lambda _: _dataset(random.Random(), "tickets-2026")),
    (r"POST /v1/projects/[^/]+/training-jobs .*", 201, lambda _: _jobs(1)[0]),
    (r"GET /v1/projects/[^/]*jobs-(\d+)/training-jobs ", 200, _jobs),
    (r"GET /v1/projects/[^/]+/training-jobs/points-(\d+) ", 200, _job_detail),
)


@lru_cache(maxsize=64)
def response(request_line: str, model: str = "") -> tuple[int, bytes]:
    """Return the status and the JSON body of a response.

    :param request_line: Method and path.
    :param model: The field ``model`` of the request's body.
    """
    for pattern, status, value in _ROUTES:
        if found := re.fullmatch(pattern, f"{request_line} {model}"):
            size = int(found[1]) if found.groups() else 0
            return status, json.dumps(value(size), separators=(",", ":")).encode()
    return 404, b'{"status":404,"error":"not found"}'
