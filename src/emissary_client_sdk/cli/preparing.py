"""The options that say how data is prepared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    import emissary_client_sdk as sdk

prepare_params: list[click.Parameter] = [
    click.Option(
        ["--text-column"], multiple=True, metavar="NAME",
        help="Column with the text; several are joined.  [default: guessed]",
    ),
    click.Option(
        ["--label-column"], multiple=True, metavar="NAME",
        help="Column with the label or answer; several hold 0 and 1.  [default: guessed]",
    ),
    click.Option(["--test-size"], type=float, metavar="SHARE", help="Share of records for testing.  [default: 0.2]"),
    click.Option(["--group-by"], metavar="NAME", help="Column whose equal values stay in one file."),
    click.Option(["--seed"], type=int, help="Another seed results in another split.  [default: 0]"),
    click.Option(["--output"], metavar="NAME", help="Beginning of the names of the files.  [default: FILE's]"),
    click.Option(["--keep-duplicates", "duplicates"], flag_value="keep", help="Keep repeated records."),
    click.Option(
        ["--drop-conflicts", "conflicts"], flag_value="drop",
        help="Drop records with the same text and different labels.",
    ),
    click.Option(["--encoding"], metavar="NAME", help="Encoding of a text file.  [default: detected]"),
    click.Option(["--sheet"], metavar="NAME", help="Sheet of a workbook.  [default: the first]"),
]  # fmt: skip
"""Options of the commands that prepare data."""


def prepare_options(given: dict[str, Any]) -> sdk.PrepareOptions:
    """Take ``--overwrite`` and the options of a preparation out of all options; empty if none is given."""
    found: dict[str, Any] = {option.name or "": given.pop(option.name or "") for option in prepare_params}
    roles = {"prompt": found.pop("text_column"), "label": found.pop("label_column")}
    found["columns"] = {role: names for role, names in roles.items() if names} or None
    found["overwrite"] = given.pop("overwrite") or None
    return cast("sdk.PrepareOptions", {name: value for name, value in found.items() if value is not None})
