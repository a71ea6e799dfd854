"""Training jobs side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .._display.values import Table, Value
    from .parameters import HyperParameters


class ComparedJob(NamedTuple):
    """A training job with the results of its best checkpoint."""

    id: str
    """ID of the job."""
    name: str | None
    """Name of the job."""
    status: str | None
    """Status of the job."""
    parameters: dict[str, HyperParameters]
    """Hyperparameters of the job, including defaults that the platform filled in."""
    final_loss: float | None
    """Last point of the loss curve."""
    checkpoint: int | None
    """Number of the checkpoint with the best value of the metric; None if no checkpoint has the metric."""
    metrics: dict[str, float]
    """Numeric test results of this checkpoint, by name."""


class JobComparison(NamedTuple):
    """Training jobs side by side: a table under ``print`` and in a notebook."""

    metric: str | None
    """The metric that selects the best checkpoint of each job, and the best job; None if there are no results."""
    largest: bool
    """Whether the largest value of the metric is the best."""
    jobs: list[ComparedJob]
    """The jobs, in the order of their IDs."""

    @property
    def best(self) -> ComparedJob | None:
        """The job with the best value of the metric; the first one if several have it, None if no job has it."""
        measured = [job for job in self.jobs if self.metric is not None and self.metric in job.metrics]
        choose = max if self.largest else min
        return choose(measured, key=lambda job: job.metrics[self.metric or ""], default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a dict of JSON values."""
        jobs = [job._asdict() for job in self.jobs]
        return {**self._asdict(), "jobs": jobs, "best": self.best and self.best.id}

    def __str__(self) -> str:
        from .._display.terminal import table_text

        return table_text(self._table())

    def _repr_html_(self) -> str:
        from .._display.page import table_html

        return table_html(self._table())

    def _table(self) -> Table:
        """Return the table: parameters that are the same in all jobs stand below it."""
        from .._display.text import figure, flat, text, title_of
        from .._display.values import Name, Table

        names = dict.fromkeys(name for job in self.jobs for name in job.parameters)
        shown = {name: [flat(job.parameters.get(name, "")) for job in self.jobs] for name in names}
        differing = {name: values for name, values in shown.items() if len(set(values)) > 1}
        same = [f"{text(name)} {values[0]}" for name, values in shown.items() if name not in differing]
        metrics = list(dict.fromkeys(name for job in self.jobs for name in job.metrics))
        rows: list[list[Value]] = [
            [
                Name(title_of(job, 80), text(job.id, 60) if job.name else ""),
                text(job.status or ""),
                *(values[place] for values in differing.values()),
                "" if job.final_loss is None else figure(job.final_loss),
                "" if job.checkpoint is None else str(job.checkpoint),
                *(figure(job.metrics[name]) if name in job.metrics else "" for name in metrics),
            ]
            for place, job in enumerate(self.jobs)
        ]
        header = ["name", "status", *map(text, differing), "final loss", "checkpoint", *map(text, metrics)]
        notes = [f"best {text(self.metric)}: {title_of(self.best, 80)}"] if self.best else []
        return Table("", header, rows, "; ".join(notes + ([f"the same in all: {', '.join(same)}"] if same else [])))
