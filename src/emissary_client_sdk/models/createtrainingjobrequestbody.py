"""What a caller says of a training job to be created.

Source: .speakeasy/openapi.yaml.
"""

from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field, JsonValue

from ..types.basemodel import BaseModel
from .parameters import Parameters
from .trainingjobstatus import BaseModelOption, TaskType


class CreateTrainingJobRequestBody(BaseModel):
    """A training job to be created.

    A field that is not set, or is None, is not sent. A field that this class does not name is sent as given,
    so that a new field of the platform can be used before the SDK knows it; it has to be a JSON value.
    """

    model_config = ConfigDict(
        extra="allow",
        # Deferred, the type of the unnamed fields would be built without the line below.
        defer_build=False,
        # NaN and infinity are no JSON; sent as null they would be lost without a word.
        allow_inf_nan=False,
        ser_json_inf_nan="constants",  # one that slips into a dictionary later is found when the body is written
        validate_assignment=True,
    )
    # Where pydantic reads the type of the unnamed fields. It is no argument of the constructor.
    if TYPE_CHECKING:
        __pydantic_extra__: dict[str, JsonValue] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]
    else:
        __pydantic_extra__: dict[str, JsonValue]

    base_model: str
    """The name of the base model, or of an earlier training job with ``base_model_option="fine-tuned"``."""
    train_dataset_id: str
    """The id of the dataset to train on."""
    test_dataset_id: str | None = None
    """The id of the dataset to test on."""
    train_test_split_ratio: int | float | None = None
    """How much of the training data is held back for testing. The platform's examples have fractions (0.2)
    as well as percents (20); the number is passed on as it is given."""
    name: str | None = None
    """A name for the job."""
    description: str | None = None
    """What the job is about."""
    parameters: dict[str, Parameters] | None = None
    """Hyperparameters such as ``num_train_epochs`` or ``learning_rate``."""
    hf_model_link: str | None = None
    """The link of a Hugging Face model, where that is the base."""
    base_model_option: BaseModelOption | None = None
    """Whether to start from a base model (the platform's default) or from an earlier job's checkpoint."""
    checkpoint: int | float | None = None
    """Which checkpoint of the earlier job to start from."""
    task_type: TaskType | None = None
    """What the trained model is for; the platform's default is text generation."""
    test_functions: list[str] | None = None
    """The test functions to run on the trained model."""
    rebalance_data: dict[str, int | float] | None = None
    """How to rebalance the training data: for each label a ratio or a count."""
