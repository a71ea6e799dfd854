"""Events of a run, and its result."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

EventKind: TypeAlias = Literal["started", "created", "progress", "finished"]


class RunEvent(NamedTuple):
    """Something that happened during a run; ``str`` returns a line for people.

    :ivar step: ``check``, ``project``, ``upload``, ``train``, ``choose`` or ``deploy``.
    :ivar kind: What happened: the step ``started``, something was ``created``, there is ``progress``, or the step
        ``finished``.
    :ivar detail: A few words about it, such as a status or an ID.
    :ivar percent: Progress of the training.
    :ivar value: The subject: a dataset report, the present state of a training job or deployment, or a checkpoint.
    """

    step: str
    kind: EventKind
    detail: str = ""
    percent: float | None = None
    value: Any = None

    def __str__(self) -> str:
        return f"{self.step}: {self.detail or self.kind}"


@dataclass(frozen=True)
class RunResult:
    """The result of a run.

    :ivar model: Name of the deployment, which requests use as ``model``.
    :ivar task_type: Task that the model was trained for.
    :ivar project_id: ID of the project.
    :ivar dataset_id: ID of the dataset.
    :ivar test_dataset_id: ID of the test dataset, if there is one.
    :ivar training_job_id: ID of the training job.
    :ivar checkpoint: Number of the deployed checkpoint.
    :ivar choice: The reason for the choice of the checkpoint, with the metric, its value and the direction.
    :ivar deployment_id: ID of the deployment.
    :ivar inactive_timeout: Seconds without requests after which the deployment is deactivated.
    """

    model: str
    task_type: str
    project_id: str
    dataset_id: str
    test_dataset_id: str | None
    training_job_id: str
    checkpoint: int
    choice: str
    deployment_id: str
    inactive_timeout: int

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON has them."""
        return asdict(self)
