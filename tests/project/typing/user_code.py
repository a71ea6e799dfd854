"""Programs of users, which both type checkers must accept and which are never run.

A line with an ignore comment is a mistake that both must find: an unnecessary ignore comment is an error for each.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from typing_extensions import assert_type

from emissary_client_sdk import (
    UNSET,
    BackoffStrategy,
    DatasetReport,
    EmissaryClient,
    ResultList,
    RetryConfig,
    SDKConfiguration,
    SDKHooks,
    check_dataset,
    errors,
    models,
    types,
)
from emissary_client_sdk.hooks import (
    AfterErrorContext,
    AfterErrorHook,
    AfterSuccessContext,
    AfterSuccessHook,
    BeforeRequestContext,
    BeforeRequestHook,
    SDKInitHook,
)
from emissary_client_sdk.trainingjobs import TrainingJobs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from emissary_client_sdk.httpclient import HttpClient

RETRIES = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), False)


def quickstart() -> None:
    """Go from a data file to a model that answers, as the README does."""
    with EmissaryClient() as client:
        project = client.projects.create(request_body={"name": "reviews"})
        dataset = client.datasets.upload(project_id=project.id, file="reviews.jsonl", progress=True)
        job = client.training_jobs.create_and_wait(
            project_id=project.id,
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": dataset.id,
                "task_type": "classification",
            },
            progress=True,
        )
        best = client.training_jobs.best_checkpoint(
            project_id=project.id, training_job_id=job.id, metric="accuracy", largest=True
        )
        deployment = client.deployments.create_and_wait(
            project_id=project.id,
            request_body={"training_job_id": job.id, "checkpoint": best.checkpoint, "name": "reviews-1"},
            progress=True,
        )
        answer = client.classification.create(model="reviews-1", input="Arrived broken.", data_format="probs")
        print(deployment.status, answer, max(best.metrics.values()))  # noqa: T201  # never run


def clients() -> list[EmissaryClient]:
    """Create clients in every way."""
    return [
        EmissaryClient(),
        EmissaryClient("key"),
        EmissaryClient(api_key=lambda: None, server_idx=0),
        EmissaryClient("key", None, "https://{region}.example", {"region": "eu"}, httpx.Client(), httpx.AsyncClient()),
        EmissaryClient(retry_config=RETRIES, timeout_ms=5000, debug_logger=logging.getLogger("mine")),
        EmissaryClient(retry_config=None, hooks=SDKHooks()),
        EmissaryClient(retry_config=5),
        EmissaryClient(retry_config=UNSET),
        EmissaryClient(api_key=3),  # type: ignore[arg-type]
        EmissaryClient(apikey="key"),  # type: ignore[call-arg]
        EmissaryClient().with_options(max_retries=1),  # type: ignore[call-arg]
        EmissaryClient(retry_config="5"),  # type: ignore[arg-type]
        EmissaryClient(client=httpx.AsyncClient()),  # type: ignore[arg-type]
    ]


def training(client: EmissaryClient, headers: Mapping[str, str], path: Path) -> None:
    """Call the methods of training jobs."""
    assert_type(client.sdk_configuration, SDKConfiguration)
    jobs = client.training_jobs
    assert_type(jobs, TrainingJobs)
    body = models.CreateTrainingJobRequestBody(base_model="a", train_dataset_id="b", parameters={"n": 1})
    assert_type(jobs.create(project_id="p", request_body=body), models.TrainingJobSummary)
    assert_type(jobs.list(project_id="p"), list[models.TrainingJobSummary])
    assert_type(jobs.retrieve(project_id="p", training_job_id="t"), models.TrainingJobDetail)
    assert_type(jobs.get(project_id="p", training_job_id="t"), models.TrainingJobDetail)
    jobs.delete(project_id="p", training_job_id="t")
    jobs.cancel(project_id="p", training_job_id="t", retries=None, server_url="https://x.example")
    assert_type(jobs.list_checkpoints(project_id="p", training_job_id="t"), list[models.TrainingJobCheckpoint])
    assert_type(jobs.wait(project_id="p", training_job_id="t"), models.TrainingJobDetail)
    for change in jobs.watch(project_id="p", training_job_id="t"):
        assert_type(change, models.TrainingJobChange)
    assert_type(jobs.download_checkpoint("https://storage.example/model", path, retries=3), Path)
    jobs.list(project_id="p", retries=RETRIES, timeout_ms=5, http_headers=headers)
    jobs.list(project_id="p", retries=5, http_headers={"X-Mine": "1"})
    jobs.list("p")  # type: ignore[call-arg]
    jobs.list()  # type: ignore[call-arg]
    jobs.list(project_id=3)  # type: ignore[arg-type]
    jobs.list(project_id="p", retries="3")  # type: ignore[arg-type]
    jobs.list(project_id="p", retry=None)  # type: ignore[call-arg]


async def asynchronous() -> None:
    """Call the asynchronous twins."""
    async with EmissaryClient() as client:
        jobs = client.training_jobs
        body: models.CreateTrainingJobRequestBodyTypedDict = {"base_model": "a", "train_dataset_id": "b"}
        assert_type(await jobs.create_async(project_id="p", request_body=body), models.TrainingJobSummary)
        assert_type(await jobs.list_async(project_id="p"), list[models.TrainingJobSummary])
        assert_type(await jobs.get_async(project_id="p", training_job_id="t"), models.TrainingJobDetail)
        await jobs.delete_async(project_id="p", training_job_id="t")
        assert_type(await jobs.wait_async(project_id="p", training_job_id="t"), models.TrainingJobDetail)
        async for change in jobs.watch_async(project_id="p", training_job_id="t"):
            assert_type(change, models.TrainingJobChange)
        await jobs.list_async(project_id="p", retry=None)  # type: ignore[call-arg]
        vectors = await client.embeddings.create_async(model="m", input=["a", "b"], batch_size=100)
        assert_type(vectors.vectors, list[list[float]])
        async with client.chat.completions.stream_async(model="m", messages=[]) as stream:
            async for chunk in stream:
                assert_type(chunk, models.ChatCompletionChunk)
            assert_type(stream.text, str)
    await client.aclose()


def platform(client: EmissaryClient) -> None:
    """Call the methods of the other resources."""
    assert_type(client.base_models.list(), list[models.BaseModelSummary])
    assert_type(client.base_models.retrieve(base_model_name="m").name, str)
    assert_type(client.projects.create(), models.ProjectSummary)
    project = client.projects.retrieve(project_id="p")
    assert_type([job.id for job in project.training_jobs or []], list[str])
    assert_type(client.datasets.list(project_id="p"), list[models.DatasetSummary])
    with open("a.csv", "rb") as file:  # noqa: PTH123  # the usual form
        client.datasets.create(
            project_id="p", request_body={"file": {"file_name": "a.csv", "content": file}, "name": "a"}
        )
        client.datasets.upload(project_id="p", file=file)
    client.datasets.upload(project_id="p", file=[{"text": "a", "label": "b"}])
    assert_type(client.datasets.check("a.csv", "classification"), DatasetReport)
    check_dataset(b"...").raise_for_errors()
    engine = client.engines.create(
        request_body={
            "base_model": "m",
            "resource_management_config": {
                "management_type": "inactive_timeout",
                "management_config": {"inactive_duration": 3600},
            },
        }
    )
    assert_type(client.engines.wait(engine_id=engine.id), models.InferenceEngineDetail)
    client.engines.deploy(engine_id=engine.id, request_body={"project_id": "p", "training_id": "t", "checkpoint": 1})
    client.engines.undeploy(engine_id=engine.id, request_body={"deployment_name": "d"})
    client.engines.list(base_model="m", task_type=None)
    deployment = client.deployments.retrieve(project_id="p", deployment_id="d")
    if deployment.status is not None and not deployment.status.is_ready:
        client.deployments.reactivate(project_id="p", deployment_id=deployment.id)
        client.deployments.wait(project_id="p", deployment_id=deployment.id, after_reactivation=True)
    assert_type([function.name for function in client.testing_functions.list()], list[str])
    client.deployments.chat  # type: ignore[attr-defined]  # noqa: B018


def inference(client: EmissaryClient, texts: Sequence[str]) -> None:
    """Call a model."""
    reply = client.chat.completions.create(
        model="m",
        messages=[models.Messages(role="system", content="Be short."), {"role": "user", "content": "Hello"}],
        temperature=0.5,
        extra_body={"stop": ["\n"]},
        wake_timeout_ms=1_200_000,
    )
    assert_type(reply.text, str)
    for choice in reply.choices or []:
        if choice.message is not None:
            parts: list[dict[str, Any]] = [{"type": "text", "text": "What is in it?"}]
            calls: list[dict[str, Any]] = [{"id": "c", "type": "function"}]
            client.chat.completions.create(
                model="m",
                messages=[
                    choice.message,
                    {"role": "user", "content": parts},
                    {"role": "assistant", "content": None, "tool_calls": calls},
                    {"role": "tool", "content": "4", "tool_call_id": "c"},
                ],
            )
    client.chat.completions.create(model="m", messages=[{"role": "user", "contnt": "a"}])  # type: ignore[list-item]
    assert_type(client.completions.create(model="m", prompt="One,", max_completion_tokens=8).text, str)
    with client.completions.stream(model="m", prompt="One,") as stream:
        print("".join(chunk.text for chunk in stream))  # noqa: T201  # never run
    assert_type(client.embeddings.create(model="m", input="a").vectors[0], list[float])
    client.embeddings.create(model="m", input=texts, batch_size=100, max_concurrency=2)
    results = client.classification.create_many(model="m", inputs=texts, max_concurrency=50)
    assert_type([result.best_label for result in results], list[str | None])
    client.classification.create(model="m", input=3)  # type: ignore[arg-type]
    client.chat.completions.create(model="m", messages=["Hello"])  # type: ignore[list-item]


def bodies(jobs: TrainingJobs, rates: dict[str, float]) -> None:
    """Pass a body as a dictionary, whose keys and values are checked."""
    jobs.create(
        project_id="<id>",
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": "ds-12345",
            "test_dataset_id": "ds-67890",
            "train_test_split_ratio": 0.2,
            "name": "training-1",
            "parameters": {"key": "<value>", "epochs": 3, "rate": 0.1, "dynamic_loss": True},
            "base_model_option": models.BaseModelOption.PRE_TRAINED,
            "checkpoint": 2,
            "task_type": "classification",
            "test_functions": ("f1",),
            "rebalance_data": {"yes": 1, "no": 0.5},
        },
    )
    jobs.create(project_id="p", request_body={"base_model": "a", "train_dataset_id": "b", "parameters": rates})
    jobs.create_grpo(
        project_id="p",
        request_body={"base_model": "a", "train_dataset_id": "b", "test_functions": ["f1"], "reward": {"f1": 1}},
    )
    misspelled = {"base_model": "a", "train_dataset_id": "b", "nmae": "c"}
    jobs.create(project_id="p", request_body=misspelled)  # type: ignore[arg-type]
    typed: models.CreateTrainingJobRequestBodyTypedDict = {"base_model": "a", "train_dataset_id": "b"}
    typed["nmae"] = "c"  # type: ignore[typeddict-unknown-key]
    typed["name"] = 3  # type: ignore[typeddict-item]
    models.CreateTrainingJobRequestBody(base_model="a")  # type: ignore[call-arg]
    models.CreateTrainingJobRequestBody(base_model="a", train_dataset_id=3)  # type: ignore[arg-type]


def results(detail: models.TrainingJobDetail, checkpoint: models.TrainingJobCheckpoint) -> None:
    """Read responses."""
    assert_type(detail.id, str)
    assert_type(detail.status, models.TrainingJobStatus | None)
    assert_type(detail.progress, int | None)
    moment: datetime | None = detail.created_at_datetime
    assert_type(detail.training_loss, list[models.TrainingLoss] | None)
    assert_type(checkpoint.checkpoint, int)
    assert_type(checkpoint.metrics, dict[str, float])
    if detail.status is not None:
        assert_type(detail.status.is_terminal, bool)
        if detail.status is models.TrainingJobStatus.SUCCESS:
            print(detail.hyper_parameters, moment)  # noqa: T201  # never run
    if detail.status == models.TrainingJobStatus("Paused"):
        assert_type(detail.model_extra, dict[str, Any] | None)
    detail.statsu  # type: ignore[attr-defined]  # noqa: B018
    assert_type(ResultList([detail])[:1], ResultList[models.TrainingJobDetail])


def failures(jobs: TrainingJobs) -> None:
    """Catch errors, from the special to the general."""
    try:
        jobs.create_and_wait(project_id="p", request_body={"base_model": "a", "train_dataset_id": "b"})
    except errors.TrainingJobEndedError as error:
        assert_type(error.job, models.TrainingJobDetail)
    except errors.WaitTimeoutError as error:
        assert_type(error.job, models.TrainingJobDetail | None)
    except errors.MetricNotFoundError as error:
        assert_type(error.available, list[str])
    except models.APIErrorNotFound as error:
        assert_type(error.data.code, str | None)
    except (errors.APIErrorInvalidInput, errors.APIErrorUnauthorized) as error:
        assert_type(error.data.error, str)
    except (errors.APIErrorTooManyRequests, errors.APIServerError) as error:
        assert_type(error.retry_after, float | None)
    except models.SDKError as error:
        assert_type((error.status_code, error.message, error.body), tuple[int, str, str])
        assert_type(error.raw_response, httpx.Response | None)
    except errors.APITimeoutError as error:
        timeout: TimeoutError = error
        raise timeout from None
    except errors.EmissaryClientError as error:
        assert_type((error.request_may_have_been_processed, error.training_job_id), tuple[bool, str | None])


class Everything(SDKInitHook, BeforeRequestHook, AfterSuccessHook, AfterErrorHook):
    """Hooks with Speakeasy's signatures."""

    def sdk_init(self, base_url: str, client: HttpClient) -> tuple[str, HttpClient]:
        """Run when a client is created."""
        return base_url, client

    def before_request(self, hook_ctx: BeforeRequestContext, request: httpx.Request) -> httpx.Request | Exception:
        """Run before a request."""
        request.headers["X-Operation"] = hook_ctx.operation_id
        return request

    def after_success(self, hook_ctx: AfterSuccessContext, response: httpx.Response) -> httpx.Response | Exception:
        """Run after a success."""
        return response if hook_ctx.operation_id else ValueError("why")

    def after_error(
        self, hook_ctx: AfterErrorContext, response: httpx.Response | None, error: Exception | None
    ) -> tuple[httpx.Response | None, Exception | None] | Exception:
        """Run after a failure."""
        return (response, error) if hook_ctx.operation_id else ValueError("why")


