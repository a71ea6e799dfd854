"""A training job with its data sets, its parameters and its loss curve.

Source: .speakeasy/openapi.yaml.
"""

from typing import TYPE_CHECKING, Any

from ._trainingjob import TrainingJob
from .datasetsummary import DatasetSummary
from .parameters import HyperParameters
from .trainingloss import TrainingLoss

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class TrainingJobDetail(TrainingJob):
    """A training job in full."""

    description: str | None = None
    """What its creator wrote about it."""
    train_dataset: DatasetSummary | None = None
    """The dataset that the job trains on."""
    test_dataset: DatasetSummary | None = None
    """The dataset that the job is tested on."""
    training_loss: list[TrainingLoss] | None = None
    """The loss curve so far."""
    hyper_parameters: dict[str, HyperParameters] | None = None
    """The hyperparameters that the job was created with."""

    def plot_loss(self, ax: "Axes | None" = None, smoothing: float | None = None, **line_options: Any) -> "Axes":
        """Draw the loss curve with matplotlib (extra ``plot``).

        Several jobs drawn on the same Axes are told apart by a legend, which has each job's name, or else its id.

        :param ax: what to draw on; by default the Axes of a new figure.
        :param smoothing: the weight of what was before in an exponential moving average, at least 0 and below 1;
            the measured curve then stands faintly behind the smoothed one.
        :param line_options: what ``Axes.plot`` takes for the line, such as ``color`` or ``label``.
        :returns: the Axes.
        :raises ImportError: matplotlib is not installed.
        :raises ValueError: ``smoothing`` is out of its range.
        """
        from .._pictures.plot import plot_loss

        return plot_loss(self, ax, smoothing, line_options)

    def loss_records(self) -> list[dict[str, Any]]:
        """Give the loss curve as rows for ``pandas.DataFrame`` or ``polars.DataFrame``.

        :returns: for each point its ``job_id``, its ``step`` (its place in ``training_loss``, from 0), its
            ``timestamp`` in UNIX seconds, that ``time`` as an aware datetime, and its ``loss``; None where the
            platform gave nothing, and for a ``time`` that no datetime can hold.
        """
        from .._pictures.plot import loss_records

        return loss_records(self)
