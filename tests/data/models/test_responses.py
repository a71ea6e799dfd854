"""Response models accept what the platform may send."""

import json
import pickle
from typing import Any

import numpy as np
import pydantic
import pytest

from emissary_client_sdk import models

from .known import RESPONSES, required

each = pytest.mark.parametrize("model", RESPONSES, ids=lambda model: model.__name__)
UNKNOWN_RULES: list[dict[str, Any]] = [
    {"management_type": "brand-new", "management_config": 3},
    {"management_type": "schedule", "management_config": 3},
    {},
]
SCALARS = {"text": "a", "int": 1, "float": 1.5, "bool": True, "null": None, "nested": ["a", {"b": None}]}


def test_identity_fields() -> None:
    """Only fields that identify a resource, and those of an error body, are required."""
    expected: dict[type[pydantic.BaseModel], set[str]] = {
        models.TrainingJobCheckpoint: {"checkpoint"},
        models.BaseModelSummary: {"name"},
        models.TestingFunctionSummary: {"name"},
        models.CreateExperimentResponseBody: {"id"},
    }
    for model in RESPONSES:
        if model.__name__.endswith(("Summary", "Detail")):
            assert set(required(model)) == expected.get(model, {"id"})
        elif not model.__name__.startswith("APIError"):
            assert set(required(model)) == expected.get(model, set())


@each
def test_null_and_missing_fields(model: type[pydantic.BaseModel]) -> None:
    """Every field that is not required may be missing or null."""
    given = required(model)
    made = model.model_validate(given)
    assert {name: value for name, value in made.model_dump().items() if value not in (None, {})} == given
    assert model.model_validate({**dict.fromkeys(model.model_fields), **given}) == made.model_copy()
    for name in given:
        with pytest.raises(pydantic.ValidationError, match=name):
            model.model_validate({**given, name: None})


@each
def test_unknown_fields_are_kept(model: type[pydantic.BaseModel]) -> None:
    """An unknown field is an attribute, is in ``model_extra``, in a dump and in a pickle."""
    given = {**required(model), "brand_new": {"deep": [1, None]}}
    made: Any = model.model_validate_json(json.dumps(given))
    assert made.model_extra == {"brand_new": made.brand_new} == {"brand_new": {"deep": [1, None]}}
    assert made.model_dump(exclude_unset=True) == given
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  # created above


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (models.TrainingJobSummary, "reward"),
        (models.TrainingJobDetail, "hyper_parameters"),
        (models.TestResults, "aggregated_test_result"),
        (models.BaseModelSummary, "parameter_template"),
        (models.ClassificationData, "logits"),
        (models.ClassificationData, "probs"),
    ],
)
def test_maps_accept_any_value(model: type[pydantic.BaseModel], field: str) -> None:
    """A map keeps null, scalars of every type, and nested values as they are."""
    made = model.model_validate_json(json.dumps({**required(model), field: SCALARS}))
    assert getattr(made, field) == SCALARS
    assert [type(value) for value in getattr(made, field).values()] == [type(value) for value in SCALARS.values()]


@pytest.mark.parametrize("zero", [0, 0.0])
def test_counters_accept_floats(zero: float) -> None:
    """The platform types counters as numbers, so 0.0 is 0."""
    usage = models.Usage.model_validate({"prompt_tokens": zero, "completion_tokens": zero, "total_tokens": zero})
    assert type(usage.total_tokens) is int
    answer = models.CompletionObject.model_validate({"created": zero, "choices": [{"index": zero}]})
    assert answer.created == 0
    assert answer.choices == [models.CompletionChoice(index=0)]
    assert models.ClassificationData.model_validate({"index": zero, "logits": zero}).logits == 0
    assert models.TrainingJobCheckpoint.model_validate({"checkpoint": zero}).checkpoint == 0


@pytest.mark.parametrize("value", [None, 1, "a", {"b": [1]}, ["c", None]])
def test_any_json(value: object) -> None:
    """Fields whose form the platform does not specify accept any JSON value."""
    choice = models.CompletionChoice.model_validate({"logprobs": value, "prompt_logprobs": value, "stop_reason": value})
    assert choice.logprobs == choice.prompt_logprobs == choice.stop_reason == value
    assert models.Usage(prompt_tokens_details=value, prompt_token_details=value).prompt_tokens_details == value
    assert models.DeploymentDetail(id="d", metadata=value).metadata == value


