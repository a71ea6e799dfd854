"""Parts of requests that look like mistakes."""

from typing import Any

import pytest
from pydantic import BaseModel

from emissary_client_sdk import models
from emissary_client_sdk.models.misspelled import doubts, similar_fields, training_doubts

JOB = models.CreateTrainingJobRequestBody


@pytest.mark.parametrize(
    ("model", "given", "found"),
    [
        (JOB, ["base_model", "train_dataset_id"], []),
        (JOB, ["paramaters"], [("paramaters", "parameters")]),
        (JOB, ["hyper_parameters", "nmae"], [("hyper_parameters", "parameters"), ("nmae", "name")]),
        (JOB, ["trainDatasetId", "base-model"], [("trainDatasetId", "train_dataset_id"), ("base-model", "base_model")]),
        (JOB, ["paramaters", "parameters"], []),
        (JOB, ["brand_new", "seed", ""], []),
        (models.DeployOnEngineRequestBody, ["training_job_id"], [("training_job_id", "training_id")]),
        (models.GetChatCompletionsRequestBody, ["stream", "stop", "n", "seed", "tools", "max_completion_tokens"], []),
    ],
)
def test_similar_fields(model: type[BaseModel], given: list[str], found: list[tuple[str, str]]) -> None:
    """An unknown name is paired with the most similar known field that is not set, if there is one."""
    assert similar_fields(model, given) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"base_model": "m", "train_dataset_id": "ds-1", "task_type": "vlm-classification", "checkpoint": 1}, []),
        ({"task_type": "classification", "base_model_option": models.BaseModelOption.FINE_TUNED}, []),
        ({"task_type": "clasification"}, ["task_type is 'clasification'; did you mean 'classification'?"]),
        ({"base_model_option": "Fine-Tuned"}, ["base_model_option is 'Fine-Tuned'; did you mean 'fine-tuned'?"]),
        ({"parameter": {}}, ["there is no field 'parameter'; did you mean 'parameters'?"]),
        (
            {"test_dataset_id": "../io.CSV"},
            ["test_dataset_id is '../io.CSV', a file; it must be the id of a dataset, which upload returns"],
        ),
        ({"parameters": {"lr": 1, "tag": "x"}}, ["'lr' looks like the hyperparameter learning_rate"]),
        ({"parameters": "a text", "base_model": None}, []),
    ],
)
def test_doubts(fields: dict[str, Any], found: list[str]) -> None:
    """Fields, values of enumerations, files in place of ids and hyperparameters; everything else is left alone."""
    assert doubts(JOB, fields) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            {"schedule": {"days": ["Monday", "tuesday"], "strat_time": "1"}},
            [
                "there is no field 'schedule.strat_time'; did you mean 'start_time'?",
                "schedule.days[0] is 'Monday'; did you mean 'monday'?",
            ],
        ),
        (
            models.CreateDeploymentRequestBody(
                training_job_id="t", checkpoint=1, schedule=models.Schedule(days=["Monday"])
            ),
            ["schedule.days[0] is 'Monday'; did you mean 'monday'?"],
        ),
    ],
)
def test_doubts_in_parts(body: Any, found: list[str]) -> None:
    """Parts of a request are questioned, too, in mappings and in models."""
    assert doubts(models.CreateDeploymentRequestBody, body) == found


@pytest.mark.parametrize(
    ("role", "is_doubted"), [("usr", True), ("users", True), ("asistant", True), ("tool", False), ("developer", False)]
)
def test_roles(role: str, is_doubted: bool) -> None:
    """One wrong character makes a short name doubtful, too."""
    messages = [{"role": role, "content": "x"}]
    assert bool(doubts(models.GetChatCompletionsRequestBody, {"messages": messages})) is is_doubted


MODELS = [models.BaseModelSummary(name=f"Llama-{size}B", parameter_template={"alpha": 0.5}) for size in (1, 3, 8, 70)]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"base_model": "Llama-3B"}, ""),
        ({"base_model": "lama-3B"}, "the platform has no base model 'lama-3B'; did you mean 'Llama-3B'"),
        (
            {"base_model": "x"},
            "the platform has no base model 'x'; did you mean 'Llama-1B' or 'Llama-3B' or",
        ),
        ({"base_model": "my job", "base_model_option": "fine-tuned"}, ""),
        (
            {"base_model": "Llama-1B", "parameters": {"alpha": "x"}},
            "the hyperparameter alpha must be like 0.5",
        ),
        ({"base_model": "Llama-1B", "parameters": {"alpah": 1}}, "'alpah' looks like the hyperparameter alpha"),
    ],
)
def test_doubts_of_the_platforms_base_models(body: dict[str, Any], found: str) -> None:
    """The base model must be one of them, and its template names hyperparameters; without a list, all are accepted."""
    messages = training_doubts(body, MODELS)
    assert "; ".join(messages).startswith(found)
    assert bool(messages) == bool(found)
    assert training_doubts(body, []) == []
