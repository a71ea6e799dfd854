"""``emissary evaluate``, ``compare`` and ``policy check``: how good a model is, as a gate for CI."""

from __future__ import annotations

import sys
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import Any

import click

import emissary_client_sdk as sdk

from .. import evaluation
from .command import Group, Session, command, examples
from .exits import BelowMinimum, InvalidInput
from .inputs import number
from .options import evaluation_options, job_project_option, repeatable_option
from .output import has_bar
from .table import write_table
from .values import JOB, MODEL, PROJECT

_REPORTS: dict[str | None, type[evaluation.Report]] = {
    "classification": evaluation.ClassificationReport,
    "regression": evaluation.RegressionReport,
    "embedding": evaluation.EmbeddingReport,
    "text-generation": evaluation.TextReport,
}
_FILE = click.Path(exists=True, dir_okay=False)
_EVALUATE: list[click.Parameter] = [
    click.Argument(["targets"], nargs=-1, required=True, metavar="[MODEL] FILE"),
    click.Option(["--job"], metavar="JOB", help="Evaluate the checkpoints of a training job, not a model."),
    job_project_option,
    click.Option(["--max-checkpoints"], type=click.IntRange(min=1), default=5, show_default=True, metavar="NUMBER",
                 help="With --job: only the newest ones."),
    repeatable_option("--fail-under", "minimums", "NAME=NUMBER", "Exit with 1 if this number of the report is smaller"),
    *evaluation_options,
    click.Option(["--output"], type=click.Path(dir_okay=False), help="File of the answers; a later call continues it."),
    click.Option(["--save"], type=click.Path(dir_okay=False), help="File of the report, for emissary compare."),
]  # fmt: skip


@command(
    None,
    "evaluate",
    "reviews-2 reviews.test.jsonl",
    "reviews-2 reviews.test.jsonl --fail-under accuracy=0.9",
    "--job tr-5b reviews.test.jsonl",
    params=_EVALUATE,
)
def evaluate(
    session: Session, targets: tuple[str, ...], job: str | None, project: str | None, max_checkpoints: int,
    minimums: tuple[str, ...], task_type: str | None, completions: bool, markdown: bool, output: str | None,
    save: str | None,
) -> None:  # fmt: skip
    """Evaluate a model on FILE, a data file as for training.

    With --job, checkpoints are deployed, evaluated and removed, one after the other, and the best one has to reach the
    minimums.
    """
    if len(targets) != (1 if job else 2) or (job and (output or completions)):
        wanted = "FILE, without --output and --completions" if job else "MODEL and FILE"
        raise click.UsageError(f"Expected {wanted}.")
    *models, file = targets
    task = _task_of(file, task_type)
    minimum = dict(map(number, minimums))
    _REPORTS[task].require_gates(minimum)
    if save is not None:
        _require_place(save)
    report: evaluation.Report
    if job is None:
        report = _evaluate(session, models[0], file, task, completions=completions, output=output)
        _write(session, report, markdown=markdown)
    else:
        report = _evaluate_job(session, job, project, file, max_checkpoints, markdown=markdown)
    if save is not None:
        report.save(save)
    if reasons := report.shortfalls(**minimum):
        raise BelowMinimum("; ".join(reasons))


def _require_place(path: str) -> None:
    """Raise an error if a report cannot be saved in a file, before anything is sent."""
    if Path(path).exists():
        evaluation.load_report(path)
    elif not Path(path).parent.is_dir():
        raise InvalidInput(f"{path}: there is no such directory.")


def _task_of(file: str, task_type: str | None) -> str:
    """Return the task of a file.

    :raises InvalidInput: It is not clear, or is not one whose answers can be evaluated.
    """
    _FILE.convert(file, None, None)
    task = task_type or sdk.check_dataset(file).task_type
    if task not in _REPORTS:
        raise InvalidInput(f"{file} does not show its task; name it with --task-type.")
    return str(task)


def _evaluate(
    session: Session, model: str, file: str, task: str, *, completions: bool = False, output: str | None = None
) -> Any:
    client = session.client
    calls: Any = {
        "classification": client.classification,
        "regression": client.regression,
        "embedding": client.embeddings,
        "text-generation": client.completions if completions else client.chat.completions,
    }[task]
    return calls.evaluate(model=model, file=file, output=output, progress=has_bar(quiet=session.as_json))


