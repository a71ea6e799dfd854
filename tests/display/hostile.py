"""Models made without checks, of values that nobody wants to meet."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from emissary_client_sdk import models

INJECTION = "<script>alert('1')</script>\"'&]]>\x00\x1b[31m\u202e\ud800\r\n"

texts = st.text(st.characters(), max_size=30) | st.sampled_from([INJECTION, INJECTION * 100, "", "$x_{", "_"])
numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 2**63, True])
losses = st.none() | st.floats() | st.sampled_from([10**400, -(10**400), "much", 1e308, -1e308, 5e-324])
anything = st.none() | texts | numbers


def points(values: list[Any]) -> list[models.TrainingLoss]:
    """Make points of a loss curve."""
    return [models.TrainingLoss.model_construct(loss=value, timestamp=value) for value in values]


def job_of(**values: Any) -> models.TrainingJobDetail:
    """Make a job without checks; a ``status`` becomes one, as in an answer."""
    if isinstance(values.get("status"), str):
        values["status"] = models.TrainingJobStatus(values["status"])
    return models.TrainingJobDetail.model_construct(**values)


datasets = st.builds(models.DatasetSummary.model_construct, id=anything, name=anything)
jobs: st.SearchStrategy[models.TrainingJobDetail] = st.builds(
    job_of,
    id=anything,
    name=anything,
    description=anything,
    base_model=anything,
    status=texts | st.none() | st.sampled_from([status.value for status in models.TrainingJobStatus]),
    progress=anything,
    created_by=anything,
    created_at=anything | st.lists(st.integers()),
    updated_at=anything,
    task_type=texts | st.none(),
    training_technique=texts | st.none(),
    base_fine_tuned_model=anything,
    base_fine_tuned_model_checkpoint=anything,
    test_functions=st.none() | st.lists(texts, max_size=3),
    reward=st.none() | st.dictionaries(texts, anything, max_size=3),
    train_dataset=st.none() | datasets,
    test_dataset=st.none() | datasets,
    training_loss=st.none() | st.lists(losses, max_size=12).map(points),
    hyper_parameters=st.none() | st.dictionaries(texts, anything, max_size=3),
)
results = st.builds(
    models.TestResults.model_construct,
    general_test_result=anything | st.sampled_from(["javascript:alert(1)", "https://[", "https://h/r"]),
    aggregated_test_result=st.none() | st.dictionaries(texts, anything, max_size=3),
)
checkpoints: st.SearchStrategy[models.TrainingJobCheckpoint] = st.builds(
    models.TrainingJobCheckpoint.model_construct,
    checkpoint=anything,
    created_at=anything,
    updated_at=anything,
    model_download_url=anything | texts.map("https://host/{}".format) | st.just("https://u:p@host/m?signature=s"),
    test_results=st.none() | results,
)
