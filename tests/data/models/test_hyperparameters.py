"""Hyperparameters that look like mistakes."""

from typing import Any

import pytest

from emissary_client_sdk.models.hyperparameters import KNOWN, doubtful_parameters

BATCH = "per_device_train_batch_size"
DEFAULTS = {
    "num_train_epochs": 5, "learning_rate": 2e-4, "per_device_train_batch_size": 4, "per_device_eval_batch_size": 4,
    "gradient_accumulation_steps": 4, "eval_accumulation_steps": 50, "downsample_size": 100, "warmup_ratio": 0.03,
    "lr_scheduler_type": "cosine", "optim": "paged_adamw_8bit", "weight_decay": 0, "max_grad_norm": 0.3,
    "adam_beta1": 0.9, "adam_beta2": 0.99, "lora_rank": 8, "num_generations": 4, "logging_steps": 10,
    "save_steps": 250, "dynamic_loss": True,
}  # fmt: skip


def test_documented_defaults_are_allowed() -> None:
    """Each known name has a default of the platform among its allowed values."""
    assert DEFAULTS.keys() == KNOWN.keys()
    assert doubtful_parameters(DEFAULTS) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("learning_rat", "learning_rate"),
        ("Learning-Rate", "learning_rate"),
        ("lr", "learning_rate"),
        ("epochs", "num_train_epochs"),
        ("num_epochs", "num_train_epochs"),
        ("batch_size", BATCH),
        ("per_device_batch_size", BATCH),
        ("optimizer", "optim"),
        ("rank", "lora_rank"),
        *[(name, None) for name in ("tag", "emulator_outcome", "seed", "warmup_steps", "eval_steps", "lora_alpha")],
    ],
)
def test_names(name: str, meant: str | None) -> None:
    """Misspelled names and those of other libraries are found; a name without a likely meaning is not questioned."""
    expected = [f"{name!r} looks like the hyperparameter {meant}"] if meant else []
    assert doubtful_parameters({name: 1}) == expected


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("learning_rate", "fast", "a number from 0 to 1"),
        ("learning_rate", True, "a number from 0 to 1"),
        ("learning_rate", 2, "a number from 0 to 1"),
        ("learning_rate", float("nan"), "a number from 0 to 1"),
        ("num_train_epochs", 0.5, "a number of at least 1"),
        ("save_steps", 1.5, "a whole number of at least 1"),
        ("save_steps", float("inf"), "a whole number of at least 1"),
        ("lora_rank", 7, "4, 8, 16, 32 or 64"),
        ("dynamic_loss", 1, "true or false"),
        ("lr_scheduler_type", "cosin", "linear, cosine, constant, constant_with_warmup or polynomial"),
    ],
)
def test_values(name: str, value: Any, allowed: str) -> None:
    """The message has the allowed values."""
    assert doubtful_parameters({name: value}) == [f"the hyperparameter {name} must be {allowed}, not {value!r}"]


def test_template_of_the_base_model() -> None:
    """It has further names, whose values must have the type of its defaults."""
    template: dict[str, object] = {"a": 1, "b": True, "c": "x", "d": None}
    assert doubtful_parameters({"a": 0.5, "b": False, "c": "y", "d": "anything"}, template) == []
    found = doubtful_parameters({"a": True, "b": 1, "c": 2, "d": True}, template)
    assert [message.split()[2] for message in found] == ["a", "b", "c"]
