"""Experiments, and the endpoints that answer for their modes."""

import math
import re
from typing import Any

import pytest

from .conftest import EXPERIMENTS, INFERENCE, Api

CLASSIFICATION, REGRESSION, NER, TOOLS = INFERENCE[3], "/v1/regression", "/v1/ner", "/v1/classify-generate"
NOTE = "The Emissary emulator made this answer up. It counts the words that the input shares with the descriptions."
PLACE = "classes.0.parameters"
TOPICS = [
    {"name": "shipping", "description": "The delivery of a parcel."},
    {"name": "billing", "description": "Invoices, payments and refunds."},
    {"name": "account", "description": "Passwords and addresses."},
]
JUDGE = [{"name": "polite", "description": "Does the text say please or thank you?"}]
PLACES = [{"name": "CITY", "description": "Paris or New York"}, {"name": "DRINK", "description": "tea, coffee"}]
SCALE = {
    "name": "urgency",
    "description": "How urgent a request is.",
    "min_value": 0,
    "max_value": 10,
    "low_description": "It can wait until next week.",
    "high_description": "It must be done today.",
    "higher_means": "more urgent, immediately",
}
PROPERTIES: dict[str, Any] = {
    "city": {"type": "string"},
    "days": {"type": "integer"},
    "degrees": {"type": "number"},
    "unit": {"enum": ["Fahrenheit", "Celsius"]},
    "detailed": {"type": "boolean"},
    "kind": {"type": ["string", "null"]},
    "odd": True,
    "language": {"type": "string"},
}
PARAMETERS = {"type": "object", "properties": PROPERTIES, "required": [*PROPERTIES][:-1]}
WEATHER = {"name": "weather", "description": "Forecast of the weather.", "parameters": PARAMETERS}
CLASSES: dict[str, Any] = {
    "judge": JUDGE,
    "decision": TOPICS,
    "routing": TOPICS,
    "regression": [SCALE],
    "ner": PLACES,
    "tool_calling": [WEATHER],
}


def experiment(api: Api, mode: str, classes: Any = None) -> str:
    """Create an experiment; return the name of its model."""
    body = {"name": "x", "mode": mode, "classes": CLASSES[mode] if classes is None else classes}
    answer = api.post(EXPERIMENTS, body)
    assert re.fullmatch(r"ex-[a-z0-9]{22}", answer["id"])
    assert answer == {"id": answer["id"], "latest_version": "0.0.0"}
    return f"{answer['id']}/0.0.0"


def ask(api: Api, path: str, model: str, text: str, **fields: Any) -> Any:
    """Return the answer to a text, without what every answer has."""
    answer = api.post(path, {"model": model, "input": text, **fields})
    assert re.fullmatch(r"(classify|ner)-[0-9a-f]{32}", answer.pop("id"))
    assert (answer.pop("model"), answer.pop("created"), answer.pop("note")) == (model, int(api.now), NOTE)
    return answer


@pytest.mark.parametrize("mode", ["decision", "routing"])
def test_classes_that_share_words_are_probable(api: Api, mode: str) -> None:
    """The probabilities are in alphabetical order and add up to 1; words are compared without their endings."""
    model = experiment(api, mode)
    (entry,) = ask(api, CLASSIFICATION, model, "I paid twice: refund the PAYMENT!", data_format="probs")["data"]
    assert list(entry) == ["index", "probs", "reasoning"]
    assert list(entry["probs"]) == ["account", "billing", "shipping"]
    assert math.isclose(sum(entry["probs"].values()), 1)
    assert max(entry["probs"], key=entry["probs"].__getitem__) == "billing"
    (entry,) = ask(api, CLASSIFICATION, model, "refund")["data"]
    assert entry["logits"] == {"account": 0, "billing": 2, "shipping": 0}


@pytest.mark.parametrize(("text", "holds"), [("Please go.", True), ("Go away.", False), ("", False)])
def test_judge_has_one_probability(api: Api, text: str, holds: bool) -> None:
    """It is above one half if the text shares words with the criterion."""
    (entry,) = ask(api, CLASSIFICATION, experiment(api, "judge"), text, data_format="probs")["data"]
    assert list(entry["probs"]) == ["polite"]
    assert (entry["probs"]["polite"] > 0.5) is holds


def test_regression_is_on_its_scale(api: Api) -> None:
    """The value is nearer to the end whose description shares more words with the text."""
    model = experiment(api, "regression")
    values = [
        ask(api, REGRESSION, model, text)["data"][0]["logits"]
        for text in ("This can wait a week", "Hello", "immediately, today!")
    ]
    assert values == sorted(values)
    assert values[1] == 5
    assert all(0 < value < 10 for value in values)


def test_entities_are_words_of_the_descriptions(api: Api) -> None:
    """Each once; neighbors are one entity. A type that does not occur has an empty list."""
    model = experiment(api, "ner")
    assert ask(api, NER, model, "From Paris to New York, from New York to Paris.")["entities"] == {
        "CITY": [{"entity": "Paris"}, {"entity": "New York"}],
        "DRINK": [],
    }


