"""The options of a preparation."""

from __future__ import annotations

import os  # noqa: TC003  # signatures show the types
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, cast

from typing_extensions import TypedDict

from .._datafiles.shapes import known_task

TASKS: Final = ("text-generation", "classification", "regression", "embedding", "ner")
ROLES: Final = ("prompt", "completion", "label", "score", "messages")
"""What a column can be used for."""


class PrepareOptions(TypedDict, total=False):
    """Options of ``prepare_dataset``, which describes them."""

    columns: Mapping[str, str | Sequence[str]] | None
    test_size: float
    group_by: str | None
    seed: int
    output: str | os.PathLike[str] | None
    duplicates: Literal["drop", "keep"]
    conflicts: Literal["keep", "drop"]
    encoding: str | None
    sheet: str | None
    overwrite: bool


class PreparationSettings(NamedTuple):
    """The options that say how records are read, converted and selected.

    :ivar labels: All labels of a classification; empty if they follow from the data.
    """

    task_type: str | None
    columns: dict[str, tuple[str, ...]]
    test_size: float
    group_by: str | None
    seed: int
    keep_duplicates: bool
    drop_conflicts: bool
    encoding: str | None
    sheet: str | None
    labels: tuple[str, ...] = ()


def settings_of(task_type: object, options: PrepareOptions, labels: Sequence[str] = ()) -> PreparationSettings:
    """Return checked settings.

    :raises TypeError: An option has the wrong type, or there is no such option.
    :raises ValueError: An option has an invalid value.
    """
    unknown = options.keys() - PrepareOptions.__annotations__.keys()
    if unknown:
        raise TypeError(f"prepare_dataset has no option {', '.join(sorted(unknown))}")
    task = known_task(task_type)
    if task is not None and task not in TASKS:
        raise ValueError(f"task_type: data for {task} is not prepared; the tasks are {', '.join(TASKS)}")
    test_size = options.get("test_size", 0.2)
    if not isinstance(cast("object", test_size), (int, float)) or not 0 <= test_size < 1:
        raise ValueError(f"test_size must be at least 0 and less than 1, not {test_size!r}")
    seed = options.get("seed", 0)
    if isinstance(seed, bool) or not isinstance(cast("object", seed), int):
        raise TypeError(f"seed must be an integer, not {seed!r}")
    return PreparationSettings(
        task_type=task,
        columns=_columns(options.get("columns")),
        test_size=test_size,
        group_by=options.get("group_by"),
        seed=seed,
        keep_duplicates=_choice("duplicates", options, "drop") == "keep",
        drop_conflicts=_choice("conflicts", options, "keep") == "drop",
        encoding=_encoding(options.get("encoding")),
        sheet=options.get("sheet"),
        labels=tuple(labels),
    )


def _choice(name: str, options: Mapping[str, Any], default: str) -> str:
    value = options.get(name, default)
    if value not in ("drop", "keep"):
        raise ValueError(f"{name} must be 'drop' or 'keep', not {value!r}")
    return str(value)


def _encoding(name: str | None) -> str | None:
    if name is not None:
        try:
            "".encode(name)
        except LookupError:
            raise ValueError(f"encoding: Python has no encoding {name!r}") from None
    return name


def _columns(given: Mapping[str, str | Sequence[str]] | None) -> dict[str, tuple[str, ...]]:
    """Return the names of columns by what they are used for."""
    if given is None:
        return {}
    if not isinstance(cast("object", given), Mapping):
        raise TypeError(f"columns must be a mapping of {', '.join(ROLES)} to names, not {type(given).__name__}")
    unknown = sorted(set(given) - set(ROLES))
    if unknown:
        raise ValueError(f"columns: {unknown[0]!r} is not one of {', '.join(ROLES)}")
    if sum(role in given for role in ("completion", "label", "score")) > 1:
        raise ValueError("columns: only one of completion, label and score can be given")
    return {role: (names,) if isinstance(names, str) else tuple(names) for role, names in given.items()}
