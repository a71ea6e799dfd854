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
    click.Option(["--keep-duplicates"], is_flag=True, help="Keep repeated records."),
    click.Option(["--drop-conflicts"], is_flag=True, help="Drop records with the same text and different labels."),
    click.Option(["--encoding"], metavar="NAME", help="Encoding of a text file.  [default: detected]"),
    click.Option(["--sheet"], metavar="NAME", help="Sheet of a workbook.  [default: the first]"),
]  # fmt: skip
"""Options of the commands that prepare data."""


def prepare_options(given: dict[str, Any]) -> sdk.PrepareOptions:
    """Take ``--overwrite`` and the options of a preparation out of all options; empty if none is given."""
    overwrite = given.pop("overwrite")
    given = {option.name: given.pop(option.name or "") for option in prepare_params}
    roles = {"prompt": given["text_column"], "label": given["label_column"]}
    columns = {role: names for role, names in roles.items() if names}
    found = {name: given[name] for name in ("test_size", "group_by", "seed", "output", "encoding", "sheet")}
    found["overwrite"] = overwrite or None
    found["columns"] = columns or None
    found["duplicates"] = "keep" if given["keep_duplicates"] else None
    found["conflicts"] = "drop" if given["drop_conflicts"] else None
    options = {name: value for name, value in found.items() if value is not None}
    return cast("sdk.PrepareOptions", options)
