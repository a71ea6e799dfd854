"""A caller's code, which both type checkers must accept as it is and which is never run.

A line with an ignore comment is a mistake that both of them have to find: to each of them an ignore comment that it
does not need is an error itself.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import httpx
from typing_extensions import assert_type

from emissary_client_sdk import (
    UNSET,
    BackoffStrategy,
    EmissaryClient,
    RetryConfig,
    SDKConfiguration,
    SDKHooks,
    errors,
    models,
    types,
)
from emissary_client_sdk._hooks import (
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
    from collections.abc import Mapping
    from datetime import datetime

    from emissary_client_sdk.httpclient import HttpClient

RETRIES = RetryConfig("backoff", BackoffStrategy(1, 50, 1.1, 100), False)


def clients() -> list[EmissaryClient]:
    """Make clients in every way."""
    return [
        EmissaryClient(),
        EmissaryClient("key"),
        EmissaryClient(api_key=lambda: "key"),
        EmissaryClient(api_key=lambda: None, server_idx=0),
        EmissaryClient("key", None, "https://{region}.example", {"region": "eu"}, httpx.Client(), httpx.AsyncClient()),
        EmissaryClient(retry_config=RETRIES, timeout_ms=5000, debug_logger=logging.getLogger("mine")),
        EmissaryClient(retry_config=None, hooks=SDKHooks()),
        EmissaryClient(retry_config=UNSET),
        EmissaryClient(api_key=3),  # type: ignore[arg-type]
        EmissaryClient(apikey="key"),  # type: ignore[call-arg]
        EmissaryClient(retry_config=3),  # type: ignore[arg-type]
        EmissaryClient(client=httpx.AsyncClient()),  # type: ignore[arg-type]
    ]


def synchronous(headers: Mapping[str, str]) -> None:
    """Call every method."""
    with EmissaryClient() as client:
        assert_type(client, EmissaryClient)
        assert_type(client.training_jobs, TrainingJobs)
        assert_type(client.sdk_configuration, SDKConfiguration)
        jobs = client.training_jobs
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
        jobs.list(project_id="p", retries=RETRIES, timeout_ms=5, http_headers=headers)
        jobs.list(project_id="p", retries=UNSET, http_headers={"X-Mine": "1"})
        jobs.list("p")  # type: ignore[call-arg]
        jobs.list()  # type: ignore[call-arg]
        jobs.list(project_id=3)  # type: ignore[arg-type]
        jobs.list(project_id="p", retries=3)  # type: ignore[arg-type]
        jobs.list(project_id="p", retry=None)  # type: ignore[call-arg]
    client.close()


async def asynchronous() -> None:
    """Call every method's twin."""
    async with EmissaryClient() as client:
        assert_type(client, EmissaryClient)
        jobs = client.training_jobs
        body: models.CreateTrainingJobRequestBodyTypedDict = {"base_model": "a", "train_dataset_id": "b"}
        assert_type(await jobs.create_async(project_id="p", request_body=body), models.TrainingJobSummary)
        assert_type(await jobs.list_async(project_id="p"), list[models.TrainingJobSummary])
        assert_type(await jobs.retrieve_async(project_id="p", training_job_id="t"), models.TrainingJobDetail)
        assert_type(await jobs.get_async(project_id="p", training_job_id="t"), models.TrainingJobDetail)
        await jobs.delete_async(project_id="p", training_job_id="t")
        await jobs.cancel_async(project_id="p", training_job_id="t")
        assert_type(
            await jobs.list_checkpoints_async(project_id="p", training_job_id="t"),
            list[models.TrainingJobCheckpoint],
        )
        assert_type(await jobs.wait_async(project_id="p", training_job_id="t"), models.TrainingJobDetail)
        async for change in jobs.watch_async(project_id="p", training_job_id="t"):
            assert_type(change, models.TrainingJobChange)
        await jobs.list_async(project_id="p", retry=None)  # type: ignore[call-arg]
    await client.aclose()


