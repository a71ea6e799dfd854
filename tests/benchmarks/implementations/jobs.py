"""Plain models of training jobs, as a script would define them."""

from pydantic import BaseModel


class Summary(BaseModel):
    """A training job in a list."""

    id: str | None = None
    name: str | None = None
    base_model: str | None = None
    status: str | None = None
    progress: int | None = None
    created_by: str | None = None
    created_at: int | None = None
    updated_at: int | None = None
    training_technique: str | None = None
    task_type: str | None = None
    base_model_option: str | None = None
    base_fine_tuned_model: str | None = None
    base_fine_tuned_model_checkpoint: float | None = None
    train_dataset_name: str | None = None
    test_functions: list[str] | None = None
    reward: dict[str, float] | None = None


class Dataset(BaseModel):
    """A dataset of a job."""

    id: str | None = None
    name: str | None = None
    created_at: int | None = None
    is_uploaded: bool | None = None


class Loss(BaseModel):
    """A point of the loss curve."""

    timestamp: float | None = None
    loss: float | None = None


class Detail(Summary):
    """A training job."""

    description: str | None = None
    train_dataset: Dataset | None = None
    test_dataset: Dataset | None = None
    training_loss: list[Loss] | None = None
    hyper_parameters: dict[str, str | int | float | bool] | None = None