def test_metrics() -> None:
    """The metrics of a checkpoint are its results that are finite numbers, also in strings."""
    results = {
        "int": 1,
        "float": 0.5,
        "text": " 0.25 ",
        "exponent": "1e-3",
        "bool": True,
        "null": None,
        "words": "high",
        "nan": "NaN",
        "infinite": float("inf"),
        "huge": 10**400,
        "list": [1],
    }
    checkpoint = models.TrainingJobCheckpoint.model_validate(
        {"checkpoint": 1, "test_results": {"aggregated_test_result": results}}
    )
    assert checkpoint.metrics == {"int": 1.0, "float": 0.5, "text": 0.25, "exponent": 0.001}
    assert all(type(value) is float for value in checkpoint.metrics.values())
    assert checkpoint.test_results is not None
    assert checkpoint.test_results.aggregated_test_result == results


@pytest.mark.parametrize("tested", [None, models.TestResults()])
def test_no_metrics(tested: models.TestResults | None) -> None:
    """A checkpoint without results has no metrics."""
    assert models.TrainingJobCheckpoint(checkpoint=1, test_results=tested).metrics == {}


@pytest.mark.parametrize(
    ("entry", "scores", "best"),
    [
        ({"probs": {"a": 0.25, "b": 0.75}}, {"a": 0.25, "b": 0.75}, "b"),
        ({"logits": {"a": 2, "b": -1.5}}, {"a": 2.0, "b": -1.5}, "a"),
        ({"logits": {"a": 9}, "probs": {"a": 0.5, "b": None, "c": "1", "d": True}}, {"a": 0.5}, "a"),
        ({"logits": 3.5}, {}, None),
        ({}, {}, None),
        ({"probs": {"helpful": 0}}, {"helpful": 0.0}, None),
        ({"probs": {"helpful": 0.5}}, {"helpful": 0.5}, "helpful"),
        ({"logits": {"helpful": -0.1}}, {"helpful": -0.1}, None),
        ({"logits": {"helpful": 0.1}}, {"helpful": 0.1}, "helpful"),
        (
            {"probs": {"gpt@high": 0.2, "gpt@low": 0.1, "gpt@low:len": 5.5}},
            {"gpt@high": 0.2, "gpt@low": 0.1, "gpt@low:len": 5.5},
            "gpt@high",
        ),
    ],
)
def test_classification_scores(entry: dict[str, Any], scores: dict[str, float], best: str | None) -> None:
    """Scores are the numeric probabilities, or else logits. A judge's only label must be likely to be the best."""
    answer = models.GetClassificationFromDeploymentResponseBody.model_validate({"data": [entry]})
    assert (answer.scores, answer.best_label) == (scores, best)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ([{"logits": 3}], 3.0),
        ([{"logits": {"a": 3}}], None),
        ([{"probs": {"a": 0.5}}], None),
        (None, None),
    ],
)
def test_value_of_a_regression(data: Any, value: float | None) -> None:
    """A regression has a value, and no labels; an empty response has neither."""
    answer = models.GetClassificationFromDeploymentResponseBody.model_validate({"data": data})
    assert answer.value == value
    assert data is None or data[0] != {"logits": 3} or (answer.scores, answer.best_label) == ({}, None)


@pytest.mark.parametrize(
    ("model", "choices", "text"),
    [
        (models.CompletionObject, [{"text": "a"}, {"text": "b"}], "a"),
        (models.CompletionChunk, [{"text": "a", "finish_reason": "length"}], "a"),
        (models.ChatCompletionObject, [{"message": {"role": "assistant", "content": "a"}}], "a"),
        (models.ChatCompletionChunk, [{"delta": {"content": "a"}}], "a"),
        (models.ChatCompletionChunk, [{"message": {"content": "a"}}], "a"),
        (models.CompletionObject, [{"text": None}], ""),
        (models.CompletionChunk, list[Any](), ""),
        (models.ChatCompletionObject, None, ""),
        (models.ChatCompletionObject, [{"message": None}], ""),
        (models.ChatCompletionObject, [{"message": {"content": None}}], ""),
        (models.ChatCompletionChunk, list[Any](), ""),
        (models.ChatCompletionChunk, [{"delta": {"role": "assistant"}}], ""),
        (models.ChatCompletionChunk, [{"index": 0}], ""),
        (models.CompletionObject, [{"index": 1, "text": "b"}, {"index": 0, "text": "a"}], "a"),
        (models.ChatCompletionObject, [{"index": 1}, {"index": 0, "message": {"content": "a"}}], "a"),
        (models.ChatCompletionChunk, [{"index": 1, "delta": {"content": "b"}}], ""),
    ],
)
def test_text(model: Any, choices: Any, text: str) -> None:
    """``text`` is the text of the choice with index 0, or of the first without an index, or an empty string."""
    assert model.model_validate({"choices": choices}).text == text


