"""Request bodies: ``--param``, ``--rebalance``, JSON and YAML files, and invalid input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import pytest

from emissary_client_sdk.cli.inputs import number, parameter, read

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Emissary


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
def test_parameter_value_is_a_json_scalar_or_text(text: str, value: object) -> None:
    """JSON numbers, booleans and strings are read as such; everything else is text."""
    name, found = parameter(f"x={text}")
    assert (name, found, type(found)) == ("x", value, type(value))


@pytest.mark.parametrize("text", ["True", "FALSE", "null", "None", ".5", "1_000", "nan", "Infinity", "+1"])
def test_ambiguous_parameter_value_is_refused(text: str) -> None:
    """The message shows how to write the number and the text."""
    with pytest.raises(click.UsageError, match="as in JSON"):
        parameter(f"x={text}")


@pytest.mark.parametrize("setting", ["epochs", "=3", ""])
def test_parameter_needs_a_name_and_a_value(setting: str) -> None:
    """The message shows the form."""
    with pytest.raises(click.UsageError, match="expected NAME=VALUE"):
        parameter(setting)


@pytest.mark.parametrize("setting", ["spam", "=1", "spam=", "spam=true", "spam=x", "spam=NaN"])
def test_ratio_is_a_label_and_a_number(setting: str) -> None:
    """Anything else is refused."""
    with pytest.raises(click.UsageError, match="expected NAME=NUMBER"):
        number(setting)


YAML = """\
base_model: llama
train_dataset_id: data
name: 2024-01-01
parameters: {rate: 1e-4, epochs: 010, on: true, country: no, scale: .5, big: -1.5E+3}
description:
"""


def test_yaml_is_read_as_version_1_2(tmp_path: Path) -> None:
    """Numbers are numbers; ``no`` and dates are text."""
    (tmp_path / "job.yaml").write_text(YAML)
    body = read(str(tmp_path / "job.yaml"))
    expected = {"rate": 0.0001, "epochs": 10, "on": True, "country": "no", "scale": 0.5, "big": -1500.0}
    assert body["parameters"] == expected
    assert (body["name"], body["description"]) == ("2024-01-01", None)


def test_options_win_over_the_file(emissary: Emissary) -> None:
    """Other fields of the file are kept, and its parameters are merged with those of the command line."""
    options = ["--name", "n", "--param", "epochs=5", "--param", "seed=1"]
    made = emissary("jobs", "create", "--from", "-", *options, "--json", text=YAML)
    job = emissary.job(made.json["id"])
    assert (job.name, job.base_model) == ("n", "llama")
    assert job.hyper_parameters is not None
    assert job.hyper_parameters["epochs"] == 5
    assert job.hyper_parameters["rate"] == 0.0001
    assert job.hyper_parameters["seed"] == 1


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
        ("job.yaml", "{base_model: a, train_dataset_id: b, parameters: 3}", "parameters must be a mapping"),
        ("job.yaml", "{base_model: a, train_dataset_id: 7}", "train_dataset_id: Input should be a valid string"),
        ("job.yaml", "{base_model: a, train_dataset_id: b, hyper_parameters: {}}", "Did you mean 'parameters'?"),
        ("job.yaml", b"\xff", "job.yaml cannot be read: 'utf-8' codec"),
        ("job.yaml", None, "job.yaml cannot be read: No such file or directory"),
    ],
)
def test_invalid_file_is_refused_before_anything_is_sent(
    emissary: Emissary, tmp_path: Path, name: str, text: str | bytes | None, message: str
) -> None:
    """Each mistake is reported on one line."""
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    extra = ["--param", "x=1"] if "must be a mapping" in message else []
    made = emissary("jobs", "create", "--from", str(tmp_path / name), *extra)
    assert (made.code, made.out, made.err.count("\n")) == (2, "", 1)
    assert message in made.err
    assert emissary("jobs", "list", "--json").json == []


def test_each_invalid_field_is_reported_once(emissary: Emissary, tmp_path: Path) -> None:
    """A value that fits none of several types is one problem."""
    (tmp_path / "job.yaml").write_text("{base_model: a, train_dataset_id: b, parameters: {x: [], y: .inf}, name: 3}")
    made = emissary("jobs", "create", "--from", str(tmp_path / "job.yaml"))
    assert made.code == 2
    assert made.err.count("parameters.x: ") == made.err.count("parameters.y: ") == made.err.count("name: ") == 1


def test_yaml_needs_the_extra(emissary: Emissary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says how to install it."""
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    (tmp_path / "job.yaml").write_text(YAML)
    made = emissary("jobs", "create", "--from", str(tmp_path / "job.yaml"))
    assert made.code == 2
    assert 'pip install ".[cli]"' in made.err