def bodies(jobs: TrainingJobs) -> None:
    """Pass a body as a dictionary, whose keys and values are checked."""
    jobs.create(
        project_id="<id>",
        request_body={
            "base_model": "Llama-3.2-1B-Instruct",
            "train_dataset_id": "ds-12345",
            "test_dataset_id": "ds-67890",
            "train_test_split_ratio": 0.2,
            "name": "training-1",
            "description": "Fine-tuning the model on my dataset",
            "parameters": {"key": "<value>", "epochs": 3, "rate": 0.1, "dynamic_loss": True},
            "hf_model_link": "https://huggingface.co/my_model",
            "base_model_option": models.BaseModelOption.PRE_TRAINED,
            "checkpoint": 2,
            "task_type": "classification",
            "test_functions": ["f1"],
            "rebalance_data": {"yes": 1, "no": 0.5},
        },
    )
    misspelt = {"base_model": "a", "train_dataset_id": "b", "nmae": "c"}
    jobs.create(project_id="p", request_body=misspelt)  # type: ignore[arg-type]
    spelt: models.CreateTrainingJobRequestBodyTypedDict = {"base_model": "a", "train_dataset_id": "b"}
    spelt["nmae"] = "c"  # type: ignore[typeddict-unknown-key]
    spelt["name"] = 3  # type: ignore[typeddict-item]
    models.CreateTrainingJobRequestBody(base_model="a")  # type: ignore[call-arg]
    models.CreateTrainingJobRequestBody(
        base_model="a",
        train_dataset_id=3,  # type: ignore[arg-type]
    )


def inline(jobs: TrainingJobs) -> None:
    """Misspell a key where the call is."""
    jobs.create(
        project_id="p",
        request_body={"base_model": "a", "train_dataset_id": "b", "nmae": "c"},  # type: ignore[arg-type]
    )


def results(detail: models.TrainingJobDetail, checkpoint: models.TrainingJobCheckpoint) -> None:
    """Read what came back."""
    assert_type(detail.id, str | None)
    assert_type(detail.status, models.TrainingJobStatus | None)
    assert_type(detail.progress, int | None)
    assert_type(detail.created_at, int | None)
    moment: datetime | None = detail.created_at_datetime
    assert_type(detail.training_loss, list[models.TrainingLoss] | None)
    assert_type(detail.train_dataset, models.DatasetSummary | None)
    assert_type(checkpoint.checkpoint, int | None)
    assert_type(checkpoint.test_results, models.TestResults | None)
    if detail.status is not None:
        assert_type(detail.status.is_terminal, bool)
        assert_type(detail.status.is_known, bool)
        if detail.status is models.TrainingJobStatus.SUCCESS:
            print(detail.hyper_parameters, moment)  # noqa: T201  # it is never run
    if detail.status == models.TrainingJobStatus("Paused"):
        assert_type(detail.model_extra, dict[str, Any] | None)
    detail.statsu  # type: ignore[attr-defined]  # noqa: B018


def failures(jobs: TrainingJobs) -> None:
    """Catch errors, from the particular to the general."""
    try:
        jobs.list(project_id="p")
    except models.APIErrorNotFound as error:
        assert_type(error.data, models.APIErrorNotFoundData)
        assert_type(error.data.code, str | None)
    except (errors.APIErrorInvalidInput, errors.APIErrorUnauthorized) as error:
        assert_type(error.data.error, str)
    except models.SDKError as error:
        assert_type(error.status_code, int)
        assert_type(error.message, str)
        assert_type(error.body, str)
        assert_type(error.retry_after, float | None)
        assert_type(error.request_id, str | None)
        assert_type(error.raw_response, httpx.Response | None)
    except errors.APITimeoutError as error:
        timeout: TimeoutError = error
        raise timeout from None
    except errors.NoResponseError as error:
        assert_type(error.sent, bool)
    except errors.EmissaryClientError as error:
        assert_type(error.request_may_have_been_processed, bool)
    errors.SDKError("message", 404, "body", httpx.Response(404))
    errors.APIErrorNotFound(data=models.APIErrorNotFoundData(status=404, error="no"))


class Everything(SDKInitHook, BeforeRequestHook, AfterSuccessHook, AfterErrorHook):
    """Hooks with Speakeasy's signatures."""

    def sdk_init(self, base_url: str, client: HttpClient) -> tuple[str, HttpClient]:
        """Run when a client is made."""
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
    """Be an asynchronous hook as a function."""
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
    registry.register_after_success_hook(lambda _, response: response)
    registry.register_after_success_hook(Later())  # type: ignore[arg-type]
    return registry


class Mine(types.BaseModel):
    """A model of a caller's own."""

    name: types.OptionalNullable[str] = UNSET
    number: types.Nullable[int] = None


def own(mine: Mine) -> None:
    """Use a model of one's own."""
    assert_type(mine.name, str | types.Unset | None)
    assert_type(mine.number, int | None)
    if mine.name:
        assert_type(mine.name, str)
    RetryConfig("backoff", None, "no")  # type: ignore[arg-type]
    RetryConfig(strategy="none", backoff=None, retry_connection_errors=True)