class Later(BeforeRequestHook):
    """An asynchronous hook."""

    async def before_request(self, hook_ctx: BeforeRequestContext, request: httpx.Request) -> None:
        """Run before a request."""
        request.headers["X-Operation"] = hook_ctx.operation_id


async def later(hook_ctx: BeforeRequestContext, request: httpx.Request) -> httpx.Request:
    """Run before a request."""
    request.headers["X-Operation"] = hook_ctx.operation_id
    return request


def hooks() -> SDKHooks:
    """Register hooks in every form."""
    registry = SDKHooks()
    everything = Everything()
    registry.register_sdk_init_hook(everything)
    registry.register_before_request_hook(everything)
    registry.register_after_success_hook(everything)
    registry.register_after_error_hook(everything)
    registry.register_before_request_hook(Later())
    registry.register_before_request_hook(later)
    registry.register_before_request_hook(lambda _, request: request)
    registry.register_after_success_hook(Later())  # type: ignore[arg-type]
    return registry


class Mine(types.BaseModel):
    """A model of the caller."""

    name: types.OptionalNullable[str] = UNSET
    number: types.Nullable[int] = None


def own(mine: Mine) -> None:
    """Use the caller's own model."""
    assert_type(mine.name, str | types.Unset | None)
    assert_type(mine.number, int | None)
    if mine.name:
        assert_type(mine.name, str)
    RetryConfig("backoff", None, "no")  # type: ignore[arg-type]
