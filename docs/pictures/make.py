"""Draw the pictures of the docs: ``python docs/pictures/make.py``, with the extra ``plot`` installed.

The SVG pictures are the notebook views of fixed sample data; a test compares them with the current views. The PNG is
drawn by matplotlib, whose releases differ slightly.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from emissary_client_sdk import models
from emissary_client_sdk._datafiles.report import DatasetProblem, DatasetReport
from emissary_client_sdk._display.page import list_html, model_html

HERE = Path(__file__).parent
START = 1_767_268_800

_PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">
<title>{title}</title>
<style>
:root {{ color: #1f2328; background: #ffffff; font: 13px system-ui, sans-serif }}
@media (prefers-color-scheme: dark) {{ :root {{ color: #e6edf3; background: #0d1117 }} }}
</style>
<foreignObject width="{width}" height="{height}">
<div xmlns="http://www.w3.org/1999/xhtml" style="padding:12px">
{fragment}
</div>
</foreignObject>
</svg>
"""


def detail(
    name: str, *, status: str, progress: int, rate: float, base_model: str = "llama3-8b"
) -> models.TrainingJobDetail:
    """Return a job whose loss falls at a rate, with noise."""
    points = 4 * progress
    losses = [
        {"timestamp": START + 9 * step, "loss": 0.4 + 1.8 * math.exp(-rate * step) + 0.12 * math.sin(step * step * 0.7)}
        for step in range(points)
    ]
    return models.TrainingJobDetail.model_validate(
        {
            "id": f"9f1c2ab4-0000-4000-8000-{points:012}",
            "name": name,
            "base_model": base_model,
            "status": status,
            "progress": progress,
            "created_at": START,
            "updated_at": START + 36 * progress,
            "task_type": "classification",
            "training_technique": "SFT",
            "train_dataset": {"id": "ds-1", "name": "tickets-2025"},
            "test_dataset": {"id": "ds-2", "name": "tickets-2025-held-out"},
            "training_loss": losses,
            "hyper_parameters": {"num_train_epochs": 3, "learning_rate": 0.0001, "dynamic_loss": True},
        }
    )


def jobs() -> list[models.TrainingJobDetail]:
    """Return the jobs in the pictures."""
    return [
        detail("support-tickets", status="Running", progress=62, rate=0.02),
        detail("support-tickets, first try", status="Failed", progress=17, rate=0.008),
        detail("invoices", status="Success", progress=100, rate=0.012, base_model="qwen2-7b"),
        detail("contracts", status="Pending", progress=0, rate=0.01),
    ]


def checkpoints() -> list[models.TrainingJobCheckpoint]:
    """Return the checkpoints in the pictures."""
    return [
        models.TrainingJobCheckpoint.model_validate(
            {
                "checkpoint": number,
                "created_at": START + 1200 * number,
                "model_download_url": f"https://storage.example.com/models/{number}.tar.gz?signature=hidden",
                "test_results": {"aggregated_test_result": {"accuracy": accuracy, "f1": f1}},
            }
        )
        for number, accuracy, f1 in [(1, "0.81", "0.78"), (2, "0.88", "0.86"), (3, "0.91", "0.90")]
    ]


def report() -> DatasetReport:
    """Return the dataset check in the pictures."""
    return DatasetReport(
        file_name="reviews.jsonl",
        format="jsonl",
        task_type="classification",
        label_kind="multiclass",
        size=84_120,
        records=412,
        characters=71_350,
        labels={"negative": 147, "neutral": 18, "positive": 245},
        problems=[
            DatasetProblem(18, "error", 'the field "completion" is missing'),
            DatasetProblem(203, "error", "the line is not valid JSON: Expecting ',' delimiter, column 41"),
            DatasetProblem(None, "warning", 'the label "neutral" has only 18 examples'),
        ],
        error_count=2,
        warning_count=1,
    )


def deployment() -> models.DeploymentDetail:
    """Return the deployment in the pictures."""
    return models.DeploymentDetail.model_validate(
        {
            "id": "dp-4f7Kq2mXw9",
            "name": "reviews-1",
            "status": "Deployed",
            "base_model": "Llama-3.2-1B-Instruct",
            "training_id": "tr-8sLq0ZpYb3",
            "checkpoint": 3,
            "task_type": "classification",
            "metadata": {"labels": ["negative", "neutral", "positive"]},
            "created_at": START,
            "updated_at": START + 540,
        }
    )


def classification() -> models.GetClassificationFromDeploymentResponseBody:
    """Return the classification in the pictures."""
    scores = {"negative": 0.961, "neutral": 0.028, "positive": 0.011}
    return models.GetClassificationFromDeploymentResponseBody.model_validate(
        {"id": "classify-7d1f0c", "model": "reviews-1", "created": START + 600, "data": [{"index": 0, "probs": scores}]}
    )


def drawn() -> dict[str, str]:
    """Return the text of each SVG picture by file name."""
    return {
        "job.svg": _picture("A training job in a notebook", model_html(jobs()[0]), 900, 350),
        "jobs.svg": _picture("A list of training jobs in a notebook", list_html(jobs()), 1000, 215),
        "checkpoints.svg": _picture("A list of checkpoints in a notebook", list_html(checkpoints()), 860, 140),
        "report.svg": _picture("A dataset check in a notebook", report()._repr_html_(), 860, 265),
        "deployment.svg": _picture("A deployment in a notebook", model_html(deployment()), 560, 215),
        "classification.svg": _picture("A classification in a notebook", model_html(classification()), 860, 110),
    }


def _picture(title: str, fragment: str | None, width: int, height: int) -> str:
    return _PICTURE.format(title=title, fragment=fragment, width=width, height=height)


def main() -> None:
    """Write all pictures next to this file."""
    for name, text in drawn().items():
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")

    import matplotlib as mpl

    mpl.use("Agg")
    ax = None
    for job in jobs():
        if job.status in ("Running", "Success"):
            ax = job.plot_loss(ax=ax, smoothing=0.9)
    assert ax is not None  # noqa: S101  # two of the jobs have points
    figure: Any = ax.figure
    figure.set_size_inches(6, 3.2)
    figure.savefig(HERE / "loss.png", dpi=80, bbox_inches="tight", metadata={"Software": None})


if __name__ == "__main__":
    main()
