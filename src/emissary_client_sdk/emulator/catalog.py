"""The base models of the emulated platform."""

from collections.abc import Mapping
from typing import Any, NamedTuple

_TEXT: Mapping[str, str | float] = {
    "learning_rate": 0.0002,
    "num_train_epochs": 3,
    "per_device_train_batch_size": 2,
    "per_device_eval_batch_size": 2,
    "lr_scheduler_type": "cosine",
}
_ENCODER = {"learning_rate": 2e-5, "num_train_epochs": 3, "per_device_train_batch_size": 16}


class CatalogModel(NamedTuple):
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
