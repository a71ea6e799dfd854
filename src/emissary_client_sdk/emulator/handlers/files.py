"""The files that responses link to: datasets, the models of checkpoints, and test results."""

import gzip
import io
import json
import random
import tarfile
from typing import Any
from urllib.parse import quote

from ..store import Row

_WEIGHTS = 64 * 1024  # bytes
_README = (
    "This is not a model. The Emissary emulator trains nothing; it made this file up, so that downloads can be tried.\n"
)


def dataset_url(base: str, row: Row) -> str:
    """Return the URL of a dataset's file."""
    return f"{base}/files/{_quoted(row.project)}/datasets/{row.id}"


def checkpoint_urls(base: str, row: Row, number: int) -> tuple[str, str]:
    """Return the URLs of a checkpoint's model and of its test results.

    A job created with ``parameters={"emulator_links": "s3"}`` has ``s3://`` links, as the platform may.
    """
    by_s3 = row.fields.get("parameters", {}).get("emulator_links") == "s3"
    root = "s3://emissary-emulator" if by_s3 else f"{base}/files"
    place = f"{root}/{_quoted(row.project)}/training-jobs/{row.id}/checkpoints/{number}"
    return f"{place}/model.tar.gz", f"{place}/results.json"


def model_archive(job_id: str, number: int) -> bytes:
    """Return a small tar archive in the place of a model, always the same for the same checkpoint."""
    weights = random.Random(f"{job_id}/{number}").randbytes(_WEIGHTS)  # noqa: S311  # must be repeatable, not secret
    config = json.dumps({"training_job_id": job_id, "checkpoint": number, "made_up": True}).encode()
    archive = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=archive, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        for name, content in (
            ("README.txt", _README.encode()),
            ("config.json", config),
            ("model.safetensors", weights),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def results_file(results: dict[str, Any]) -> bytes:
    """Return the file of a checkpoint's test results."""
    return json.dumps(results, indent=2).encode()


def _quoted(segment: str) -> str:
    return quote(segment, safe="")
