"""Detection of misspelled request fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

_SIMILARITY = 0.75  # of 1; low enough for nmae to match name, and hyper_parameters to match parameters


def similar_fields(model_type: type[BaseModel], given_names: Iterable[str]) -> list[tuple[str, str]]:
    """Find unknown names that look like a known field that is not set.

    :param model_type: Request model with the known fields.
    :param given_names: Names of the fields that the caller set.
    :returns: For each such name, the name and the most similar known field.
    """
    given = list(given_names)
    known = model_type.model_fields
    unknown = [name for name in given if name not in known]
    if not unknown:
        return []
    from difflib import get_close_matches

    candidates = [name for name in known if name not in given]
    matches = ((name, get_close_matches(name.lower(), candidates, 1, _SIMILARITY)) for name in unknown)
    return [(name, match[0]) for name, match in matches if match]
