"""Starting a run, or continuing the one that a state file records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .state import RunState, options_of, path_of, unique_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._datafiles.datasetfile import DatasetFile


def state_of(
    path: Path,
    server_url: str,
    files: Mapping[str, DatasetFile],
    given: dict[str, Any],
    *,
    resume: bool,
    new: bool,
) -> RunState:
    """Return the state of a new run, or the recorded one with changed options.

    :param files: The data, by the step that uploads it.
    :param given: The options that the caller gave.
    :raises ValueError: The state file is of another kind, of an unfinished run that shall not be continued, or of a run
        on another server; an option is invalid, missing, or comes too late.
    """
    recorded = RunState.load(path) if path.exists() else None
    if recorded is not None and resume:
        if recorded.server_url != server_url:
            raise ValueError(f"{path} records a run on {recorded.server_url}, not on {server_url}")
        recorded.change(given)
        return recorded
    if recorded is not None and not recorded.is_finished and not new:
        raise ValueError(f"{path} records an unfinished run: continue it with resume, or start another with new")
    if "dataset" not in files:
        raise ValueError("file must be given")
    if "base_model" not in given:
        raise ValueError("base_model must be given")
    options = options_of(given)
    paths = {step: _absolute(file) for step, file in files.items()}
    name = unique_name(given.get("name"), paths["dataset"])
    return RunState(
        path=path, name=name, server_url=server_url, files=paths, options=options, task_type=options.task_type
    )


def files_of(state: RunState, given: Mapping[str, DatasetFile]) -> dict[str, DatasetFile]:
    """Return the data of a run: what is given, else the recorded files, which are not needed once they are uploaded.

    :raises ValueError: Data is missing, or a test file comes too late.
    """
    files = dict(given)
    for step, file in given.items():
        if step not in state.files and "training_job" in state.steps:
            raise ValueError("test_file comes too late: the training job exists already")
        state.files.setdefault(step, _absolute(file))
    for step, path in state.files.items():
        if step in given or (step == "test_dataset" and state.is_prepared_test):
            continue
        is_uploaded = state.id_of(step) is not None
        if path is not None and not (is_uploaded and not Path(path).exists()):
            files[step] = path
        elif not is_uploaded:
            raise ValueError(f"the data of the {step.replace('_', ' ')} is not a file, so it must be given again")
    return files


def _absolute(file: DatasetFile) -> str | None:
    path = path_of(file)
    return None if path is None else str(path.resolve())
