"""Evaluation of models: metrics with intervals, comparison, decision policies (extra ``evaluation``).

As at the door of the SDK, a name is imported at its first use: the resources name the reports, and most programs
evaluate nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .classification import ClassificationReport as ClassificationReport
    from .classification import evaluate_predictions as evaluate_predictions
    from .comparison import Change as Change
    from .comparison import Comparison as Comparison
    from .embeddings import EmbeddingReport as EmbeddingReport
    from .embeddings import evaluate_embeddings as evaluate_embeddings
    from .labelpolicy import LabelPolicy as LabelPolicy
    from .loading import load_report as load_report
    from .measures import LabelMetrics as LabelMetrics
    from .policy import Policy as Policy
    from .policy import PolicyCheck as PolicyCheck
    from .policy import load_policy as load_policy
    from .regression import RegressionReport as RegressionReport
    from .regression import evaluate_regression as evaluate_regression
    from .report import Details as Details
    from .report import Failure as Failure
    from .report import Mistake as Mistake
    from .report import Report as Report
    from .texts import TextReport as TextReport
    from .texts import evaluate_texts as evaluate_texts

_MODULES = {
    "Change": "comparison",
    "ClassificationReport": "classification",
    "Comparison": "comparison",
    "Details": "report",
    "EmbeddingReport": "embeddings",
    "Failure": "report",
    "LabelMetrics": "measures",
    "LabelPolicy": "labelpolicy",
    "Mistake": "report",
    "Policy": "policy",
    "PolicyCheck": "policy",
    "RegressionReport": "regression",
    "Report": "report",
    "TextReport": "texts",
    "evaluate_embeddings": "embeddings",
    "evaluate_predictions": "classification",
    "evaluate_regression": "regression",
    "evaluate_texts": "texts",
    "load_policy": "policy",
    "load_report": "loading",
}


def __getattr__(name: str) -> object:
    if name == "__all__":
        return __dir__()
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(_MODULES)
