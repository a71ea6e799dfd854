"""The facts of a view: the label and the format of each field of a model.

The platform uses one name for one thing in all its models, so the tables here are by field and not by model. A field
without an entry is shown under its own name: a new model needs no change here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .text import flat, lapse, moment, percent, progress_of, text
from .values import Link, Progress, Status, Tone, Value

if TYPE_CHECKING:
    from collections.abc import Callable


class Fact(NamedTuple):
    """A label and a formatter, which is called with the model and the value, if there is one."""

    label: str
    format: Callable[[Any, Any], Value] = lambda _, value: flat(value)

    def of(self, model: Any, name: str) -> Value:
        """Return the field of a model as it is shown; empty if the model has no value for it."""
        value = getattr(model, name, None)
        return "" if value in (None, "", [], {}) else self.format(model, value)


def _link(_: object, value: object) -> Value:
    return Link(str(value))


def _moment(_: object, value: object) -> Value:
    return moment(value)[0]


def _yes_no(_: object, value: object) -> Value:
    return "yes" if value is True else "no" if value is False else text(value)


def _name_or_id(_: object, value: Any) -> Value:
    return text(getattr(value, "name", None) or getattr(value, "id", None) or "")


def _base_model(model: Any, value: object) -> Value:
    option = getattr(model, "base_model_option", None)
    return flat(value) if option in (None, "pre-trained") else f"{flat(value)} ({text(option, 40)})"


def _trained_from(model: Any, value: object) -> Value:
    checkpoint = getattr(model, "base_fine_tuned_model_checkpoint", None)
    return flat(value) if checkpoint is None else f"{flat(value)}, checkpoint {text(checkpoint, 40)}"


def _updated(model: Any, value: object) -> Value:
    (created, start), (updated, end) = moment(getattr(model, "created_at", None)), moment(value)
    later = lapse(start, end)
    return f"{updated}, {later} later" if later else updated if updated != created else ""


def _test_results(_: object, value: Any) -> Value:
    link = getattr(value, "general_test_result", None)
    return "" if link is None else Link(str(link))


def _management(_: object, value: Any) -> Value:
    settings = getattr(value, "management_config", None)
    return flat(value) if settings is None else f"{flat(getattr(value, 'management_type', ''))}: {flat(settings)}"


FIELDS: dict[str, Fact] = {
    "id": Fact("id"),
    "description": Fact("description"),
    "file_name": Fact("file"),
    "is_uploaded": Fact("uploaded", _yes_no),
    "is_profiled": Fact("profiled", _yes_no),
    "type": Fact("type"),
    "base_model": Fact("base model", _base_model),
    "base_fine_tuned_model": Fact("trained from", _trained_from),
    "training_id": Fact("training job"),
    "checkpoint": Fact("checkpoint"),
    "task_type": Fact("task"),
    "compatible_task_types": Fact("tasks"),
    "support_task": Fact("tasks"),
    "grpo_support_task": Fact("GRPO tasks"),
    "support_serverless": Fact("serverless", _yes_no),
    "server_type": Fact("server"),
    "deployment_counts": Fact("deployments"),
    "training_technique": Fact("technique"),
    "train_dataset": Fact("trained on", _name_or_id),
    "train_dataset_name": Fact("trained on"),
    "test_dataset": Fact("tested on", _name_or_id),
    "test_functions": Fact("tests"),
    "reward": Fact("rewards"),
    "dependencies": Fact("dependencies"),
    "resource_management_config": Fact("resource management", _management),
    "metadata": Fact("metadata"),
    "created_by": Fact("created by"),
    "upload_by": Fact("uploaded by"),
    "created": Fact("created", _moment),
    "created_at": Fact("created", _moment),
    "updated_at": Fact("updated", _updated),
    "last_access_timestamp": Fact("last request", _moment),
    "dataset_download_url": Fact("content", _link),
    "model_download_url": Fact("model", _link),
    "test_results": Fact("test results", _test_results),
}
"""Facts, in the order in which they are shown."""

_IN_TITLE = {"name", "model", "status", "progress"}
_IN_OTHER_FACTS = {"base_model_option", "base_fine_tuned_model_checkpoint"}
_IN_SECTIONS = {"training_loss", "hyper_parameters", "parameter_template", "data", "content"}
_NOT_SHOWN = {"datasets", "training_jobs", "deployments", "object", "usage"}
HIDDEN = _IN_TITLE | _IN_OTHER_FACTS | _IN_SECTIONS | _NOT_SHOWN
"""Fields that are shown elsewhere, or not at all."""


def status_of(model: Any) -> Status | None:
    status = getattr(model, "status", None)
    return None if status is None else Status(text(status, 40), _tone(status))


def _tone(status: Any) -> Tone:
    if getattr(status, "is_success", False):
        return "good"
    if getattr(status, "is_terminal", False):
        return "bad"
    is_idle = getattr(status, "is_idle", True) or not getattr(status, "is_known", False)
    return "idle" if is_idle else "busy"


def progress_bar(model: Any) -> Progress:
    """Return the progress of a model as a bar in the color of its status."""
    return Progress(percent(model), progress_of(model), _tone(getattr(model, "status", None)))


def results_of(model: Any) -> dict[str, Any]:
    """Return the aggregated test results of a checkpoint."""
    return getattr(getattr(model, "test_results", None), "aggregated_test_result", None) or {}


def scores_of(entry: Any) -> dict[str, Any] | float | None:
    """Return the probabilities or logits in an entry of a classification, None in an entry of anything else."""
    probabilities: dict[str, Any] | None = getattr(entry, "probs", None)
    return getattr(entry, "logits", None) if probabilities is None else probabilities
