"""The base models and testing functions of the emulated platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TEXT: Mapping[str, str | float] = {
    "learning_rate": 0.0002,
    "num_train_epochs": 3,
    "per_device_train_batch_size": 2,
    "per_device_eval_batch_size": 2,
    "lr_scheduler_type": "cosine",
}
_ENCODER = {"learning_rate": 2e-5, "num_train_epochs": 3, "per_device_train_batch_size": 16}


@dataclass(frozen=True)
class CatalogModel:
    """A base model.

    :ivar type: The type as the API names it.
    :ivar task_type: The task of a deployment of the model.
    """

    name: str
    type: str
    task_type: str
    template: Mapping[str, str | float]
    serverless: bool = False

    def view(self) -> dict[str, Any]:
        """Return the BaseModelSummary."""
        return {
            "name": self.name,
            "type": self.type,
            "parameter_template": self.template,
            "support_serverless": self.serverless,
        }


BASE_MODELS = {
    model.name: model
    for model in (
        CatalogModel("Llama-3.2-1B-Instruct", "chat", "text-generation", _TEXT, serverless=True),
        CatalogModel("Llama-3.2-1B-Completion", "completion", "text-generation", _TEXT, serverless=True),
        CatalogModel("Llama-3.2-3B-Instruct", "chat", "text-generation", _TEXT),
        CatalogModel("Llama-3.2-3B-Completion", "completion", "text-generation", _TEXT),
        CatalogModel("Qwen3-4B-Instruct", "chat", "text-generation", _TEXT),
        CatalogModel("Qwen3-4B-Base", "completion", "text-generation", _TEXT),
        CatalogModel("dinov2-base", "classification", "classification", _ENCODER),
        CatalogModel("All-Mpnet-Base-V2-Embedding", "embeddings", "embedding", _ENCODER, serverless=True),
        CatalogModel("HF_MODEL", "completion", "text-generation", _TEXT),
    )
}

_EXACT_MATCH = '''\
def exact_match_shared(input_text, expected_output, predicted_output):
    """Return 1 if the output is the expected one, apart from surrounding whitespace."""
    return float(predicted_output.strip() == expected_output.strip())
'''
_SIMILARITY = '''\
from difflib import SequenceMatcher


def {name}(input_text, expected_output, predicted_output):
    """Return the similarity of the output to the expected one, from 0 to 1."""
    return SequenceMatcher(None, expected_output, predicted_output).ratio()
'''
_LENGTH = '''\
import numpy


def length_ratio_shared(input_text, expected_output, predicted_output):
    """Return how close the output's length is to the expected one, from 0 to 1."""
    lengths = sorted([len(expected_output), len(predicted_output)])
    return float(numpy.divide(lengths[0] or 1, lengths[1] or 1))
'''

TESTING_FUNCTIONS: dict[str, dict[str, Any]] = {
    "exact_match_shared": {"content": _EXACT_MATCH, "dependencies": []},
    "similarity_score_shared": {"content": _SIMILARITY.format(name="similarity_score_shared"), "dependencies": []},
    "test_similarity_shared": {"content": _SIMILARITY.format(name="test_similarity_shared"), "dependencies": []},
    "length_ratio_shared": {"content": _LENGTH, "dependencies": ["numpy"]},
}