def test_embeddings() -> None:
    """The vectors keep the order of the texts and become the rows of an array."""
    answer = models.GetEmbeddingsFromDeploymentResponseBody.model_validate(
        {"data": [{"embedding": [0, 1.5]}, {"embedding": [2, 3]}]}
    )
    assert answer.vectors == [[0.0, 1.5], [2.0, 3.0]]
    array = answer.to_numpy()
    assert (array.shape, array.dtype) == ((2, 2), np.dtype("float64"))
    assert models.GetEmbeddingsFromDeploymentResponseBody(data=[models.EmbeddingData()]).vectors == [[]]
    assert models.GetEmbeddingsFromDeploymentResponseBody().to_numpy().shape == (0,)


@pytest.mark.parametrize(("first", "second"), [(1, 0), (None, 0)])
def test_order_of_embeddings(first: int | None, second: int) -> None:
    """The vectors are in the order of the indices, if all have one."""
    data = [{"index": first, "embedding": [1]}, {"index": second, "embedding": [2]}]
    answer = models.GetEmbeddingsFromDeploymentResponseBody.model_validate({"data": data})
    assert answer.vectors == ([[2.0], [1.0]] if first else [[1.0], [2.0]])


def test_embedding_in_base64() -> None:
    """A vector in the form of ``encoding_format="base64"`` is decoded; other text is refused."""
    assert models.EmbeddingData.model_validate({"embedding": "AACAPwAAAMA="}).embedding == [1.0, -2.0]
    for value in ("not base64", "AAA=", 3):
        with pytest.raises(pydantic.ValidationError, match="embedding"):
            models.EmbeddingData.model_validate({"embedding": value})


@pytest.mark.parametrize("spelling", ["embedding", "embeddings"])
def test_supported_tasks(spelling: str) -> None:
    """A base model supports a task in both of its spellings; without a list of tasks it is not known."""
    model = models.BaseModelSummary.model_validate({"name": "m", "support_task": [spelling, "classification"]})
    assert model.supports("embedding") is model.supports("embeddings") is model.supports(models.TaskType.EMBEDDING)
    assert (model.supports("embedding"), model.supports("regression")) == (True, False)
    assert models.BaseModelSummary(name="m").supports("embedding") is None


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            {"management_type": "inactive_timeout", "management_config": {"inactive_duration": 60}},
            models.InactiveTimeoutConfig(
                management_type="inactive_timeout", management_config=models.InactiveTimeout(inactive_duration=60)
            ),
        ),
        (
            {"management_type": "schedule", "management_config": {"days": ["monday", "someday"], "new": 1}},
            models.ScheduleConfig.model_validate(
                {"management_type": "schedule", "management_config": {"days": ["monday", "someday"], "new": 1}}
            ),
        ),
        ({"management_type": "schedule"}, models.ScheduleConfig(management_type="schedule")),
        *((unknown, unknown) for unknown in UNKNOWN_RULES),
        (None, None),
    ],
)
def test_resource_management(config: Any, expected: object) -> None:
    """The management type selects the shape; an unknown type or shape is kept as a dictionary."""
    engine = models.InferenceEngineDetail.model_validate({"id": "e", "resource_management_config": config})
    assert engine.resource_management_config == expected
    assert engine.model_dump(exclude_unset=True)["resource_management_config"] == config


@pytest.mark.parametrize(
    "model",
    [
        models.TrainingJobSummary(id="x-1"),
        models.TrainingJobDetail(id="x-1"),
        models.ProjectDetail(id="x-1", datasets=[models.DatasetSummary(id="ds")]),
        models.DatasetDetail(id="x-1"),
        models.DeploymentDetail(id="x-1"),
        models.InferenceEngineDetail(id="x-1"),
        models.BaseModelSummary(name="x-1"),
        models.TestingFunctionSummary(name="x-1"),
        models.TrainingJobCheckpoint(checkpoint=1, model_download_url="s3://x-1"),
        models.GetClassificationFromDeploymentResponseBody(data=[models.ClassificationData(probs={"x-1": 1.0})]),
    ],
    ids=lambda model: type(model).__name__,
)
def test_views(model: Any) -> None:
    """``str()`` and notebooks show a model; its repr is pydantic's."""
    assert "x-1" in str(model)
    assert "x-1" in model._repr_html_()  # the protocol of IPython
    assert repr(model).startswith(f"{type(model).__name__}(")


def test_repr_of_embeddings_is_short() -> None:
    """A thousand vectors do not fill the screen."""
    vectors = [models.EmbeddingData(embedding=[0.25] * 1000)] * 1000
    shown = repr(models.GetEmbeddingsFromDeploymentResponseBody(data=vectors))
    assert shown.startswith(
        "GetEmbeddingsFromDeploymentResponseBody(data=[EmbeddingData(index=None, embedding=[0.25, 0.25, 0.25, ...])"
    )
    assert len(shown) < 250


def test_security() -> None:
    """The repr of a Security does not contain the key."""
    assert models.Security(api_key="secret").api_key == "secret"
    assert "secret" not in repr(models.Security(api_key="secret"))
    assert models.Security().api_key is None