def _evaluate_job(
    session: Session, job: str, project: str | None, file: str, max_checkpoints: int, *, markdown: bool
) -> evaluation.Report:
    """Write the numbers of each checkpoint of a job, and return the best report."""
    if project is None:
        raise click.UsageError("--job needs --project.")
    client = session.client
    project = PROJECT.resolve(client, project, None)
    found: dict[int, evaluation.Report] = client.training_jobs.evaluate_checkpoints(
        project_id=project,
        training_job_id=JOB.resolve(client, job, project),
        file=file,
        max_checkpoints=max_checkpoints,
        progress=has_bar(quiet=session.as_json),
    )
    best = max(found, key=lambda checkpoint: _rank(found[checkpoint]))
    if markdown and not session.as_json:
        sys.stdout.write("\n".join(report.to_markdown() for report in found.values()))
    else:
        reports = {str(checkpoint): report.to_dict() for checkpoint, report in found.items()}
        rows = [{"CHECKPOINT": str(checkpoint), **_cells(report)} for checkpoint, report in found.items()]
        columns = {name: itemgetter(name) for name in rows[0]}
        session.write({"best": best, "checkpoints": reports}, lambda: write_table(rows, columns, ""))
    return found[best]


def _rank(report: evaluation.Report) -> float:
    main: float | None = getattr(report, report.gates[0])
    return float("-inf") if main is None else main


def _cells(report: evaluation.Report) -> dict[str, str]:
    numbers = {name.upper(): getattr(report, name) for name in report.gates}
    return {name: "undefined" if value is None else f"{value:.4f}" for name, value in numbers.items()}


def _write(session: Session, result: Any, *, markdown: bool) -> None:
    """Write a report or a comparison."""
    if markdown and not session.as_json:
        sys.stdout.write(result.to_markdown())
    else:
        session.write(result.to_dict(), str(result))


@command(
    None,
    "compare",
    "reviews-2 reviews-1 reviews.test.jsonl --max-drop 0.01",
    "new.report.json old.report.json",
    params=[
        click.Argument(["new"], type=MODEL),
        click.Argument(["old"], type=MODEL),
        click.Argument(["file"], type=_FILE, required=False),
        click.Option(["--max-drop"], type=click.FloatRange(0, 1), help="Exit with 1 if the accuracy drops by more."),
        *evaluation_options,
    ],
)
def compare(
    session: Session, new: str, old: str, file: str | None, max_drop: float | None, markdown: bool, **options: Any
) -> None:
    """Compare two models on the same records.

    NEW and OLD are models, which are evaluated on FILE, or saved reports on it.
    """
    reports: list[Any] = [evaluation.load_report(name) if Path(name).is_file() else None for name in (new, old)]
    if None in reports and file is None:
        missing = new if reports[0] is None else old
        raise click.UsageError(f"{missing!r} is not a saved report, so FILE is needed.")
    if file is not None:
        _require_file(reports, file)
        task = _task_of(file, options.pop("task_type")) if None in reports else ""
        reports = [
            _evaluate(session, name, file, task, **options) if report is None else report
            for name, report in zip((new, old), reports, strict=True)
        ]
    first, second = reports
    if not hasattr(first, "compare"):
        raise InvalidInput(f"Reports on {first.task} cannot be compared.")
    found: evaluation.Comparison = first.compare(second)
    _write(session, found, markdown=markdown)
    if max_drop is not None and round(found.difference + max_drop, 12) < 0:
        raise BelowMinimum(f"{first.gates[0]} drops by {-found.difference:.4g}, more than {max_drop:g}")


def _require_file(reports: list[Any], file: str) -> None:
    """Raise an error if a saved report is on another file, before anything is sent."""
    digest = sha256(Path(file).read_bytes()).hexdigest()
    for report in reports:
        if report is not None and report.sha256 not in (None, digest):
            raise InvalidInput(f"The saved report of {report.model or 'a model'} is not on {file}.")


policy = Group("policy", help="Check decision policies.", epilog=examples("policy check reviews.policy.json new.jsonl"))


@command(
    policy,
    "check",
    "reviews.policy.json new.jsonl",
    "reviews.policy.json new.report.json",
    params=[
        click.Argument(["policy_file"], type=_FILE, metavar="POLICY"),
        click.Argument(["file"], type=_FILE),
        click.Option(["--model"], type=MODEL, help="Model to evaluate.  [default: the policy's]"),
    ],
)
def check(session: Session, policy_file: str, file: str, model: str | None) -> None:
    """Check whether a decision policy still holds on newer data.

    FILE is a data file, on which the model is evaluated, or a saved report.
    """
    loaded = evaluation.load_policy(policy_file)
    report: Any
    try:
        report = evaluation.load_report(file)
    except ValueError:
        name = model or loaded.source.get("model")
        if not name:
            raise InvalidInput("The policy does not name its model; use --model.") from None
        report = _evaluate(session, name, file, "classification")
    found = loaded.check(report)
    session.write(found.to_dict(), str(found))
    if not found.holds:
        raise BelowMinimum(f"the policy no longer holds for {', '.join(found.broken)}")
