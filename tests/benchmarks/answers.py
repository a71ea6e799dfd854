"""What the benchmark's server answers: bodies of a size that the request's path names.

``/v1/projects/jobs-10000/training-jobs`` is a list of 10,000 jobs, and ``…/training-jobs/points-1000`` a job
with 1,000 points of training loss; ``jobs-0`` and ``points-0`` are an empty array and an empty object.
"""

import json
import random
from functools import lru_cache
from typing import Any

KEY = "b1946ac92492d2347c6235b4d2611184"

NEW_JOB: Any = {
    "name": "support-tickets-8b",
    "description": "Second run, with the cleaned dataset",
    "base_model": "llama-3.1-8b-instruct",
    "train_dataset_id": "4f1c6a0e-8f0b-4c55-9a39-6d9d0e1f7c11",
    "test_dataset_id": "a9d0c7a4-0f8b-4a06-8f05-2f3a8f6f2f10",
    "parameters": {"num_train_epochs": 3, "learning_rate": 0.0002, "per_device_train_batch_size": 8},
}


def _id(source: random.Random) -> str:
    digits = f"{source.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _summary(source: random.Random, number: int) -> dict[str, Any]:
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


def _dataset(source: random.Random, name: str) -> dict[str, Any]:
    return {"id": _id(source), "name": name, "created_at": 1_759_000_000, "is_uploaded": True}


def _list(length: int) -> list[dict[str, Any]]:
    source = random.Random(length)
    return [_summary(source, i) | {"train_dataset_name": "tickets-2025"} for i in range(length)]


def _detail(points: int) -> dict[str, Any]:
    if not points:
        return {}
    source = random.Random(points)
    return _summary(source, 7) | {
        "description": "Second run, with the cleaned dataset",
        "train_dataset": _dataset(source, "tickets-2025"),
        "test_dataset": _dataset(source, "tickets-2025-held-out"),
        "training_loss": [
            {"timestamp": 1_760_000_000.25 + 10 * i, "loss": round(2.5 / (1 + i) + source.random() / 10, 6)}
            for i in range(points)
        ],
        "hyper_parameters": {"num_train_epochs": 3, "learning_rate": 0.0002, "optimizer": "adamw"},
    }


@lru_cache(maxsize=64)
def answer(method: str, path: str) -> tuple[int, bytes]:
    """Return the status and the body that answer a request."""
    segments = path.strip("/").split("/")  # v1, projects, jobs-N, training-jobs[, points-N]
    if segments[:2] != ["v1", "projects"] or len(segments) not in (4, 5) or segments[3] != "training-jobs":
        return 404, b'{"status":404,"error":"no such page"}'
    size = int(segments[-1].partition("-")[2]) if len(segments) == 5 else int(segments[2].partition("-")[2])
    value: Any
    if method == "POST":
        status, value = 201, _list(1)[0]
    else:
        status, value = 200, _detail(size) if len(segments) == 5 else _list(size)
    return status, json.dumps(value, separators=(",", ":")).encode()