def test_tool_is_called_with_its_required_arguments(api: Api) -> None:
    """Their types are those of the schema; a text that shares no word with a tool calls none."""
    model = experiment(api, "tool_calling")
    text = "What will the weather be for 3.5 days, in celsius?"
    (entry,) = ask(api, TOOLS, model, text)["data"]
    values = {"days": 3, "degrees": 3.5, "unit": "Celsius", "detailed": True}
    assert entry["generation"] == [{**dict.fromkeys(PARAMETERS["required"], text), **values}]
    assert list(entry["probs"]) == ["NO_TOOL", "weather"]
    assert math.isclose(sum(entry["probs"].values()), 1)
    (entry,) = ask(api, TOOLS, model, "Sing!")["data"]
    assert entry["generation"] == []
    assert entry["probs"]["NO_TOOL"] > 0.5
    (entry,) = ask(api, TOOLS, model, "weather")["data"]
    assert entry["generation"][0]["days"] == 0
    assert entry["generation"][0]["unit"] == "Fahrenheit"


@pytest.mark.parametrize("version", ["", "/", "/1.0.0", "/0.0.0/"])
def test_wrong_version_is_missing(api: Api, version: str) -> None:
    """The message has the name of the model."""
    model = experiment(api, "ner")
    body = {"model": model.replace("/0.0.0", version), "input": "x"}
    assert api.error(404, "POST", NER, body).endswith(f"model must be '{model}'")


@pytest.mark.parametrize("path", [*INFERENCE[:3], REGRESSION, TOOLS])
def test_other_endpoint_is_refused(api: Api, path: str) -> None:
    """The message names the endpoint that answers for the mode."""
    body: dict[str, Any] = {"model": experiment(api, "ner"), "messages": [], "prompt": "x", "input": "x"}
    assert api.error(400, "POST", path, body).endswith("is ner, which /v1/ner answers")


@pytest.mark.parametrize(
    ("mode", "classes", "error"),
    [
        ("judge", JUDGE * 2, "classes: the mode judge has exactly one class, not 2"),
        ("regression", [SCALE, SCALE], "classes: the mode regression has exactly one class, not 2"),
        ("routing", [], "classes: must have at least one class"),
        ("routing", TOPICS[:1] * 2, "classes: each class must have a name of its own"),
        ("routing", [*TOPICS, {"name": "x"}], "classes.3.description: the mode routing needs this field"),
        ("ner", [{"name": " ", "description": "x"}], "classes.0.name: must not be empty"),
        ("judge", [{"name": "x", "description": " "}], "classes.0.description: the mode judge needs this field"),
        ("regression", [{**SCALE, "max_value": 0}], "classes.0.max_value: must be greater than min_value, 0"),
        ("regression", [{**SCALE, "min_value": 0.5}], "classes.0.min_value: Input should be a valid integer"),
        ("regression", JUDGE, "classes.0.min_value: the mode regression needs this field"),
        ("tool_calling", JUDGE, "classes.0.parameters: the mode tool_calling needs this field"),
        ("tool_calling", [{**WEATHER, "parameters": {}}], f"{PLACE}: must be a JSON Schema object whose"),
        ("tool_calling", [{**WEATHER, "parameters": {**PARAMETERS, "properties": []}}], f"{PLACE}: must be a"),
        ("tool_calling", [{**WEATHER, "parameters": {**PARAMETERS, "required": ["x"]}}], f"{PLACE}: must be a"),
        ("poetry", JUDGE, "mode: must be one of tool_calling, judge, decision, routing, ner, regression, not 'poetry'"),
    ],
)
def test_invalid_experiment_is_refused(api: Api, mode: str, classes: Any, error: str) -> None:
    """The message names the field."""
    assert api.error(400, "POST", EXPERIMENTS, {"name": "x", "mode": mode, "classes": classes}).startswith(error)


@pytest.mark.parametrize("model", ["mine", "All-Mpnet-Base-V2-Embedding"])
def test_answers_can_be_set(api: Api, model: str) -> None:
    """Without one, a model that is not an experiment answers too, with neither entities nor a tool."""
    body = {"model": "All-Mpnet-Base-V2-Embedding", "input": "x"}
    assert api.post(NER, body)["entities"] == {}
    assert -4 <= api.post(REGRESSION, body)["data"][0]["logits"] <= 4
    assert api.post(TOOLS, body)["data"] == [{"index": 0, "generation": [], "probs": {"NO_TOOL": 1}}]
    answers = api.app.answers
    answers.set(model=model, value=0, entities={"CITY": ("Oslo",), "DRINK": []}, tool="weather", arguments={"days": 2})
    body["model"] = model
    assert api.post(REGRESSION, body)["data"][0]["logits"] == 0
    assert api.post(NER, body)["entities"] == {"CITY": [{"entity": "Oslo"}], "DRINK": []}
    assert api.post(TOOLS, body)["data"] == [{"index": 0, "generation": [{"days": 2}], "probs": {"weather": 1}}]
    answers.set(model=model, entities={}, tool="NO_TOOL")
    assert api.post(NER, body)["entities"] == {}
    assert api.post(TOOLS, body)["data"][0]["generation"] == []
