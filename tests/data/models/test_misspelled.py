"""Misspelled request fields."""

import pytest
from pydantic import BaseModel

from emissary_client_sdk import models
from emissary_client_sdk.models.misspelled import similar_fields

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
