"""Request bodies: ``--param``, ``--rebalance``, JSON and YAML files, and invalid input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from emissary_client_sdk.cli.exits import InvalidInput
from emissary_client_sdk.cli.inputs import number, parameter, read

from .conftest import BASE_MODEL

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Emissary

VALUES = {"3": 3, "-2.5": -2.5, "1e-4": 0.0001, "true": True, "adam": "adam", '"3"': "3", "": "", "[1]": "[1]"}
YAML = """\
base_model: Llama-3.2-1B-Instruct
train_dataset_id: data
name: 2024-01-01
parameters: {learning_rate: 1e-4, num_train_epochs: 010, on: true, country: no, scale: .5, big: -1.5E+3}
description:
"""


@pytest.mark.parametrize("text", VALUES)
def test_parameter_value_is_a_json_scalar_or_text(text: str) -> None:
    """JSON numbers, booleans and strings are read as such; everything else is text."""
    name, value = parameter(f"x={text}")
    assert (name, value, type(value)) == ("x", VALUES[text], type(VALUES[text]))


@pytest.mark.parametrize("text", ["True", "FALSE", "null", "None", ".5", "1_000", "nan", "Infinity", "+1"])
def test_ambiguous_parameter_value_is_refused(text: str) -> None:
    """The message shows how to write the number and the text."""
    with pytest.raises(InvalidInput, match="as in JSON"):
        parameter(f"x={text}")


@pytest.mark.parametrize("setting", ["spam", "=1", "", "spam=", "spam=true", "spam=x", "spam=NaN"])
def test_pair_needs_a_name_and_a_value(setting: str) -> None:
    """The message shows the form."""
    with pytest.raises(InvalidInput, match="expected NAME=NUMBER"):
        number(setting)
    if setting in ("spam", "=1", ""):
        with pytest.raises(InvalidInput, match="expected NAME=VALUE"):
            parameter(setting)


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    """Numbers are numbers; ``no`` and dates are text."""
    (tmp_path / "job.yaml").write_text(YAML)
    body = read(str(tmp_path / "job.yaml"))
    expected = {
        "learning_rate": 0.0001,
        "num_train_epochs": 10,
        "on": True,
        "country": "no",
        "scale": 0.5,
        "big": -1500.0,
    }
    assert (body["parameters"], body["name"], body["description"]) == (expected, "2024-01-01", None)


def test_options_win_over_the_file(emissary: Emissary) -> None:
    """Other fields of the file are kept, and its parameters are merged with those of the command line."""
    options = ["--name", "n", "--param", "num_train_epochs=5", "--param", "seed=1"]
    made = emissary("jobs", "create", "--from", "-", *options, "--json", stdin=YAML)
    job = emissary.job(made.json["id"])
    assert (job.name, job.base_model) == ("n", BASE_MODEL)
    assert {"num_train_epochs": 5, "seed": 1, "learning_rate": 0.0001}.items() <= (job.hyper_parameters or {}).items()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("job.json", "{'a': 1}", "job.json is not valid JSON: "),
        ("job.json", '{"a": NaN}', "job.json is not valid JSON: JSON has no NaN"),
        ("job.yaml", "a: [1", "job.yaml is neither JSON nor YAML: "),
        ("job.yaml", "- a", "job.yaml must hold a mapping"),
        ("job.yaml", "1: a", "job.yaml must hold a mapping"),
        ("job.yaml", "base_model: a", "Missing option '--train-dataset'. It can also be the field train_dataset_id"),
        ("job.yaml", "train_dataset_id: a", "Missing argument '[BASE_MODEL]'. It can also be the field base_model"),
        ("job.yaml", "{base_model: a, train_dataset_id: b, rebalance_data: 3}", "rebalance_data must be a mapping"),
        ("job.yaml", "{base_model: a, train_dataset_id: 7}", "train_dataset_id: Input should be a valid string"),
        ("job.yaml", "{base_model: a, train_dataset_id: b, hyper_parameters: {}}", "did you mean 'parameters'?"),
        ("job.yaml", "{base_model: a, train_dataset_id: b.csv}", "train_dataset_id is 'b.csv', a file"),
        (
            "job.yaml",
            "{base_model: a, train_dataset_id: b, task_type: clasification}",
            "did you mean 'classification'?",
        ),
        ("job.yaml", "{base_model: a, train_dataset_id: b}", "the platform has no base model 'a'; did you mean "),
        ("job.yaml", f"{{base_model: {BASE_MODEL}, train_dataset_id: b, parameters: {{lr: 1}}}}", "'lr' looks like"),
        (
            "job.yaml",
            "{base_model: a, train_dataset_id: b, parameters: {x: [], y: .inf}}",
            "parameters: the value.y is inf",
        ),
        ("job.yaml", "\udcff", "job.yaml cannot be read: 'utf-8' codec"),
        ("job.txt", "a: b", "job.yaml cannot be read: No such file or directory"),
    ],
)
def test_invalid_file_is_refused_before_anything_is_sent(
    emissary: Emissary, tmp_path: Path, name: str, text: str, message: str
) -> None:
    """Each mistake is reported once, on one line."""
    (tmp_path / name).write_bytes(text.encode(errors="surrogateescape"))
    file = str(tmp_path / name.replace("txt", "yaml"))
    made = emissary("jobs", "create", "--from", file, "--rebalance", "x=1")
    assert (made.code, made.out, made.err.count("\n"), made.err.count(message)) == (2, "", 1, 1)
    assert made.err.count("parameters.x: ") <= 1
    assert emissary("jobs", "list", "--json").json == []


def test_yaml_needs_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install it."""
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    (tmp_path / "job.yaml").write_text(YAML)
    with pytest.raises(InvalidInput, match=r'pip install "\.\[cli\]"'):
        read(str(tmp_path / "job.yaml"))
