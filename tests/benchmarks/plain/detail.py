"""What a script needs that retrieves a training job."""

from pydantic import BaseModel


class Dataset(BaseModel):
    """A dataset that a job names."""

    id: str | None = None
    name: str | None = None
    created_at: int | None = None
    is_uploaded: bool | None = None


class Loss(BaseModel):
    """A point of the loss curve."""

    timestamp: float | None = None
    loss: float | None = None


class Detail(BaseModel):
    """A training job in full."""

    id: str | None = None
    name: str | None = None
    description: str | None = None
    base_model: str | None = None
    status: str | None = None
    progress: int | None = None
    train_dataset: Dataset | None = None
    test_dataset: Dataset | None = None
    training_loss: list[Loss] | None = None
    hyper_parameters: dict[str, str | int | float | bool] | None = None
    created_by: str | None = None
    created_at: int | None = None
    updated_at: int | None = None
    training_technique: str | None = None
    task_type: str | None = None
    base_model_option: str | None = None
    base_fine_tuned_model: str | None = None
    base_fine_tuned_model_checkpoint: float | None = None
    test_functions: list[str] | None = None
    reward: dict[str, float] | None = None
