"""The preparation of a run's data, where it is needed or asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, cast

from .._datafiles.check import check_source
from .._datafiles.formats import PREPARE
from .._datafiles.source import open_source
from .._preparing.prepare import prepare_files
from .state import path_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from .._datafiles.datasetfile import DatasetFile
    from .._preparing.options import PrepareOptions
    from .._preparing.report import PreparationReport
    from .state import RunState

_BYTES: Final = (bytes, bytearray, memoryview)
STEPS: Final = ("dataset", "test_dataset")
"""The steps that upload data."""


def set_preparation(state: RunState, prepare: Mapping[str, Any] | bool | None) -> None:
    """Record the options of the preparation.

    :raises ValueError: They come too late.
    """
    if prepare is None:
        return
    options = prepare if isinstance(prepare, bool) else dict(prepare)
    if isinstance(options, dict) and options.get("output") is not None:
        options["output"] = os.fspath(options["output"])
    if state.id_of("dataset") is not None and options != state.prepare:
        raise ValueError("prepare comes too late: the data is uploaded already; start another run with new")
    state.prepare = options


def prepare_data(
    stack: ExitStack, state: RunState, files: Mapping[str, DatasetFile]
) -> tuple[dict[str, DatasetFile], list[PreparationReport]]:
    """Return the data to check and upload, by step, and the reports of the preparation.

    Prepared files are temporary, unless the options name an output. A resumed run prepares the same files again, as
    long as they are not uploaded.

    :param stack: Removes the temporary files.
    """
    found = dict(files)
    if state.prepare is False:
        return found, []
    if state.is_prepared and all(state.id_of(step) for step in STEPS if step in state.files):
        return {}, []
    data = found.get("dataset")
    if data is None or (not state.is_prepared and state.id_of("dataset") is not None):
        return found, []
    if not state.is_prepared and state.prepare is None:
        data, is_needed = _looked_at(stack, data, state.task_type)
        found["dataset"] = data
        if not is_needed:
            return found, []
    options = cast("PrepareOptions", dict(state.prepare) if isinstance(state.prepare, dict) else {})
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="emissary-")))
    output = Path(options.pop("output", None) or folder / state.name)
    overwrite = options.pop("overwrite", False) or state.is_prepared
    given = None if state.is_prepared_test else found.get("test_dataset")
    if given is not None:
        options["test_size"] = 0
    prepared = prepare_files(data, state.task_type, options, output, overwrite=overwrite)
    report = prepared.report
    found["dataset"] = prepared.train
    state.task_type = report.task_type
    state.is_prepared = True
    if given is not None:
        test_output = output.with_name(f"{output.name}-test")
        test = prepare_files(
            given, report.task_type, options, test_output, overwrite=overwrite, labels=list(report.labels)
        )
        found["test_dataset"] = test.train
        return found, [report, test.report]
    if prepared.test is not None and report.test_records:
        found["test_dataset"] = prepared.test
        state.files["test_dataset"] = None
        state.is_prepared_test = True
    return found, [report]


def _looked_at(stack: ExitStack, data: DatasetFile, task_type: str | None) -> tuple[Any, bool]:
    """Return data that can be read again, and whether it has errors that a preparation solves."""
    if not isinstance(data, (str, os.PathLike, *_BYTES, Iterator)) and not hasattr(data, "read"):  # a table or list
        try:
            with open_source(data) as source:
                return data, _is_needed(source, task_type)
        except ValueError:  # a missing value
            return data, True
    source = stack.enter_context(open_source(data))
    can_be_read_again = isinstance(data, _BYTES) or path_of(data) is not None
    return (data if can_be_read_again else source), _is_needed(source, task_type)


def _is_needed(source: Any, task_type: str | None) -> bool:
    return any(PREPARE in (problem.hint or "") for problem in check_source(source, task_type).errors)
