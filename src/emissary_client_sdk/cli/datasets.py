"""``emissary datasets``: data files and datasets."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from .command import Session, command
from .exits import ExitCode
from .options import file_argument, project_option, quiet_option, task_type_option, yes_option
from .output import age
from .plaintext import one_line
from .values import DATASET

if TYPE_CHECKING:
    from .. import DatasetReport

dataset_argument = click.argument("dataset", type=DATASET, metavar="DATASET")


@click.group()
def datasets() -> None:
    """Check, upload and list data files."""


@command(datasets)
@file_argument
@task_type_option
def check(session: Session, file: str, task_type: str | None) -> None:
    """Check a data file. Nothing is sent; the exit code is 2 if the file has errors.

    Each problem is one line: FILE:LINE: error: message.
    """
    report = session.client.datasets.check(file=file, task_type=task_type)
    session.write(report.to_dict(), "\n".join(problem_lines(report, file)))
    session.note(f"records: {report.records}, errors: {report.error_count}, warnings: {report.warning_count}")
    if not report.ok:
        raise click.exceptions.Exit(ExitCode.USAGE)


@command(datasets, look_in="emissary datasets list")
@file_argument
@project_option
@task_type_option
@click.option("--name", help="Name of the dataset; by default, the name of the file.")
@click.option("--no-check", is_flag=True, help="Upload the file without a check.")
@click.option("--no-wait", is_flag=True, help="Do not wait until the platform has received the file.")
@quiet_option
def upload(
    session: Session, file: str, project: str, task_type: str | None, name: str | None, no_check: bool, no_wait: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Check a data file and upload it. A file with errors is refused before anything is sent."""
    if not no_check:
        check_file(session, file, task_type)
    dataset = session.client.datasets.upload(
        project_id=project,
        file=file,
        name=name,
        check=False,
        wait=not no_wait,
        progress=not quiet and sys.stderr.isatty(),
    )
    session.write(dataset, f"Uploaded dataset {dataset.id}")


@command(datasets, "list")
@project_option
def list_(session: Session, project: str) -> None:
    """List the datasets of a project."""
    session.write_list(
        session.client.datasets.list(project_id=project),
        {
            "ID": lambda dataset: dataset.id,
            "UPLOADED": lambda dataset: "yes" if dataset.is_uploaded else "no",
            "AGE": lambda dataset: age(dataset.created_at),
            "NAME": lambda dataset: dataset.name,
        },
        "There are no datasets.",
    )


@command(datasets)
@dataset_argument
@project_option
def show(session: Session, dataset: str, project: str) -> None:
    """Show a dataset."""
    session.write(session.client.datasets.retrieve(project_id=project, dataset_id=dataset))


@command(datasets)
@dataset_argument
@project_option
@yes_option
def delete(session: Session, dataset: str, project: str, yes: bool) -> None:
    """Delete a dataset, after a question."""
    session.confirm(f"Delete dataset {dataset}?", yes=yes)
    session.client.datasets.delete(project_id=project, dataset_id=dataset)
    session.write({"id": dataset, "deleted": True}, f"Deleted dataset {dataset}")


def problem_lines(report: DatasetReport, file: str) -> list[str]:
    """Return a line for each problem, in the form of compilers."""
    return [
        one_line(f"{file}{'' if one.line is None else f':{one.line}'}: {one.severity}: {one.message}")
        for one in report.problems
    ]


def check_file(session: Session, file: str, task_type: str | None) -> DatasetReport:
    """Check a data file and write its problems to standard error.

    :raises DatasetError: The file has errors.
    """
    report = session.client.datasets.check(file=file, task_type=task_type)
    if not session.as_json:
        sys.stderr.writelines(f"{line}\n" for line in problem_lines(report, file))
    report.raise_for_errors()
    return report
