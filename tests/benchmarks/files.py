"""Files to upload and to check, created at first use in the temporary folder of the run."""

import csv
import json
import os
import tempfile
from pathlib import Path

from .responses import TEXT


def upload_file(megabytes: int) -> Path:
    """Return a file of this size."""
    path = Path(tempfile.gettempdir()) / f"upload-{megabytes}.jsonl"
    if not path.exists():
        with path.open("wb") as file:
            for _ in range(megabytes):
                file.write(b"x" * 1_000_000)
    return path


def table_file(megabytes: int, extension: str) -> Path:
    """Return a file with the records of ``records_file`` as a JSON array, or in the columns of CSV."""
    path = Path(tempfile.gettempdir()) / f"records-{megabytes}.{extension}"
    if not path.exists():
        with records_file(megabytes).open() as records, path.open("w", newline="") as file:
            if extension == "json":
                file.write("[" + ",".join(map(str.strip, records)) + "]")
            else:
                rows = csv.writer(file)
                rows.writerow(["input", "expected_output"])
                for record in map(json.loads, records):
                    rows.writerow([record["prompt"], max(record["completion"], key=record["completion"].get)])
    return path


def texts_file(records: int) -> Path:
    """Return a file with this number of records, each with the text of ``TEXT``."""
    path = Path(tempfile.gettempdir()) / f"texts-{records}.jsonl"
    if not path.exists():
        path.write_text((json.dumps({"prompt": TEXT}) + "\n") * records)
    return path


def output_file() -> Path:
    """Return the path of the process's output, where no file is."""
    path = Path(tempfile.gettempdir()) / f"output-{os.getpid()}.jsonl"
    path.unlink(missing_ok=True)
    return path


def rows_file(records: int) -> Path:
    """Return a CSV file with this number of short texts and labels."""
    path = Path(tempfile.gettempdir()) / f"rows-{records}.csv"
    if not path.exists():
        with path.open("w") as file:
            file.write("text,label\n")
            file.writelines(f"Order {number} has not arrived,{number % 5}\n" for number in range(records))
    return path


def records_file(megabytes: int) -> Path:
    """Return a file of about this size with the records of a classifier."""
    path = Path(tempfile.gettempdir()) / f"records-{megabytes}.jsonl"
    if not path.exists():
        length, number = 0, 0
        with path.open("w") as file:
            while length < megabytes * 1_000_000:
                label = number % 2
                prompt = f"{number} {TEXT} {number * 7919 % 10_007} {TEXT}"
                record = {"prompt": prompt, "completion": {"positive": label, "negative": 1 - label}}
                length += file.write(json.dumps(record) + "\n")
                number += 1
    return path
