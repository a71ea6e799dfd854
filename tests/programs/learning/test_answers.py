"""Answers of deployed models that have learned."""

import importlib.util
import io
import tarfile
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from emissary_client_sdk import EmissaryClient, EmissaryClientError, emulator

from .conftest import Platform
from .data import reviews

TEXT = "Arrived broken."  # as in the README of a model
SYNONYMS = [("car", "automobile"), ("dog", "hound"), ("house", "home"), ("child", "kid"), ("sofa", "couch")]
PAIRS = [
    {"itemA": {"text": f"my {one}"}, "itemB": {"text": f"the {other}"}, "similarity": float(first == second)}
    for _ in range(8)
    for first, (one, _) in enumerate(SYNONYMS)
    for second, (_, other) in enumerate(SYNONYMS)
]
RATED: list[dict[str, Any]] = [
    {"prompt": f"{record['prompt']}", "completion": 4500.0 if record["completion"]["good"] else 500.0}
    for record in reviews(200)
]
QUESTIONS = [
    {"prompt": f"What does the {name} cost?", "completion": f"The {name} costs {price} euros."}
    for price, name in enumerate(["lamp", "phone", "chair", "kettle", "radio", "jacket", "screen", "cable"], 10)
]
CHATS = [
    {
        "messages": [
            {"role": "system", "content": "Answer briefly."},
            {"role": "user", "content": record["prompt"]},
            {"role": "assistant", "content": record["completion"]},
        ]
    }
    for record in QUESTIONS
]


def not_found(_name: str) -> None:
    """Find no module."""


def cosine(first: Iterable[float], second: Iterable[float]) -> float:
    """Return the cosine of two vectors of length 1."""
    return sum(one * other for one, other in zip(first, second, strict=True))


def vectors(client: EmissaryClient, model: str, *texts: str, **options: Any) -> list[list[float]]:
    """Return the vectors of texts."""
    return client.embeddings.create(model=model, input=list(texts), **options).vectors


def test_classification_follows_from_the_data(platform: Platform, model: str) -> None:
    """Labels are in alphabetical order; probabilities and logits agree; the answer says what made it."""
    answer = platform.client.classification.create(model=model, input="The radio is noisy and useless.")
    probs = platform.client.classification.create(
        model=model, input="The radio is noisy and useless.", data_format="probs"
    )
    assert list(answer.scores) == list(probs.scores) == ["bad", "good"]
    assert probs.scores["bad"] > 0.9
    assert sum(probs.scores.values()) == pytest.approx(1)
    assert (answer.model_extra or {})["note"].startswith("A small linear model that the Emissary emulator trained")


def test_answer_that_a_test_sets_wins(platform: Platform, model: str) -> None:
    """It is the answer until it is removed."""
    platform.server.answers.set(model=model, probs={"bad": 0.25, "good": 0.75})
    try:
        answer = platform.client.classification.create(model=model, input="It is broken.", data_format="probs")
    finally:
        platform.server.answers.clear()
    assert answer.scores == {"bad": 0.25, "good": 0.75}


@pytest.fixture(scope="module")
def regression(platform: Platform) -> str:
    """Return the id of a job that has learned numbers."""
    return platform.train(RATED, "regression")


@pytest.fixture(scope="module")
def generation(platform: Platform) -> str:
    """Return the id of a job that knows questions and answers."""
    return platform.train(QUESTIONS, "text-generation", test_dataset_id=platform.upload(QUESTIONS))


@pytest.fixture(scope="module")
def embedding(platform: Platform) -> str:
    """Return the id of a job that has learned synonyms."""
    return platform.train(PAIRS, "embedding")


def test_regression_answers_by_both_endpoints(platform: Platform, regression: str) -> None:
    """By the one for classification in the platform's form: a bare number in the place of the logits."""
    metrics = platform.checkpoints(regression)[4].metrics
    assert metrics["r2"] > 0.9
    assert metrics["mae"] < 500
    model = platform.deploy(regression)
    texts = ("The lamp is awful and noisy.", "The lamp is lovely and bright.")
    values = [platform.client.regression.create(model=model, input=text).value or 0 for text in texts]
    assert values[0] < 1500 < 3500 < values[1]
    (data,) = platform.client.classification.create(model=model, input=texts[0]).data or []
    assert data.logits == values[0]
    platform.server.answers.set(model=model, value=5)
    try:
        (data,) = platform.client.classification.create(model=model, input=texts[0]).data or []
    finally:
        platform.server.answers.clear()
    assert data.logits == 5


def test_errors_of_tiny_numbers_are_not_rounded_to_zero(platform: Platform) -> None:
    """Test results have four decimals, and significant digits if that is nothing."""
    tiny = [{**record, "completion": record["completion"] * 1e-12} for record in RATED]
    metrics = platform.checkpoints(platform.train(tiny, "regression"))[4].metrics
    assert 0 < metrics["mae"] < 500e-12
    assert metrics["r2"] == round(metrics["r2"], 4)


