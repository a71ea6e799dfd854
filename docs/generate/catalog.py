"""The names that get a page: models, enumerations, unions and data files, without names kept for older programs."""

import inspect
from functools import cache
from typing import Annotated, Any, get_args, get_origin, is_typeddict

from typing_extensions import get_type_hints

import emissary_client_sdk
from emissary_client_sdk import errors, models

LEGACY = tuple(f"emissary_client_sdk.models.{name}" for name in ("legacy", "operations"))
"""Modules of the names that only programs for release 0.4 need."""

DATA_FILES = (
    "DatasetFile",
    "DatasetProblem",
    "DatasetReport",
    "PreparationChange",
    "PreparationReport",
    "PreparedDataset",
    "ProcessReport",
    "UploadedDataset",
)
"""Types of data files, which the package exports and ``models`` does not."""

VALUES: dict[str, Any] = {
    **{name: getattr(models, name) for name in models.__all__},
    **{name: getattr(emissary_client_sdk, name) for name in DATA_FILES},
}
"""Every name of ``models`` and of data files, with its value."""


UNIONS = {
    "DatasetFile": "Data to check or to upload.",
    "HyperParameters": "Value of a hyperparameter in a response. Other JSON values are kept too.",
    "Parameters": "Value of a hyperparameter in a request. An integer stays an integer on the wire.",
    "ResourceManagementConfig": "Rule that activates and deactivates an engine.",
    "TrainingJobChange": "A change of a training job, as `training_jobs.watch` yields it.",
}
"""Descriptions of the unions, which have no docstrings."""


@cache
def page_names() -> tuple[str, ...]:
    """Return the names of ``models`` that have a page, in alphabetical order."""
    return tuple(sorted(name for name in VALUES if _has_page(name)))


def _has_page(name: str) -> bool:
    value = VALUES[name]
    if name in dir(errors) or name.endswith("TypedDict") or is_typeddict(value):
        return False
    if inspect.isclass(value):
        return value.__name__ == name and value.__module__ not in LEGACY
    return not inspect.ismodule(value) and ALIASES.get(value) == name


def _aliases() -> dict[Any, str]:
    """Return the name of each union. The first of several equal ones wins, and names for TypedDicts do not count."""
    found: dict[Any, str] = {}
    for name, value in VALUES.items():
        if not inspect.isclass(value) and not inspect.ismodule(value) and not name.endswith("TypedDict"):
            found.setdefault(value, name)
            if get_origin(value) is Annotated:  # `type_hints` removes what an annotation adds
                found.setdefault(get_args(value)[0], name)
    return found


ALIASES = _aliases()


def type_hints(value: Any) -> dict[str, Any]:
    """Return the resolved annotations of an object, which may name models that its module does not import."""
    return get_type_hints(value, None, VALUES)


def older_names(cls: type[Any]) -> list[str]:
    """Return the other names of a class in ``models``."""
    return sorted(name for name, value in VALUES.items() if value is cls and name != cls.__name__)


def qualified(name: str) -> str:
    """Return a name with the module that exports it."""
    return name if name in DATA_FILES else f"models.{name}"
