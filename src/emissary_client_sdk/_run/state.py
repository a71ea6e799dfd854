"""The state file of a run: options, requests and results; starting a run, or continuing the recorded one."""

import errno
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .._datafiles.datasetfile import DatasetFile
from ..models.parameters import Parameters

SUFFIX = ".emissary.json"
_STEPS = {
    "project_id": "project",
    "name": "project",
    "task_type": "training_job",
    "base_model": "training_job",
    "parameters": "training_job",
    "metric": "choice",
    "largest": "choice",
    "deployment_name": "deployment",
    "inactive_timeout": "deployment",
}
"""The first step that each option has an effect on."""


class RunOptions(BaseModel):
    """The options of a run, as ``EmissaryClient.run`` describes them."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    base_model: str = Field(min_length=1)
    task_type: str | None = None
    parameters: dict[str, Parameters] | None = None
    metric: str | None = None
    largest: bool | None = None
    project_id: str | None = None
    name: str | None = None
    deployment_name: str | None = None
    inactive_timeout: int = Field(default=3600, gt=0)


class RunStep(BaseModel):
    """Something that a run creates."""

    model_config = ConfigDict(defer_build=True)

    requested_at: float
    """Time of the request, or of its failure, in UNIX seconds."""
    timeout: float
    """Seconds for which the platform may still process the request."""
    id: str | None = None
    """ID of the created resource; None if the response is unknown."""


class RunState(BaseModel):
    """A run as its state file records it. The file is written before and after each request that creates something."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    name: str
    """Unique name of everything that the run creates."""
    server_url: str
    """URL of the server."""
    files: dict[str, str | None]
    """Paths of the data, by the step that uploads it; None for data that is not a file."""
    sha256: dict[str, str] = Field(default_factory=dict)
    """Digests of the data, by the step that uploads it."""
    options: RunOptions
    """The options of the run."""
    task_type: str | None = None
    """Task of the training job, as given or detected."""
    prepare: dict[str, Any] | bool | None = None
    """Options of the preparation; None for the defaults, and False for no preparation."""
    is_prepared: bool = False
    """Whether the data was prepared."""
    is_prepared_test: bool = False
    """Whether the test data is a part of the prepared data."""
    steps: dict[str, RunStep] = Field(default_factory=dict)
    """What was requested: ``project``, ``dataset``, ``test_dataset``, ``training_job`` and ``deployment``."""
    checkpoint: int | None = None
    """Number of the chosen checkpoint."""
    choice: str | None = None
    """The reason for the choice: metric, value and direction."""
    is_finished: bool = False
    """Whether the model was ready to answer."""
    writer: str = ""
    """Identifies the process that continues the run."""

    path: Path = Field(default=Path(), exclude=True)
    """The state file."""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "RunState":
        """Read a state file.

        :raises FileNotFoundError: There is no such file.
        :raises ValueError: It is not a state file.
        """
        try:
            return cls.model_validate_json(Path(path).read_bytes()).model_copy(update={"path": Path(path)})
        except ValidationError as error:
            raise ValueError(f"{path} is not the state file of a run: {_described(error)}") from None

    @staticmethod
    def path_for(file: object, name: str | None = None) -> Path:
        """Return the default path of a state file: next to the data file, else in the working directory.

        :param file: The data.
        :param name: Beginning of the names of what the run creates.
        """
        return Path(f"{path_of(file) or name or 'run'}{SUFFIX}")

    @classmethod
    def unfinished(cls, directory: str | os.PathLike[str] = ".") -> "list[RunState]":
        """Return the unfinished runs whose state files lie in a directory."""
        found = [cls.load(path) for path in sorted(Path(directory).glob(f"*{SUFFIX}"))]
        return [state for state in found if not state.is_finished]

    @property
    def model(self) -> str:
        """Name of the deployment, which requests use as the model."""
        return self.options.deployment_name or self.name

    def start(self) -> None:
        """Write the first state, or take over the run from another process."""
        self.writer = secrets.token_hex(8)
        self._write()

    def save(self) -> None:
        """Write the state; an interruption leaves the old content or the new one.

        :raises BlockingIOError: Another process has taken over the run.
        """
        if self.path.exists() and RunState.load(self.path).writer != self.writer:
            raise BlockingIOError(errno.EWOULDBLOCK, "another process continues this run", str(self.path))
        self._write()

    def _write(self) -> None:
        temporary = self.path.with_name(self.path.name + ".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(self.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)

    def id_of(self, step: str) -> str | None:
        """Return the ID of what a step created, or None."""
        found = self.steps.get(step)
        return None if found is None else found.id

    def change(self, given: dict[str, Any]) -> None:
        """Change options of steps that have not begun.

        :raises ValueError: An option belongs to a step that has begun, and differs from the recorded one.
        """
        recorded = self.options.model_dump()
        for name, value in given.items():
            step = _STEPS[name]
            has_begun = step in self.steps or (step == "choice" and self.checkpoint is not None)
            if has_begun and value != recorded[name]:
                raise ValueError(
                    f"{name} {value!r} contradicts the recorded run: {recorded[name]!r}, which is done already;"
                    " start another run with new"
                )
        self.options = _options_of({**recorded, **given})
        self.task_type = self.options.task_type or self.task_type


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
    options = _options_of(given)
    paths = {step: _absolute(file) for step, file in files.items()}
    name = _unique_name(given.get("name"), paths["dataset"])
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


def _options_of(given: Mapping[str, Any]) -> RunOptions:
    """Return the options of a run.

    :raises ValueError: An option is missing or has an invalid value; the message names it.
    """
    try:
        return RunOptions(**given)
    except ValidationError as error:
        raise ValueError(_described(error)) from None


def _described(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in problems)


def path_of(data: object) -> Path | None:
    """Return the path of a file that can be read again; None for a pipe, and for data that is not a file."""
    if not isinstance(data, (str, os.PathLike)):
        return None
    path = Path(cast("str | os.PathLike[str]", data))
    return None if path.exists() and not path.is_file() else path


def _unique_name(beginning: str | None, file: str | None) -> str:
    """Return a name that nothing else on the platform has."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", beginning or Path(file or "run").stem).strip("-")[:40] or "run"
    return f"{stem}-{secrets.token_hex(4)}"
