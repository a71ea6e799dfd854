"""The checked and scaled hyperparameters of a training job."""

import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TASKS = ("classification", "regression", "embedding", "text-generation")
EPOCHS = 5
LEARNING_RATE = 2e-4
MOST_EPOCHS = 1_000
MOST_CHECKPOINTS = 10
MOST_POINTS = 100  # of the loss curve, besides the first
_TEST_SHARE = 0.2
_GENERATIONS = 4
_MOST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Plan:
    """The settings of one training.

    :ivar rate: The learning rate as the platform has it; each kind of model scales it.
    :ivar test_share: The share of the records that is held out, unless there is a dataset for tests.
    :ivar kept_share: The share of the records that is used.
    :ivar rebalance: The number or share of records of each label; empty to use them as they are.
    :ivar generations: The completions that GRPO compares for a prompt.
    :ivar functions: The test functions that score completions.
    :ivar rewards: Their weights in GRPO; empty for other jobs.
    """

    task: str
    epochs: int = EPOCHS
    rate: float = LEARNING_RATE
    seed: int = 0
    test_share: float = _TEST_SHARE
    kept_share: float = 1.0
    rebalance: Mapping[str, float] = field(default_factory=dict[str, float])
    generations: int = _GENERATIONS
    functions: tuple[str, ...] = ()
    rewards: Mapping[str, float] = field(default_factory=dict[str, float])


def read(fields: Mapping[str, Any]) -> Plan:
    """Return the plan of a job that was created with these fields.

    :raises ValueError: The message names the field.
    """
    parameters: Mapping[str, Any] = fields.get("parameters", {})
    task = fields.get("task_type", "text-generation")
    if "reward" in fields and task != "text-generation":
        raise ValueError(f"task_type: GRPO is for text-generation only, not for {task}")
    return Plan(
        task=task,
        epochs=_integer(parameters, "num_train_epochs", EPOCHS, 1, MOST_EPOCHS),
        rate=_number(parameters, "learning_rate", LEARNING_RATE),
        seed=_integer(parameters, "seed", 0, 0, _MOST_SEED),
        test_share=_share(fields.get("train_test_split_ratio", _TEST_SHARE)),
        kept_share=_share(_number(parameters, "downsample_size", 100, 100)),
        rebalance=_rebalance(fields),
        generations=_integer(parameters, "num_generations", _GENERATIONS, 2, 100),
        functions=tuple(fields.get("test_functions", ())),
        rewards=fields.get("reward", {}),
    )


def spread(epochs: int, most: int) -> list[int]:
    """Return the epochs that are kept of all: every one, or as many as allowed at equal distances, the last always."""
    kept = min(epochs, most)
    return [round(number * epochs / kept) for number in range(1, kept + 1)]


def _rebalance(fields: Mapping[str, Any]) -> Mapping[str, float]:
    wanted: Mapping[str, float] = fields.get("rebalance_data", {})
    if wanted and fields.get("task_type") != "classification":
        raise ValueError("rebalance_data: is for classification only")
    for label, number in wanted.items():
        if number <= 0:
            raise ValueError(f"rebalance_data: the number of {label!r} must be positive, not {number}")
    return wanted


def _share(number: float) -> float:
    """Return a share from a percentage, which is at least 1, or from a fraction."""
    return number / 100 if number >= 1 else number


def _number(parameters: Mapping[str, Any], name: str, default: float, most: float = math.inf) -> float:
    number = _parsed(parameters, name, default)
    if not 0 < number <= most or math.isinf(number):
        limit = "" if math.isinf(most) else f" of at most {most:g}"
        raise ValueError(f"parameters.{name}: must be a positive number{limit}, not {parameters[name]!r}")
    return number


def _integer(parameters: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    number = _parsed(parameters, name, default)
    if not (number.is_integer() and least <= number <= most):
        raise ValueError(f"parameters.{name}: must be a whole number from {least} to {most}, not {parameters[name]!r}")
    return int(number)


def _parsed(parameters: Mapping[str, Any], name: str, default: float) -> float:
    value = parameters.get(name, default)
    with contextlib.suppress(ValueError, OverflowError):
        if not isinstance(value, bool):
            return float(value)
    raise ValueError(f"parameters.{name}: must be a number, not {value!r}")
