"""The files of checkpoints that responses link to."""

import gzip
import io
import json
import random
import tarfile
from urllib.parse import quote

from ..learning import archive
from ..store import Row

_WEIGHTS = 64 * 1024  # bytes
_README = "This is not a model. The Emissary emulator made this file up, so that downloads can be tried.\n"


def checkpoint_urls(base: str, row: Row, number: int) -> tuple[str, str]:
    """Return the URLs of a checkpoint's model and of its test results.

    A job created with ``parameters={"emulator_links": "s3"}`` has ``s3://`` links, as the platform may.
    """
    by_s3 = row.fields.get("parameters", {}).get("emulator_links") == "s3"
    root = "s3://emissary-emulator" if by_s3 else f"{base}/files"
    place = f"{root}/{quote(row.project, safe='')}/training-jobs/{row.id}/checkpoints/{number}"
    return f"{place}/model.tar.gz", f"{place}/results.json"


def model_archive(job_id: str, number: int, task: str, learned: bytes | None) -> bytes:
    """Return a tar archive with a learned model, or in the place of a model; the same for the same checkpoint.

    :param learned: The arrays of the model; None if it is made up.
    """
    config = {"training_job_id": job_id, "checkpoint": number}
    if learned is not None:
        return _archive(archive.files(task, {**config, "task_type": task}, learned))
    weights = random.Random(f"{job_id}/{number}").randbytes(_WEIGHTS)  # noqa: S311  # must be repeatable, not secret
    made_up = json.dumps({**config, "made_up": True}).encode()
    return _archive({"README.txt": _README.encode(), "config.json": made_up, "model.safetensors": weights})


def _archive(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w") as tar,
    ):
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return file.getvalue()
