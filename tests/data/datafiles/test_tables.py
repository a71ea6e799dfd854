"""Tables that become a data file: names of classes, CSV, and refused values. The libraries need not be installed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import check_dataset
from emissary_client_sdk._datafiles.source import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator


def written(records: Any) -> tuple[str, str]:
    """Return the file that an upload of records sends: its name and content."""
    with open_source(records) as source:
        return source.file_name, source.open().read().decode()


class ClassLabel:
    """The feature of a Hugging Face Dataset whose values are numbers of names."""

    names = ("bad", "good")

    def int2str(self, number: int) -> str:
        """Return a name."""
        return self.names[number]


class Sequence:
    """The feature of a Hugging Face Dataset whose values are lists."""

    feature = ClassLabel()


class FakeDataset:
    """A Hugging Face Dataset, as far as it is used."""

    def __init__(self, rows: list[dict[str, Any]], **features: Any) -> None:
        self.features = features
        self._rows = rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Return the rows."""
        return iter(self._rows)


def test_numbers_of_classes_become_their_names() -> None:
    """A label must not look like a number to learn; an unknown class is null."""
    rows = [{"input": "a", "expected_output": 1}, {"input": "b", "expected_output": 0}]
    dataset = FakeDataset(rows, input=object(), expected_output=ClassLabel())
    assert written(dataset) == ("dataset.csv", "input,expected_output\na,good\nb,bad\n")
    assert check_dataset(dataset, "classification").labels == {"good": 1, "bad": 1}
    rows = [{"text": "a", "tags": [0, 1]}, {"text": "b", "tags": None}, {"text": "c", "tags": [-1, 9, None]}]
    assert written(FakeDataset(rows, tags=Sequence()))[1].splitlines() == [
        '{"text": "a", "tags": ["bad", "good"]}',
        '{"text": "b", "tags": null}',
        '{"text": "c", "tags": [null, null, null]}',
    ]


def test_real_dataset_has_names_of_classes() -> None:
    """The stand-in above resembles the library."""
    datasets: Any = pytest.importorskip("datasets")
    features = datasets.Features(
        {"input": datasets.Value("string"), "expected_output": datasets.ClassLabel(2, ["x", "y"])}
    )
    dataset = datasets.Dataset.from_dict({"input": ["a"], "expected_output": [1]}, features)
    assert written(dataset)[1] == "input,expected_output\na,y\n"


def test_columns_of_csv_files_are_written_as_csv() -> None:
    """A table with them is checked by the rules of CSV files, and its cells are quoted as needed."""
    rows = [{"input": 'a "b",\nc', "expected_output": 1.5}, {"input": "d", "expected_output": True}]
    assert written(rows) == ("dataset.csv", 'input,expected_output\n"a ""b"",\nc",1.5\nd,true\n')
    assert written([]) == ("dataset.jsonl", "")
    assert check_dataset([{"text1": "a", "text2": "b", "score": 0.5}]).task_type == "embedding"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "record 2, column 'expected_output': missing value"),
        (math.nan, "record 2, column 'expected_output': NaN or infinity: fill or drop missing values"),
        ([1], "record 2, column 'expected_output': a cell must be a text or a number"),
        ("\ud800", "record 2, column 'expected_output': 'utf-8' codec"),
        ({1}, "record 2, column 'expected_output': set is not a type that JSON has"),
    ],
)
def test_cell_that_cannot_be_written_is_refused(value: Any, message: str) -> None:
    """The error names the record and the column."""
    with pytest.raises(ValueError, match=message):
        written([{"input": "a", "expected_output": "b"}, {"input": "a", "expected_output": value}])


def test_other_columns_are_refused() -> None:
    """A CSV file cannot have them in some rows only."""
    with pytest.raises(ValueError, match=r"record 2 has other columns than the first: input, output"):
        written([{"input": "a", "expected_output": "b"}, {"input": "a", "output": "b"}])


def test_columns_with_the_same_name_are_refused() -> None:
    """One of them would be lost."""
    pandas: Any = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="2 columns are named 'prompt'; rename or drop them"):
        written(pandas.DataFrame([["a", "b", 1]], columns=["prompt", "prompt", "completion"]))
