"""Names of labels in scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_LENGTH = ":len"


def without_lengths(names: Collection[str], known: Collection[str] = ()) -> set[str]:
    """Return the names that are labels.

    Some models add a score ``NAME:len``, a logarithm of a length and not a probability. It is ignored if NAME is a
    label too.

    :param known: Names that are labels, whatever their form.
    """
    labels = {*names, *known}
    return {
        name
        for name in labels
        if name in known or not (name.endswith(_LENGTH) and name.removesuffix(_LENGTH) in labels)
    }
