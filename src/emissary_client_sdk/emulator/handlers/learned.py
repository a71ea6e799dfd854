"""Jobs that learn, and what they have learned."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ... import models
from ..call import Call
from ..learning import plan
from ..learning.vectorizers import DIMENSIONS
from ..problem import Problem
from ..store import Row

if TYPE_CHECKING:
    from ..learning.embedder import Embedder

LINEAR_NOTE = "A small linear model that the Emissary emulator trained made this answer."
WORDS_NOTE = "The Emissary emulator made these vectors from the words of the texts."
NEAREST_NOTE = "The Emissary emulator took this text from the most similar training prompt."


def facts(call: Call, fields: Mapping[str, Any], datasets: Mapping[str, Row | None]) -> dict[str, Any]:
    """Return what a new job stores if it will learn; nothing if its results are made up.

    A job that asks for no failure learns if its datasets have been uploaded and its task is one that can be learned.

    :raises Problem: A hyperparameter is not valid, or the dataset cannot be learned.
    """
    if not call.learning.enabled:
        return {}
    try:
        wanted = plan.read(fields)
    except ValueError as error:
        raise Problem(400, str(error)) from None
    uploaded = {name: dataset.state for name, dataset in datasets.items() if dataset is not None}
    if wanted.task not in plan.TASKS or len(uploaded) < len(datasets):
        return {}
    for name, dataset in uploaded.items():
        task = dataset.get("task")
        if task not in (None, *plan.TASKS):
            return {}
        if task not in (None, wanted.task):
            raise Problem(400, f"{name}: the records of this dataset are for {task}, not for {wanted.task}")
    unfit = uploaded["train_dataset_id"].get("unfit")
    if wanted.task == models.TaskType.CLASSIFICATION and unfit:
        raise Problem(400, f"train_dataset_id: {unfit}")
    return {"learned": {"epochs": wanted.epochs, "points": [], "checkpoints": [], "ended": None}}


def start(call: Call, job: Row) -> None:
    """Queue a job for its training, unless it is queued already or has been trained."""
    learned = job.state.get("learned")
    if learned and learned["ended"] is None and call.db.find("training", project=job.project, id=job.id) is None:
        call.db.insert(Row("training", job.project, job.id, call.now, {}, {}))
        call.learning.wake()


def deploy(call: Call, deployment: Row, model_id: str) -> None:
    """Store a copy of a model for a new deployment, which may outlive the job. It is not updated with each request."""
    model = call.db.find("model", project=deployment.project, id=model_id)
    if model is not None and call.db.find("model", project=deployment.project, id=deployment.id) is None:
        copy = Row("model", deployment.project, deployment.id, call.now, {}, {}, None, deployment.id)
        call.db.insert(copy, content=call.db.content(model))


def embedder(call: Call, deployment: Row | None, dimensions: int) -> Callable[[str, int], list[float]] | None:
    """Return the function that makes the vectors; None if they are made up.

    :raises Problem: The model was tuned for fewer dimensions.
    """
    tuned: Embedder | None = model_of(call, deployment, models.TaskType.EMBEDDING)
    if tuned is not None:
        if dimensions > DIMENSIONS:
            raise Problem(400, f"dimensions: this model has {DIMENSIONS}, not {dimensions}")
        return tuned.embed
    if call.learning.enabled:
        from ..learning.embedder import untuned

        return untuned
    return None


def model_of(call: Call, deployment: Row | None, task: str) -> Any:
    """Return the model that a deployment has learned for a task; None if it has not learned any."""
    if deployment is None or not has_learned(deployment, task):
        return None
    try:
        return call.learning.model(deployment.id, task, lambda: call.db.content(deployment._replace(kind="model")))
    except ModuleNotFoundError as error:
        raise Problem(501, str(error)) from None


def has_learned(deployment: Row | None, task: str) -> bool:
    """Return whether a deployment has learned a model for a task."""
    return deployment is not None and "learned" in deployment.state and deployment.state["task_type"] == task
