"""``emissary datasets``: data files and datasets."""

from __future__ import annotations

import sys
from typing import Any

import click

import emissary_client_sdk as sdk

from .._plaintext import one_line
from .command import Session, command
from .exits import ExitCode
from .groups import resource_group
from .options import file_argument, prepare_options, prepare_params, project_option, quiet_option, task_type_option
from .output import has_bar
from .values import DATASET

datasets = resource_group(
    DATASET,
    ["ID", "UPLOADED", "AGE", "NAME"],
    "Check, prepare, upload and list data files.",
)


@command(
    datasets, "check", "reviews.jsonl", "reviews.jsonl --task-type classification",
    "- < reviews.jsonl",
    params=[file_argument, task_type_option],
)  # fmt: skip
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Report prompts that this file has, too.",
)
def check(session: Session, file: str, task_type: str | None, against: str | None) -> None:
    """Check a data file. Nothing is sent; the exit code is 2 if the file has errors.

    Each problem is one line: FILE:LINE: error: message. FILE can be - for standard input.
    """
    report = session.client.datasets.check(file=data_of(file), task_type=task_type, against=against)
    session.write(report.to_dict(), "\n".join(problem_lines(report, file)))
    session.note(f"records: {report.records}, errors: {report.error_count}, warnings: {report.warning_count}")
    if not report.ok:
        raise click.exceptions.Exit(ExitCode.USAGE)


@command(
    datasets, "upload", "reviews.jsonl --task-type classification",
    params=[file_argument, project_option, task_type_option, quiet_option],
    creates="datasets",
)  # fmt: skip
@click.option("--name", help="Name of the dataset; by default, the name of the file.")
@click.option("--no-check", is_flag=True, help="Upload the file without a check.")
@click.option("--no-wait", is_flag=True, help="Do not wait until the platform has received the file.")
def upload(
    session: Session, file: str, project: str, task_type: str | None, name: str | None, no_check: bool, no_wait: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Check a data file and upload it. A file with errors is refused before anything is sent.

    FILE can be - for standard input.
    """
    try:
        dataset = session.client.datasets.upload(
            project_id=project,
            file=data_of(file),
            name=name,
            task_type=task_type,
            check=not no_check,
            wait=not no_wait,
            progress=has_bar(quiet=quiet),
        )
    except sdk.errors.DatasetError as error:
        show_problems(session, error.report, file)
        raise
    session.write(dataset, f"Uploaded dataset {dataset.id}")


@command(
    datasets, "prepare", "tickets.xlsx",
    "tickets.csv --label-column topic --test-size 0.1",
    params=[file_argument, task_type_option, *prepare_params],
)  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace existing files.")
def prepare(session: Session, file: str, task_type: str | None, **options: Any) -> None:
    """Convert a spreadsheet, or records of another layout, into a training file and a test file.

    FILE can be CSV, TSV, Excel, Parquet, JSONL or JSON, in any encoding, also compressed, or - for standard input.
    Nothing is sent, and every change is reported.
    """
    found = prepare_options(options)
    if "output" not in found and file == "-":
        found["output"] = "dataset"
    prepared = sdk.prepare_dataset(data_of(file), task_type, **found)
    paths = {"train": str(prepared.train), "test": None if prepared.test is None else str(prepared.test)}
    written = [f"Wrote {path}" for path in paths.values() if path]
    session.write({**paths, "report": prepared.report.to_dict()}, "\n".join([str(prepared.report), *written]))


def data_of(file: str) -> sdk.DatasetFile:
    """Return the data that an argument names: a path, or standard input for ``-``."""
    return sys.stdin.buffer if file == "-" else file


def problem_lines(report: sdk.DatasetReport, file: str) -> list[str]:
    """Return a line for each problem, in the form of compilers."""
    return [
        one_line(f"{file}{'' if one.line is None else f':{one.line}'}: {one.severity}: {one.description}")
        for one in report.problems
    ]


def show_problems(session: Session, report: sdk.DatasetReport, file: str) -> None:
    """Write the problems of a data file to standard error."""
    if not session.as_json:
        sys.stderr.writelines(f"{line}\n" for line in problem_lines(report, file))
