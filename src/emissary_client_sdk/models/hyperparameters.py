"""The documented hyperparameters of training jobs, and settings of them that look wrong."""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SIMILARITY = 0.75  # of 1; learning_rat is a misspelled learning_rate, warmup_steps is not a misspelled warmup_ratio


class Range(NamedTuple):
    """The allowed values of a number."""

    low: float
    high: float | None = None
    is_whole: bool = False

    def allows(self, value: object) -> bool:
        """Return whether a value is allowed."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        if not math.isfinite(value) or (self.is_whole and value % 1):
            return False
        return self.low <= value and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        kind = "a whole number" if self.is_whole else "a number"
        return f"{kind} of at least {self.low:g}" if self.high is None else f"{kind} from {self.low:g} to {self.high:g}"


class Choice(tuple[object, ...]):
    """The allowed values of a setting."""

    def allows(self, value: object) -> bool:
        """Return whether a value is allowed."""
        return value in self and isinstance(value, bool) == isinstance(self[0], bool)

    def __str__(self) -> str:
        names = ["true" if value is True else "false" if value is False else str(value) for value in self]
        return f"{', '.join(names[:-1])} or {names[-1]}"


_SHARE, _COUNT = Range(0, 1), Range(1, is_whole=True)
_OPTIMIZERS = ("adamw_torch", "paged_adamw_8bit", "adamw_8bit", "adamw_bnb_8bit", "paged_adamw_32bit", "adafactor")
KNOWN: Mapping[str, Range | Choice] = {
    "num_train_epochs": Range(1),
    "learning_rate": _SHARE,
    "per_device_train_batch_size": _COUNT,
    "per_device_eval_batch_size": _COUNT,
    "gradient_accumulation_steps": _COUNT,
    "eval_accumulation_steps": _COUNT,
    "downsample_size": Range(1, 100),
    "lr_scheduler_type": Choice(("linear", "cosine", "constant", "constant_with_warmup", "polynomial")),
    "warmup_ratio": _SHARE,
    "optim": Choice(_OPTIMIZERS),
    "weight_decay": _SHARE,
    "max_grad_norm": Range(0, 10),
    "adam_beta1": _SHARE,
    "adam_beta2": _SHARE,
    "lora_rank": Choice((4, 8, 16, 32, 64)),
    "num_generations": Range(2, is_whole=True),
    "logging_steps": _COUNT,
    "save_steps": _COUNT,
    "dynamic_loss": Choice((True, False)),
}
"""The documented hyperparameters and their allowed values. The parameter template of a base model can have others."""

_OTHER_NAMES = {
    "lr": "learning_rate",
    **dict.fromkeys(("epoch", "epochs", "n_epochs"), "num_train_epochs"),
    **dict.fromkeys(("batch_size", "train_batch_size", "per_device_batch_size"), "per_device_train_batch_size"),
    **dict.fromkeys(("scheduler", "lr_scheduler"), "lr_scheduler_type"),
    **dict.fromkeys(("rank", "r", "lora_r"), "lora_rank"),
    "optimizer": "optim",
    "warmup": "warmup_ratio",
}
"""Names in other libraries that no similarity finds."""


def doubtful_parameters(parameters: Mapping[str, object], template: Mapping[str, object] | None = None) -> list[str]:
    """Return a message for each hyperparameter that looks misspelled, or has a value that is not allowed.

    A name that resembles no known one may be one of the platform's that this version does not know.

    :param parameters: Hyperparameters of a training job.
    :param template: Parameter template of the base model, if it is known.
    """
    template = template or {}
    messages: list[str] = []
    for name, value in parameters.items():
        allowed = KNOWN.get(name)
        if allowed is not None:
            if not allowed.allows(value):
                messages.append(f"the hyperparameter {name} must be {allowed}, not {value!r}")
        elif name in template:
            if not _is_like(value, template[name]):
                messages.append(f"the hyperparameter {name} must be like {template[name]!r}, not {value!r}")
        elif meant := _meant(name, [*template, *KNOWN]):
            messages.append(f"{name!r} looks like the hyperparameter {meant}")
    return messages


def _is_like(value: object, default: object) -> bool:
    """Return whether a value has the type of the template's default."""
    if default is None:
        return True
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, (int, float)):
        return isinstance(value, (int, float))
    return not isinstance(default, str) or isinstance(value, str)


def _meant(name: str, known: list[str]) -> str | None:
    """Return the known name that an unknown one means or resembles."""
    plain = name.strip().lower().replace("-", "_")
    return _OTHER_NAMES.get(plain) or next(iter(get_close_matches(plain, known, 1, SIMILARITY)), None)
