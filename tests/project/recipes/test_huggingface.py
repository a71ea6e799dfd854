"""The data sets of the library datasets are prepared, checked and uploaded as they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import check_dataset, prepare_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from emissary_client_sdk import EmissaryClient

    from ...support.calling import Call

datasets: Any = pytest.importorskip("datasets", reason="the extra recipes is not installed")

COLUMNS: dict[str, Any] = {"text": ["it broke", "works well", "no opinion"], "label": [0, 1, -1]}


def dataset(columns: dict[str, Any], **labels: Any) -> Any:
    """Return a Dataset whose other columns are texts."""
    features = {name: labels.get(name, datasets.Value("string")) for name in columns}
    return datasets.Dataset.from_dict(columns, features=datasets.Features(features))


def class_label() -> Any:
    """Return the type of a column of two classes."""
    return datasets.ClassLabel(names=["bad", "good"])


def labeled() -> Any:
    """Return a Dataset with classes, and with -1 for a missing one."""
    return dataset(COLUMNS, label=class_label())


def laid_out(layout: str, folder: Path) -> Any:
    """Return the Dataset in another layout."""
    if layout == "iterable":
        return labeled().to_iterable_dataset()
    if layout == "split":
        return datasets.DatasetDict(train=labeled())["train"]
    if layout == "file":
        labeled().to_parquet(folder / "labeled.parquet")
        return folder / "labeled.parquet"
    return labeled().with_format(layout)


@pytest.mark.parametrize("layout", [None, "iterable", "split", "file", "numpy", "pandas", "polars", "arrow"])
def test_classes_become_their_names(layout: str, tmp_path: Path) -> None:
    """A classifier learns the names of the classes; a record without a class is dropped with its line."""
    prepared = prepare_dataset(laid_out(layout, tmp_path), output=tmp_path / "out", test_size=0)
    assert list(map(json.loads, prepared.train.read_text().splitlines())) == [
        {"prompt": "it broke", "completion": {"bad": 1, "good": 0}},
        {"prompt": "works well", "completion": {"bad": 0, "good": 1}},
    ]
    assert list(map(str, prepared.report.changes)) == ["dropped: no label (1 record: line 3)"]


def test_lists_of_classes(tmp_path: Path) -> None:
    """Several classes of a record become several labels."""
    columns = {"text": ["a", "b"], "labels": [[0, 1], []]}
    prepared = prepare_dataset(
        dataset(columns, labels=datasets.Sequence(class_label())), output=tmp_path / "out", test_size=0
    )
    assert prepared.report.label_kind == "multilabel"
    assert prepared.report.labels == {"bad": (1, 0), "good": (1, 0)}


def test_splits_are_refused_with_a_hint() -> None:
    """A dictionary of splits is not one data file."""
    splits = datasets.DatasetDict(train=labeled())
    for several in (splits, datasets.IterableDatasetDict(train=labeled().to_iterable_dataset())):
        with pytest.raises(TypeError, match=r'choose a split, such as file\["train"\]'):
            check_dataset(several)
        with pytest.raises(TypeError, match=r'choose a split, such as file\["train"\]'):
            prepare_dataset(several)


def test_check_and_upload(call: Call, client: EmissaryClient) -> None:
    """A CSV file of the platform has the names of the classes, and conversations are sent as they are."""
    table = dataset({"input": ["a", "b"], "expected_output": [0, 1]}, expected_output=class_label())
    assert check_dataset(table, "classification").labels == {"bad": 1, "good": 1}
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    chat = datasets.Dataset.from_dict({"messages": [turns]})
    for records, task in ((table, "classification"), (chat, "text-generation")):
        project = call(client, "projects.create")
        uploaded = call(client, "datasets.upload", project_id=project.id, file=records, task_type=task)
        assert uploaded.is_uploaded
        assert uploaded.report.task_type == task
