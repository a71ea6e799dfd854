"""The steps of a run, as a flow: check, upload, train, choose a checkpoint, deploy.

Each step records what it requests before the request, and what exists after it. A resumed run continues at the first
step whose result is not recorded.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from .. import datasets, deployments, projects, trainingjobs
from .._call.call import call
from .._call.commands import Compute, Flow, Resolve
from .._flows.polling import poll_settings, wait
from .._flows.waiting import DATASET, DEPLOYMENT, TRAINING_JOB, best_of, largest_is_best, reactivated
from ..errors import MetricNotFoundError
from ..models import File
from .checks import check_data, check_deployment_name, check_metric, check_training
from .creation import Creator
from .events import RunEvent, RunResult
from .preparation import prepare_data, set_preparation
from .state import files_of, state_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from .._call.call import Resource
    from .._datafiles.datasetfile import DatasetFile
    from .._datafiles.source import DataSource
    from ..models import DeploymentDetail, DeploymentSummary, TrainingJobCheckpoint, TrainingJobDetail
    from .events import EventKind

_SHOWN = {
    "project": "project",
    "dataset": "upload",
    "test_dataset": "test upload",
    "training_job": "train",
    "deployment": "deploy",
}
"""The steps as events name them."""
_METRICS = ("accuracy", "f1", "loss")
_UPLOAD_POLLING = {"poll_interval_ms": 2000, "total_timeout_ms": 600_000}


class Run:
    """A new run, or the recorded one, which continues; ``EmissaryClient.run`` describes the options.

    :param files: The data, by the step that uploads it.
    :param given: The options of the run that the caller gave.
    :param path: The state file.
    :param options: Options of the calls and of the polling.
    """

    def __init__(
        self,
        resource: Resource,
        files: Mapping[str, DatasetFile],
        given: dict[str, Any],
        path: Path,
        options: Mapping[str, Any],
        on_event: Callable[[RunEvent], Awaitable[None] | None] | None,
        *,
        resume: bool,
        new: bool,
        create_again: bool,
        prepare: Mapping[str, Any] | bool | None,
    ) -> None:
        server_url = options.get("server_url") or resource.sdk_configuration.get_server_details()[0]
        self._state = state_of(path, server_url, files, given, resume=resume, new=new)
        set_preparation(self._state, prepare)
        self._files = files_of(self._state, files)
        poll_settings(options)
        self._resource = resource
        self._options = options
        self._on_event = on_event
        self._creator = Creator(resource, self._state, options, self._tell_of_look, create_again=create_again)

    def execute(self) -> Flow[RunResult]:
        """Run all steps and return the result."""
        state = self._state
        with ExitStack() as stack:
            sources = yield from self._check(stack)
            yield Compute(state.start)
            project = yield from self._project()
            dataset = yield from self._upload("dataset", project, sources)
            test = None
            if "test_dataset" in state.files:
                test = yield from self._upload("test_dataset", project, sources)
        job = yield from self._train(project, dataset, test)
        checkpoint = yield from self._choose(project, job)
        deployment = yield from self._deploy(project, job, checkpoint)
        state.is_finished = True
        yield Compute(state.save)
        return RunResult(
            model=state.model,
            task_type=state.task_type or "",
            project_id=project,
            dataset_id=dataset,
            test_dataset_id=test,
            training_job_id=job,
            checkpoint=checkpoint,
            choice=state.choice or "",
            deployment_id=deployment,
            inactive_timeout=state.options.inactive_timeout,
        )

    def _check(self, stack: ExitStack) -> Flow[dict[str, DataSource]]:
        """Check the data that is not uploaded yet, and the options of the steps to come."""
        state = self._state
        yield from self._tell("check", "started")
        sources: dict[str, DataSource] = {}
        records = ""
        files, reports = yield Compute(partial(prepare_data, stack, state, self._files))
        for prepared in reports:
            yield from self._tell("check", "progress", f"prepared {prepared.file_name}", value=prepared)
        for step, file in files.items():
            trained_on = None if state.is_prepared_test else sources.get("dataset")
            checked = yield Compute(partial(check_data, stack, state, step, file, trained_on))
            if checked is not None:
                sources[step], report = checked
                records = records or f"{report.records} records, "
                yield from self._tell("check", "progress", f"{report.records} records", value=report)
                report.raise_for_errors()
                state.task_type = state.task_type or report.task_type
        if state.task_type is None:
            raise ValueError("task_type could not be detected from the data, so it must be passed")
        if state.checkpoint is None:
            check_metric(state.options)
        if "training_job" not in state.steps:
            yield from check_training(self._resource, state.options, state.task_type, self._options)
        if "deployment" not in state.steps:
            yield from check_deployment_name(self._resource, state.options.deployment_name, self._options)
        yield from self._tell("check", "finished", records + state.task_type)
        return sources

    def _project(self) -> Flow[str]:
        yield from self._tell("project", "started")
        given, name = self._state.options.project_id, self._state.name
        if given is not None:
            yield from self._creator.use("project", given)
        create = partial(call, self._resource, projects.CREATE, request_body={"name": name})
        project = yield from self._creator.once("project", name, projects.LIST, create)
        yield from self._tell("project", "finished", project)
        return project

    def _upload(self, step: str, project: str, sources: Mapping[str, DataSource]) -> Flow[str]:
        shown = _SHOWN[step]
        yield from self._tell(shown, "started")
        name = self._state.name + ("-test" if step == "test_dataset" else "")

        def create(options: Mapping[str, Any]) -> Flow[Any]:
            source = sources[step]
            content: Any = source.open()
            file = File(file_name=source.file_name, content=content, content_type=source.content_type)
            body = {"name": name, "file": file}
            upload = partial(call, self._resource, datasets.CREATE, project_id=project, request_body=body)
            try:
                return (yield from upload(options))
            except GeneratorExit:  # the run is interrupted
                if content.tell() < source.size:  # the platform has received a part of it
                    self._creator.forget(step)
                raise

        dataset = yield from self._creator.once(step, name, datasets.LIST, create, project_id=project)
        ids = {"project_id": project, "dataset_id": dataset}
        yield from wait(self._resource, DATASET, datasets.RETRIEVE, {**self._options, **_UPLOAD_POLLING}, None, **ids)
        yield from self._tell(shown, "finished", dataset)
        return dataset

    def _train(self, project: str, dataset: str, test: str | None) -> Flow[str]:
        yield from self._tell("train", "started")
        options, name = self._state.options, self._state.name
        body = {
            "name": name,
            "base_model": options.base_model,
            "train_dataset_id": dataset,
            "test_dataset_id": test,
            "task_type": self._state.task_type,
            "parameters": options.parameters,
        }
        create = partial(call, self._resource, trainingjobs.CREATE, project_id=project, request_body=body)
        job = yield from self._creator.once("training_job", name, trainingjobs.LIST, create, project_id=project)
        yield from self._tell("train", "created", job)

        def on_update(state: TrainingJobDetail) -> Awaitable[None] | None:
            return self._report(RunEvent("train", "progress", str(state.status), state.progress, state))

        ids = {"project_id": project, "training_job_id": job}
        final = yield from wait(self._resource, TRAINING_JOB, trainingjobs.RETRIEVE, self._options, on_update, **ids)
        yield from self._tell("train", "finished", str(final.status), final, final.progress)
        return job

    def _choose(self, project: str, job: str) -> Flow[int]:
        yield from self._tell("choose", "started")
        state = self._state
        if state.checkpoint is None:
            ids: dict[str, Any] = {"project_id": project, "training_job_id": job}
            found = yield from call(self._resource, trainingjobs.LIST_CHECKPOINTS, self._options, **ids)
            metric, largest = state.options.metric, state.options.largest
            state.checkpoint, state.choice = _choose(found, job, metric, largest=largest)
            yield Compute(state.save)
        yield from self._tell("choose", "finished", f"checkpoint {state.checkpoint}, {state.choice}")
        return state.checkpoint

    def _deploy(self, project: str, job: str, checkpoint: int) -> Flow[str]:
        yield from self._tell("deploy", "started")
        name = self._state.model
        body = {
            "name": name,
            "training_job_id": job,
            "checkpoint": checkpoint,
            "inactive_timeout": self._state.options.inactive_timeout,
        }
        resource, options = self._resource, self._options

        def is_ours(found: DeploymentSummary) -> Flow[bool]:
            ids: dict[str, Any] = {"project_id": project, "deployment_id": found.id}
            detail = yield from call(resource, deployments.RETRIEVE, options, **ids)
            return detail.training_id in (None, job)

        create = partial(call, resource, deployments.CREATE, project_id=project, request_body=body)
        once = self._creator.once("deployment", name, deployments.LIST, create, is_ours, project_id=project)
        ids: dict[str, Any] = {"project_id": project, "deployment_id": (yield from once)}
        yield from self._tell("deploy", "created", ids["deployment_id"])

        def on_update(state: DeploymentDetail) -> Awaitable[None] | None:
            return self._report(RunEvent("deploy", "progress", str(state.status), value=state))

        quietly = {**options, "raise_on_failure": False}
        final = yield from wait(resource, DEPLOYMENT, deployments.RETRIEVE, quietly, on_update, **ids)
        if final.status is not None and final.status.is_idle:  # the run was resumed late
            yield from call(resource, deployments.REACTIVATE, options, **ids)
            waking = reactivated(DEPLOYMENT)
            final = yield from wait(resource, waking, deployments.RETRIEVE, options, on_update, **ids)
        error = DEPLOYMENT.error_of(final)
        if error is not None:
            raise error
        yield from self._tell("deploy", "finished", str(final.status), value=final)
        deployment: str = ids["deployment_id"]
        return deployment

    def _tell_of_look(self, step: str) -> Flow[None]:
        yield from self._tell(_SHOWN[step], "progress", "looking for the effect of an interrupted request")

    def _report(self, event: RunEvent) -> Awaitable[None] | None:
        return None if self._on_event is None else self._on_event(event)

    def _tell(
        self, step: str, kind: EventKind, detail: str = "", value: Any = None, percent: float | None = None
    ) -> Flow[None]:
        result = self._report(RunEvent(step, kind, detail, percent, value))
        if isawaitable(result):
            yield Resolve(result)


def _choose(
    checkpoints: list[TrainingJobCheckpoint], training_job_id: str, metric: str | None, *, largest: bool | None
) -> tuple[int, str]:
    """Return the number of the best checkpoint and the reason.

    :param metric: Test result to compare; by default, accuracy, f1 or loss, else the last checkpoint is the best.
    :param largest: Whether the largest value is the best; by default, it follows from the metric.
    :raises MetricNotFoundError: No checkpoint has the metric, or there is no checkpoint.
    """
    measured = {name for checkpoint in checkpoints for name in checkpoint.metrics}
    if metric is None:
        metric = next((name for name in _METRICS if name in measured), None)
    elif metric not in measured:
        metric = next((name for name in measured if name.casefold() == metric.casefold()), metric)
    if metric is None:
        if not checkpoints:
            raise MetricNotFoundError(None, training_job_id, [])
        return max(
            checkpoint.checkpoint for checkpoint in checkpoints
        ), "the last one, because none has a known test result"
    largest = largest_is_best(metric) if largest is None else largest
    best = best_of(checkpoints, training_job_id, metric, largest=largest)
    return best.checkpoint, f"{'largest' if largest else 'smallest'} {metric}: {best.metrics[metric]:g}"
