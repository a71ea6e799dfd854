"""Checks before anything is created, because a mistake that shows after the training has cost it."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from .. import basemodels, deployments, projects
from .._call.call import call
from .._call.commands import Gather
from .._datafiles.check import check_source
from .._datafiles.source import open_source
from ..errors import SDKError
from ..models.misspelled import training_doubts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import ExitStack

    from .._call.call import Resource
    from .._call.commands import Flow
    from .._datafiles.datasetfile import DatasetFile
    from .._datafiles.report import DatasetReport
    from .._datafiles.source import DataSource
    from ..models import BaseModelSummary, DeploymentSummary
    from .state import RunOptions, RunState

_METRICS = ("accuracy", "f1", "precision", "recall", "loss", "perplexity", "error", "mse", "mae", "rmse", "wer", "cer")
_SIMILARITY = 0.75  # of 1
_REFUSED = (401, 403)
_LISTS_AT_A_TIME = 8


def check_data(
    stack: ExitStack, state: RunState, step: str, file: DatasetFile, against: DataSource | None = None
) -> tuple[DataSource, DatasetReport] | None:
    """Open and check the data of a step; return None if the platform has it and trains on it already.

    :param stack: Closes the data at the end of the uploads.
    :param against: Data with which it should have no prompt in common.
    :raises ValueError: The data has changed since the run began.
    """
    if state.id_of(step) is not None and not isinstance(file, (str, os.PathLike)):
        return None
    source = stack.enter_context(open_source(file))
    digest = source.sha256()
    if state.sha256.setdefault(step, digest) != digest:
        raise ValueError(f"{source.file_name} has changed since the run began; start another run with new")
    if "training_job" in state.steps:
        return None
    return source, check_source(source, state.task_type, against=against)


def check_metric(options: RunOptions) -> None:
    """Refuse a metric that looks like a misspelled usual one. Others may be test functions.

    :raises ValueError: It looks misspelled, or there is a direction without a metric.
    """
    metric = options.metric
    if metric is None and options.largest is not None:
        raise ValueError("largest needs a metric")
    if metric is None or metric.lower() in _METRICS:
        return
    close = get_close_matches(metric.lower(), _METRICS, 1, _SIMILARITY)
    if close:
        raise ValueError(f"metric {metric!r} looks like a misspelled {close[0]!r}")


def check_training(
    resource: Resource, options: RunOptions, task_type: str, call_options: Mapping[str, Any]
) -> Flow[None]:
    """Check the base model, its tasks and the hyperparameters with what the platform says about its models.

    :raises ValueError: The platform has no such base model, it cannot be trained for the task, or a hyperparameter
        looks like a mistake.
    """
    known: list[BaseModelSummary] = yield from _optional(call(resource, basemodels.LIST, call_options), [])
    chosen = next((model for model in known if model.name == options.base_model), None)
    if chosen is not None and chosen.parameter_template is None:
        detail = call(resource, basemodels.RETRIEVE, call_options, base_model_name=options.base_model)
        found: BaseModelSummary = yield from _optional(detail, chosen)
        known = [found if model is chosen else model for model in known]
    doubts = training_doubts(options.model_dump(), known)
    if not doubts and chosen is not None and chosen.support_task and task_type not in chosen.support_task:
        tasks = ", ".join(chosen.support_task)
        doubts = [f"the base model {options.base_model} cannot be trained for {task_type}; it supports {tasks}"]
    if doubts:
        raise ValueError("; ".join(doubts))


def check_deployment_name(resource: Resource, name: str | None, call_options: Mapping[str, Any]) -> Flow[None]:
    """Check that no deployment has a name, in any project of the organization.

    :raises ValueError: A deployment has it.
    """
    if name is None:
        return
    found = yield from call(resource, projects.LIST, call_options)
    lists: list[list[DeploymentSummary]] = yield Gather(
        (call(resource, deployments.LIST, call_options, project_id=project.id) for project in found), _LISTS_AT_A_TIME
    )
    for project, deployed in zip(found, lists, strict=True):
        for deployment in deployed:
            if deployment.name == name:
                raise ValueError(
                    f"deployment_name {name!r} is taken by deployment {deployment.id} of project {project.id}; names of"
                    " deployments are unique in the organization"
                )


def _optional(flow: Flow[Any], default: Any) -> Flow[Any]:
    """Return the result of a call, or a default if the platform does not answer it; a check must not prevent a run."""
    try:
        return (yield from flow)
    except SDKError as error:
        if error.status_code in _REFUSED:
            raise
        return default