def test_completion_is_that_of_the_nearest_prompt(platform: Platform, generation: str) -> None:
    """The text is the completion and nothing else; the note stands beside it, in a stream as well."""
    assert platform.checkpoints(generation)[4].metrics["exact_match"] == 1
    model, prompt = platform.deploy(generation), "and the kettle, what does it cost"
    answer = platform.client.completions.create(model=model, prompt=prompt)
    assert (answer.choices or [])[0].text == "The kettle costs 13 euros."
    assert "most similar training prompt" in (answer.model_extra or {})["note"]
    with platform.client.completions.stream(model=model, prompt=prompt) as stream:
        chunks = list(stream)
    assert all("most similar" in (chunk.model_extra or {})["note"] for chunk in chunks)


def test_chat_is_answered_from_conversations(platform: Platform) -> None:
    """The prompt is the messages before the last answer."""
    model = platform.deploy(platform.train(CHATS, "text-generation", parameters={"num_train_epochs": 1}), 1)
    messages: Any = CHATS[5]["messages"][:2]
    answer = platform.client.chat.completions.create(model=model, messages=messages)
    assert answer.text is not None
    assert "costs" in answer.text


def test_texts_that_share_words_are_near(platform: Platform) -> None:
    """Also with a base model, at any number of dimensions; a blank text has a vector, too."""
    for dimensions in (384, 50):
        one, other, far, blank = vectors(
            platform.client,
            "All-Mpnet-Base-V2-Embedding",
            "the red car is fast",
            "a fast red car",
            "boil the potatoes",
            " ",
            extra_body={"dimensions": dimensions},
        )
        assert cosine(one, other) > 0.4 > cosine(one, far)
        assert cosine(blank, blank) == pytest.approx(1)
    answer = platform.client.embeddings.create(model="All-Mpnet-Base-V2-Embedding", input="x")
    assert "from the words of the texts" in (answer.model_extra or {})["note"]


def test_pairs_move_the_vectors(platform: Platform, embedding: str) -> None:
    """Texts that share no word become near if pairs say so; fewer dimensions are the first ones."""
    assert platform.checkpoints(embedding)[4].metrics["spearman"] > 0.6
    model = platform.deploy(embedding)
    one, other, far = vectors(platform.client, model, "my car", "the automobile", "the hound")
    assert cosine(one, other) > 0.7
    assert cosine(one, far) < 0.3
    (short,) = vectors(platform.client, model, "my car", extra_body={"dimensions": 10})
    assert len(short) == 10
    with pytest.raises(EmissaryClientError, match="dimensions: this model has 384, not 385"):
        vectors(platform.client, model, "my car", extra_body={"dimensions": 385})


@pytest.mark.parametrize("kind", ["job", "regression", "generation", "embedding"])
def test_program_in_the_readme_gives_the_answers_of_the_server(
    platform: Platform, kind: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads the arrays of ``model.tar.gz`` with scikit-learn alone."""
    job: str = request.getfixturevalue(kind)
    checkpoint = platform.checkpoints(job)[4]
    archive = platform.client.training_jobs.download_checkpoint(checkpoint, tmp_path / "model.tar.gz")
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["README.txt", "config.json", "model.npz"]
        for name in tar.getnames():
            (tmp_path / name).write_bytes((tar.extractfile(name) or io.BytesIO()).read())
    monkeypatch.chdir(tmp_path)
    program = (tmp_path / "README.txt").read_text().partition("\n\n")[2].partition("\n\n")[2]
    with redirect_stdout(io.StringIO()) as printed:
        exec(program, {})  # noqa: S102  # the text is ours
    client, model = platform.client, platform.deploy(job)
    if kind == "generation":
        assert printed.getvalue().strip() == client.completions.create(model=model, prompt=TEXT).text
        return
    found = eval(printed.getvalue())  # noqa: S307  # it is a literal
    if kind == "job":
        assert found == pytest.approx(
            client.classification.create(model=model, input=TEXT, data_format="probs").scores, rel=1e-5
        )
    elif kind == "regression":
        (data,) = client.classification.create(model=model, input=TEXT).data or []
        assert found == pytest.approx(data.logits, rel=1e-5)
    else:
        assert found == pytest.approx(vectors(client, model, TEXT)[0], abs=1e-6)


def test_database_of_learned_models_answers_without_learning(
    platform: Platform, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs the extra, not the setting."""
    text = "The cable is flimsy."
    expected = platform.client.classification.create(model=model, input=text).scores
    with (
        emulator.serve(database=platform.database) as server,
        EmissaryClient(server_url=server.url, api_key="key", retry_config=None) as client,
    ):
        with monkeypatch.context() as patch:
            patch.setattr(importlib.util, "find_spec", not_found)
            with pytest.raises(EmissaryClientError, match="learned model needs scikit-learn; install the extra"):
                client.classification.create(model=model, input=text)
        assert client.classification.create(model=model, input=text).scores == expected
