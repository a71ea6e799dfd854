"""Evaluation of models: metrics with intervals, comparison, decision policies (extra ``evaluation``)."""

from .classification import ClassificationReport, evaluate_predictions
from .comparison import Change, Comparison
from .embeddings import EmbeddingReport, evaluate_embeddings
from .labelpolicy import LabelPolicy
from .loading import load_report
from .measures import LabelMetrics
from .policy import Policy, PolicyCheck, load_policy
from .regression import RegressionReport, evaluate_regression
from .report import Details, Failure, Mistake, Report
from .texts import TextReport, evaluate_texts

__all__ = [
    "Change",
    "ClassificationReport",
    "Comparison",
    "Details",
    "EmbeddingReport",
    "Failure",
    "LabelMetrics",
    "LabelPolicy",
    "Mistake",
    "Policy",
    "PolicyCheck",
    "RegressionReport",
    "Report",
    "TextReport",
    "evaluate_embeddings",
    "evaluate_predictions",
    "evaluate_regression",
    "evaluate_texts",
    "load_policy",
    "load_report",
]
