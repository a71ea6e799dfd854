"""Speed of the emulator's learning, and its effect on other requests: ``python -m tests.benchmarks.learning``.

Run it by hand, on a quiet machine. It prints three ratios with their limits:

- the training of 100,000 records on the emulator, compared with scikit-learn's own calls in this process,
- the 99th percentile of requests during that training, compared with that of the idle emulator,
- a classification by a learned model, compared with a made-up one.
"""

import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from emissary_client_sdk.emulator.learning.libraries import linear_model, text
from emissary_client_sdk.emulator.learning.linear import COLUMNS, RATE
from emissary_client_sdk.emulator.learning.vectorizers import PARTS, WORDS

RECORDS, LENGTH, EPOCHS, LABELS = 100_000, 200, 5, 4
CLASSIFICATIONS = 3_000
PAUSE = 0.002
"""Seconds between two requests whose latency is measured."""
PROJECT = "/v1/projects/p"


def main() -> int:
    """Measure and print; return 1 if a limit is exceeded."""
    records = generate()
    with server() as client:
        idle = percentile(latencies(client, until=10.0))
        dataset = upload(client, "\n".join(json.dumps(record) for record in records).encode())
        began = time.perf_counter()
        job = create(client, dataset, num_train_epochs=EPOCHS)
        busy = percentile(latencies(client, job=job))
        ours = time.perf_counter() - began
        small = create(client, upload(client, "\n".join(json.dumps(record) for record in records[:500]).encode()))
        latencies(client, job=small)
        learned, made_up = classify(client, deploy(client, small), deploy(client, create(client, "unknown"), 3))
    alone = train_with_scikit_learn(records)
    rows = [
        ("training, s", ours, alone, 3),
        ("99th percentile of requests, ms", busy * 1000, idle * 1000, 3),
        ("classification, ms", learned * 1000, made_up * 1000, 1.5),
    ]
    for name, measured, base, limit in rows:
        sys.stdout.write(f"{name:<34} {measured:8.2f} {base:8.2f}  ratio {measured / base:.2f}, limit {limit}\n")
    return any(measured > limit * base for _, measured, base, limit in rows)


def generate() -> list[dict[str, Any]]:
    """Return records of random words, some of which are more frequent with one of the labels."""
    chance = random.Random(0)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(5_000)]
    records: list[dict[str, Any]] = []
    for _ in range(RECORDS):
        label = chance.randrange(LABELS)
        own = chance.choices(words[label * 500 : label * 500 + 500], k=10)
        content = " ".join(chance.sample([*own, *chance.choices(words, k=40)], 50))[:LENGTH]
        completion = {f"label {number}": int(number == label) for number in range(LABELS)}
        records.append({"prompt": content, "completion": completion})
    return records


@contextmanager
def server() -> Generator[httpx.Client]:
    """Run an emulator that learns in a process of its own; yield a client of it."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--learn", "--port", "0", "--job-seconds", "0", "--deploy-seconds", "0"]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "emissary_client_sdk.emulator",
                *options,
                "--database",
                Path(folder) / "jobs.sqlite",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        banner = "".join(iter(process.stdout.readline, "Stop it with Ctrl-C.\n"))
        url = re.findall(r"http://\S+", banner)[0]
        try:
            with httpx.Client(base_url=url, headers={"X-API-Key": "key"}, timeout=60) as client:
                yield client
        finally:
            process.terminate()
            process.wait()


def upload(client: httpx.Client, content: bytes) -> str:
    """Upload a dataset; return its id."""
    return str(
        client.post(f"{PROJECT}/datasets", files={"file": ("data.jsonl", content)}).raise_for_status().json()["id"]
    )


def create(client: httpx.Client, dataset: str, **parameters: Any) -> str:
    """Create a job; return its path."""
    fields = {"base_model": "llama", "train_dataset_id": dataset, "task_type": "classification"}
    response = client.post(f"{PROJECT}/training-jobs", json={**fields, "parameters": parameters}).raise_for_status()
    return f"{PROJECT}/training-jobs/{response.json()['id']}"


def deploy(client: httpx.Client, job: str, checkpoint: int = 5) -> str:
    """Deploy a checkpoint; return the name of the deployment."""
    body = {"training_job_id": job.rpartition("/")[2], "checkpoint": checkpoint}
    return str(client.post(f"{PROJECT}/deployments", json=body).raise_for_status().json()["name"])


def latencies(client: httpx.Client, *, until: float = 600.0, job: str = "") -> list[float]:
    """Return how long requests take, until the time is over or the job has succeeded."""
    found: list[float] = []
    end = time.perf_counter() + until
    while time.perf_counter() < end:
        time.sleep(PAUSE)
        began = time.perf_counter()
        response = client.get(job or f"{PROJECT}/deployments").raise_for_status()
        found.append(time.perf_counter() - began)
        if job and response.json()["status"] == "Success":
            return found
    assert not job, "the training takes too long"
    return found


def percentile(found: list[float]) -> float:
    """Return the 99th percentile."""
    return statistics.quantiles(found, n=100)[98]


def classify(client: httpx.Client, *models: str) -> list[float]:
    """Return the median time of a classification by each model; the models take turns."""
    found: list[list[float]] = [[] for _ in models]
    body = {"input": "The color fades after a few washes, and the zipper broke.", "data_format": "probs"}
    for _ in range(CLASSIFICATIONS):
        for model, times in zip(models, found, strict=True):
            began = time.perf_counter()
            client.post("/v1/classification", json={"model": model, **body}).raise_for_status()
            times.append(time.perf_counter() - began)
    return [statistics.median(times) for times in found]


def train_with_scikit_learn(records: list[dict[str, Any]]) -> float:
    """Return how long the same vectorizer and the same epochs take in a program that uses nothing else."""
    began = time.perf_counter()
    words, parts = (text.HashingVectorizer(**options).build_analyzer() for options in (WORDS, PARTS))

    def analyze(content: str) -> list[str]:
        return [*words(content), *parts(content)]

    vectorizer = text.HashingVectorizer(analyzer=analyze, n_features=COLUMNS, dtype=np.float32)
    rows = vectorizer.transform(record["prompt"] for record in records)
    labels = [max(record["completion"], key=record["completion"].get) for record in records]
    classes = sorted(set(labels))
    train = slice(0, RECORDS * 4 // 5)
    classifier = linear_model.SGDClassifier(
        loss="log_loss", penalty=None, learning_rate="constant", eta0=2e-4 * RATE, random_state=0
    )
    for _ in range(EPOCHS):
        classifier.partial_fit(rows[train], labels[train], classes=classes)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
