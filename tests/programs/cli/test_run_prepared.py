"""``emissary run`` and ``client.run`` on data that is prepared first."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from emissary_client_sdk import EmissaryClient, PreparationReport, RunState

from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emissary_client_sdk import RunEvent

    from .conftest import Emissary, Result

TEXTS = [(f"Das Gerät Nr. {number} ist schön", "gut" if number % 2 else "schlecht") for number in range(60)]
FRAME = pl.DataFrame(TEXTS, schema=["text", "label"], orient="row")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emissary: Emissary) -> None:
    """An own working directory, and no project in the environment."""
    monkeypatch.chdir(tmp_path)
    emissary.environment["EMISSARY_PROJECT_ID"] = None


def run(emissary: Emissary, file: str, *options: str) -> Result:
    """Run the command on a file."""
    return emissary("run", file, "--base-model", BASE_MODEL, "--interval", "0.001", *options)


def excel_csv() -> bytes:
    """Return a table as Excel on Windows saves it."""
    rows = ["text;label", *(f"{text};{label}" for text, label in TEXTS)]
    return "\r\n".join(rows).encode("cp1252")


def workbook() -> bytes:
    """Return a table as a workbook."""
    book = io.BytesIO()
    FRAME.write_excel(book)
    return book.getvalue()


def hugging_face_parquet() -> bytes:
    """Return a table as the library datasets saves it: with numbers of classes, whose names are in the metadata."""
    file = io.BytesIO()
    features = {"label": {"names": ["gut", "schlecht"], "_type": "ClassLabel"}}
    numbers = pl.col("label").replace_strict({"gut": 0, "schlecht": 1})
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    FRAME.with_columns(numbers).write_parquet(file, metadata=metadata)
    return file.getvalue()


@pytest.mark.parametrize(
    ("file", "content"),
    [("t.csv", excel_csv), ("t.xlsx", workbook), ("t.parquet", hugging_face_parquet)],
    ids=["csv", "xlsx", "parquet"],
)
def test_one_command_makes_a_classifier(emissary: Emissary, file: str, content: Any) -> None:
    """A table becomes a deployed classifier, with a test file that is split off; nothing else is written."""
    Path(file).write_bytes(content())
    shown = run(emissary, file, "--json")
    assert shown.code == 0, shown.err
    result = shown.json
    assert result["task_type"] == "classification"
    assert result["test_dataset_id"] is not None
    answer = emissary.client.classification.create(
        model=result["model"], input="Das Gerät ist schön", data_format="probs"
    )
    [found] = answer.data or []
    assert set(found.probs if isinstance(found.probs, dict) else ()) == {"gut", "schlecht"}
    assert sorted(path.name for path in Path().iterdir()) == [file, f"{file}.emissary.json"]


def test_options_ask_for_a_preparation(emissary: Emissary) -> None:
    """Options prepare a valid file, too; the output is kept, and a test file is prepared with the same labels."""
    lines = [json.dumps({"prompt": text, "completion": {"gut": int(label == "gut")}}) for text, label in TEXTS]
    Path("t.jsonl").write_text("\n".join(lines))
    assert run(emissary, "t.jsonl", "--json").json["test_dataset_id"] is None
    shown = run(emissary, "t.jsonl", "--test-size", "0.5", "--output", "kept", "--overwrite")
    assert "split: 30 for training, 30 for testing" in shown.err
    Path("new.csv").write_bytes(excel_csv())
    Path("test.csv").write_text("text,label\nanders,gut\nfremd,neu\nDAS Gerät Nr. 1 ist schön,gut\n", encoding="utf-8")
    shown = run(emissary, "new.csv", "--test-file", "test.csv", "--output", "both")
    assert "the label 'neu' is not one of the training file" in shown.err
    assert "test.csv" in shown.err
    assert "prompt also occurs in both.train.jsonl" in shown.err
    [kept, _] = Path("both-test.train.jsonl").read_text(encoding="utf-8").splitlines()
    assert kept == '{"prompt":"anders","completion":{"schlecht":0,"gut":1}}'


class HuggingFace:
    """The part of a Hugging Face Dataset that is used."""

    column_names = ("text", "label")

    class ClassLabel:
        """Numbered classes."""

        names = ("gut", "schlecht")

        def int2str(self, number: int) -> str:
            """Return the name of a class."""
            return self.names[number]

    def __init__(self) -> None:
        self.features = {"text": None, "label": self.ClassLabel()}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter([{"text": text, "label": self.ClassLabel.names.index(label)} for text, label in TEXTS])


def test_hugging_face_dataset_in_python(emissary: Emissary) -> None:
    """A dataset in memory becomes a classifier; a table with missing values is prepared, too."""
    reports: list[Any] = []

    def remember(event: RunEvent) -> None:
        reports.extend([event.value] if isinstance(event.value, PreparationReport) else [])

    options: Any = {"base_model": BASE_MODEL, "poll_interval_ms": 1, "on_event": remember, "new": True}
    result = emissary.client.run(file=HuggingFace(), **options)
    assert reports[0].labels == {"schlecht": (24, 6), "gut": (24, 6)}
    assert result.task_type == "classification"
    table: Any = [
        {"input": "a", "expected_output": float("nan")},
        *({"input": text, "expected_output": label} for text, label in TEXTS),
    ]
    emissary.client.run(file=table, prepare={"test_size": 0}, **options)
    emissary.client.run(file=table, task_type="classification", **options)
    assert [report.records for report in reports] == [60, 61, 61]
    emissary.client.run(file=iter([{"text": text, "label": label} for text, label in TEXTS]), **options)


def test_prepared_run_is_resumed(emissary: Emissary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files are prepared again before the upload, and none after it."""
    Path("t.csv").write_bytes(excel_csv())
    original: Any = EmissaryClient.run

    def interrupted(at: str) -> Any:
        def stop(event: RunEvent) -> None:
            if event.step == at:
                raise KeyboardInterrupt

        def begin(client: EmissaryClient, **options: Any) -> Any:
            options["on_event"] = stop
            return original(client, **options)

        return begin

    for step, resumed in (("test upload", False), ("train", True)):
        with monkeypatch.context() as patch:
            patch.setattr(EmissaryClient, "run", interrupted(step))
            assert run(emissary, "t.csv", *(["--resume"] if resumed else [])).code == 130
    assert run(emissary, "t.csv", "--resume", "--test-size", "0.1").code == 2
    Path("t.csv").unlink()
    assert emissary("run", "--resume", "--interval", "0.001").code == 0
    assert RunState.load("t.csv.emissary.json").is_prepared


def test_no_preparation(emissary: Emissary) -> None:
    """With ``prepare=False`` a file that would need it is refused."""
    Path("t.csv").write_bytes(excel_csv())
    with pytest.raises(Exception, match="datasets prepare"):
        emissary.client.run(file="t.csv", base_model=BASE_MODEL, prepare=False)
