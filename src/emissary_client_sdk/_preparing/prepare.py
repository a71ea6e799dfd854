"""Preparing a data file."""

from __future__ import annotations

import os  # noqa: TC003  # signatures show the types
from collections.abc import Mapping, Sequence  # noqa: TC003  # signatures show the types
from pathlib import Path
from typing import Any, Literal

from .._datafiles.datasetfile import DatasetFile  # noqa: TC001
from .._datafiles.source import is_path
from .._extras import missing_extra
from ..models._literals import TaskTypeOrStr  # noqa: TC001
from .options import PrepareOptions, settings_of
from .report import PreparedDataset  # noqa: TC001

_COMPOUND_SUFFIXES = (".gz", ".bz2", ".xz")


def prepare_dataset(
    file: DatasetFile,
    task_type: TaskTypeOrStr | None = None,
    *,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    test_size: float = 0.2,
    group_by: str | None = None,
    seed: int = 0,
    output: str | os.PathLike[str] | None = None,
    duplicates: Literal["drop", "keep"] = "drop",
    conflicts: Literal["keep", "drop"] = "keep",
    encoding: str | None = None,
    sheet: str | None = None,
    overwrite: bool = False,
) -> PreparedDataset:
    """Convert data into a training file and a test file in the format of the platform (extra ``data``).

    Every change is counted in the report. The file is read in blocks; the records are written to temporary
    files, and only hashes of them are kept in memory.

    :param file: A path, bytes or an open binary file of CSV, TSV, Excel, Parquet, JSONL or JSON, also compressed; an
        iterable of dicts, a pandas or polars DataFrame, or a Hugging Face Dataset.
    :param task_type: The task, such as ``classification``. By default it is detected.
    :param columns: The columns to use, by their role: ``prompt``, and one of ``completion``, ``label`` and ``score``;
        or ``messages``. Several prompts are joined, or are the two sides of a pair for an embedding. A list of labels
        names columns of 0 and 1. By default, the columns are guessed from their names.
    :param test_size: Share of the records for the test file, from 0 to below 1. With 0 there is no test file.
    :param group_by: A column; records with the same value are not divided between the files.
    :param seed: Another seed results in another split, the same seed in the same one.
    :param output: Beginning of the names of the files: ``tickets`` for ``tickets.train.jsonl`` and
        ``tickets.test.jsonl``. By default, the path of the file without its extension.
    :param duplicates: Whether to drop or to keep records that differ only by case and white space.
    :param conflicts: Whether to keep or to drop records with the same text and different labels.
    :param encoding: Encoding of a text file. By default it is detected.
    :param sheet: Name of the sheet of a workbook. By default, the first one.
    :param overwrite: Whether to replace existing files.
    :returns: The paths of the files, and the report.
    :raises FileExistsError: A file to write exists.
    :raises FileNotFoundError: The path does not exist.
    :raises ImportError: The extra ``data`` is not installed.
    :raises TypeError: ``file`` is something else.
    :raises ValueError: An option is invalid, a column is unknown or cannot be guessed, or no record can be used.
    """
    options: PrepareOptions = {
        "columns": columns,
        "test_size": test_size,
        "group_by": group_by,
        "seed": seed,
        "duplicates": duplicates,
        "conflicts": conflicts,
        "encoding": encoding,
        "sheet": sheet,
    }
    return prepare_files(file, task_type, options, Path(output or _default_output(file)), overwrite=overwrite)


def prepare_files(
    file: DatasetFile,
    task_type: TaskTypeOrStr | None,
    options: PrepareOptions,
    output: Path,
    *,
    overwrite: bool = False,
    labels: Sequence[str] = (),
) -> PreparedDataset:
    """Prepare data as ``prepare_dataset`` does.

    :param labels: All labels of a classification; by default, they follow from the data.
    """
    settings = settings_of(task_type, options, labels)
    try:
        from ._tables.pipeline import prepare_tables
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith(__name__.partition(".")[0]):
            raise
        raise ImportError(missing_extra("Preparing data", error.name, "data"), name=error.name) from error
    return prepare_tables(file, settings, output, overwrite=overwrite)


def _default_output(file: Any) -> Path:
    """Return the path of a file without its extension; for other data, a name in the working directory."""
    path = file if is_path(file) else getattr(file, "name", None)
    if not is_path(path):
        return Path("dataset")
    found = Path(path)
    if not found.is_file() and found.exists():  # a pipe
        return Path(found.name or "dataset")
    return (found.with_suffix("") if found.suffix.lower() in _COMPOUND_SUFFIXES else found).with_suffix("")
