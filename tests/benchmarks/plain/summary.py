"""What a script needs that lists or creates training jobs."""

from pydantic import BaseModel


class Summary(BaseModel):
    """A training job in short."""

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


class NewJob(BaseModel):
    """A training job to be created."""

    base_model: str
    train_dataset_id: str
    test_dataset_id: str | None = None
    train_test_split_ratio: float | None = None
    name: str | None = None
    description: str | None = None
    parameters: dict[str, str | int | float | bool] | None = None
    hf_model_link: str | None = None
    base_model_option: str | None = None
    checkpoint: float | None = None
    task_type: str | None = None
    test_functions: list[str] | None = None
    rebalance_data: dict[str, float] | None = None
