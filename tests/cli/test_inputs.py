"""What a user says of a job: ``--param``, ``--rebalance``, files of JSON and YAML, and what cannot be right."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk.cli.inputs import parameter, ratio, read, request_body
from emissary_client_sdk.cli.outcome import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Emissary

CREATE = ("jobs", "create", "llama", "--train-dataset", "ds")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-2.5", -2.5),
        ("1e-4", 0.0001),
        ("true", True),
        ("adam", "adam"),
        ('"3"', "3"),
        ("", ""),
        ("[1]", "[1]"),
    ],
)
def test_values_of_parameters(text: str, value: object) -> None:
    """A scalar of JSON is read as one, everything else is text."""
    name, found = parameter(f"x={text}")
    assert (name, found, type(found)) == ("x", value, type(value))


@pytest.mark.parametrize("text", ["True", "FALSE", "null", "None", ".5", "1_000", "nan", "Infinity", "+1"])
def test_values_that_are_nearly_json(text: str) -> None:
    """They are refused, for nobody means the text; the message says how to write either."""
    with pytest.raises(UsageError, match="as in JSON"):
        parameter(f"x={text}")


@pytest.mark.parametrize("setting", ["epochs", "=3", ""])
def test_parameters_without_a_name_or_a_value(setting: str) -> None:
    """The message shows what was expected."""
    with pytest.raises(UsageError, match="expected NAME=VALUE"):
        parameter(setting)


@pytest.mark.parametrize("setting", ["spam", "=1", "spam=", "spam=true", "spam=x", "spam=NaN"])
def test_ratios_that_are_none(setting: str) -> None:
    """A ratio is a label and a number."""
    with pytest.raises(UsageError, match="expected LABEL=NUMBER"):
        ratio(setting)


YAML = """\
base_model: llama
train_dataset_id: 007
name: 2024-01-01
parameters: {rate: 1e-4, epochs: 010, on: true, country: no, scale: .5, big: -1.5E+3}
description:
"""


def test_yaml_as_people_mean_it(tmp_path: Path) -> None:
    """Numbers are numbers, and neither dates nor countries become something else."""
    (tmp_path / "job.yaml").write_text(YAML)
    body = read(str(tmp_path / "job.yaml"))
    assert body["parameters"] == {
        "rate": 0.0001,
        "epochs": 10,
        "on": True,
        "country": "no",
        "scale": 0.5,
        "big": -1500.0,
    }
    assert (body["name"], body["train_dataset_id"], body["description"]) == ("2024-01-01", 7, None)


def test_the_command_line_wins_over_the_file() -> None:
    """Parameters are put together, the other fields replaced."""
    fields: dict[str, Any] = {"base_model": "b", "train_dataset_id": None, "test_functions": []}
    base = {"base_model": "a", "train_dataset_id": "ds", "parameters": {"x": 1, "y": 2}, "unknown": [1]}

    def reading(_file: str) -> dict[str, Any]:
        return base

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("emissary_client_sdk.cli.inputs.read", reading)
        body = request_body("file", fields, ["y=3"], ["spam=2"])
    assert body == {**base, "base_model": "b", "parameters": {"x": 1, "y": 3}, "rebalance_data": {"spam": 2}}


def test_a_file_and_standard_input(emissary: Emissary, tmp_path: Path) -> None:
    """A job is created from either."""
    (tmp_path / "job.json").write_text('{"base_model": "llama", "train_dataset_id": "ds", "name": "from a file"}')
    assert emissary("jobs", "create", "--from", str(tmp_path / "job.json")).code == 0
    assert emissary("jobs", "create", "--from", "-", say=YAML.replace("007", "ds")).code == 0
    assert [job["name"] for job in emissary("jobs", "list", "--json").json] == ["from a file", "2024-01-01"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("job.json", "{'a': 1}", "job.json is no JSON: "),
        ("job.json", '{"a": NaN}', "job.json is no JSON: NaN is no JSON"),
        ("job.yaml", "a: [1", "job.yaml is neither JSON nor YAML: "),
        ("job.yaml", "- a", "job.yaml must hold a mapping"),
        ("job.yaml", "1: a", "job.yaml must hold a mapping"),
        ("job.yaml", "base_model: a", "--train-dataset is missing; or give train_dataset_id in a file"),
        ("job.yaml", "train_dataset_id: a", "the argument BASE_MODEL is missing"),
        ("job.yaml", "{base_model: a, train_dataset_id: b, parameters: 3}", "parameters must be a mapping"),
        ("job.yaml", "{base_model: a, train_dataset_id: 7}", "train_dataset_id: Input should be a valid string"),
        ("job.yaml", b"\xff", "job.yaml cannot be read: 'utf-8' codec"),
        ("job.yaml", None, "job.yaml cannot be read: No such file or directory"),
    ],
)
def test_files_that_cannot_be_right(
    emissary: Emissary, tmp_path: Path, name: str, text: str | bytes | None, message: str
) -> None:
    """Each is told of in a line, and nothing is sent."""
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    extra = ["--param", "x=1"] if "parameters" in message else []
    ran = emissary("jobs", "create", "--from", str(tmp_path / name), *extra)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err
    assert emissary("jobs", "list", "--json").json == []


def test_one_complaint_for_each_place(emissary: Emissary, tmp_path: Path) -> None:
    """A value that fits none of several types is complained of once."""
    (tmp_path / "job.yaml").write_text("{base_model: a, train_dataset_id: b, parameters: {x: [], y: .inf}, name: 3}")
    ran = emissary("jobs", "create", "--from", str(tmp_path / "job.yaml"))
    assert ran.code == 2
    assert ran.err.count("parameters.x: ") == ran.err.count("parameters.y: ") == ran.err.count("name: ") == 1


def test_yaml_without_pyyaml(emissary: Emissary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    (tmp_path / "job.yaml").write_text(YAML)
    ran = emissary("jobs", "create", "--from", str(tmp_path / "job.yaml"))
    assert 'pip install "emissary-client-sdk[cli]"' in ran.err
