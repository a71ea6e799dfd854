"""Python client of Emissary, a platform on which people fine-tune language models.

``EmissaryClient`` is where to begin. Each name is imported when it is first used, so that importing the package
costs next to nothing.

(PYTEST_DONT_REWRITE: this package has a plugin for pytest, but no assertions for it to rewrite.)
"""

from ._lazy import lazy as _lazy
from ._version import __title__, __version__

VERSION: str = __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import errors as errors
    from . import models as models
    from . import types as types
    from . import utils as utils
    from ._hooks import SDKHooks as SDKHooks
    from .models import APIErrorInvalidInput as APIErrorInvalidInput
    from .models import APIErrorInvalidInputData as APIErrorInvalidInputData
    from .models import APIErrorNotFound as APIErrorNotFound
    from .models import APIErrorNotFoundData as APIErrorNotFoundData
    from .models import APIErrorUnauthorized as APIErrorUnauthorized
    from .models import APIErrorUnauthorizedData as APIErrorUnauthorizedData
    from .models import APITimeoutError as APITimeoutError
    from .models import BaseModelOption as BaseModelOption
    from .models import CancelTrainingJobByIDRequest as CancelTrainingJobByIDRequest
    from .models import CancelTrainingJobByIDRequestTypedDict as CancelTrainingJobByIDRequestTypedDict
    from .models import CheckpointAdded as CheckpointAdded
    from .models import ClientClosedError as ClientClosedError
    from .models import CreateTrainingJobRequest as CreateTrainingJobRequest
    from .models import CreateTrainingJobRequestBody as CreateTrainingJobRequestBody
    from .models import CreateTrainingJobRequestBodyTypedDict as CreateTrainingJobRequestBodyTypedDict
    from .models import CreateTrainingJobRequestTypedDict as CreateTrainingJobRequestTypedDict
    from .models import DatasetSummary as DatasetSummary
    from .models import DatasetSummaryTypedDict as DatasetSummaryTypedDict
    from .models import DeleteTrainingJobByIDRequest as DeleteTrainingJobByIDRequest
    from .models import DeleteTrainingJobByIDRequestTypedDict as DeleteTrainingJobByIDRequestTypedDict
    from .models import EmissaryClientError as EmissaryClientError
    from .models import HyperParameters as HyperParameters
    from .models import HyperParametersTypedDict as HyperParametersTypedDict
    from .models import ListCheckpointsRequest as ListCheckpointsRequest
    from .models import ListCheckpointsRequestTypedDict as ListCheckpointsRequestTypedDict
    from .models import ListTrainingJobsRequest as ListTrainingJobsRequest
    from .models import ListTrainingJobsRequestTypedDict as ListTrainingJobsRequestTypedDict
    from .models import LossAdded as LossAdded
    from .models import MissingAPIKeyError as MissingAPIKeyError
    from .models import NoResponseError as NoResponseError
    from .models import Parameters as Parameters
    from .models import ParametersTypedDict as ParametersTypedDict
    from .models import ProgressChanged as ProgressChanged
    from .models import ResponseValidationError as ResponseValidationError
    from .models import RetrieveTrainingJobByIDRequest as RetrieveTrainingJobByIDRequest
    from .models import RetrieveTrainingJobByIDRequestTypedDict as RetrieveTrainingJobByIDRequestTypedDict
    from .models import SDKError as SDKError
    from .models import Security as Security
    from .models import SecurityTypedDict as SecurityTypedDict
    from .models import Status as Status
    from .models import StatusChanged as StatusChanged
    from .models import TaskType as TaskType
    from .models import TestResults as TestResults
    from .models import TestResultsTypedDict as TestResultsTypedDict
    from .models import TrainingJobCancelled as TrainingJobCancelled
    from .models import TrainingJobChange as TrainingJobChange
    from .models import TrainingJobCheckpoint as TrainingJobCheckpoint
    from .models import TrainingJobCheckpointTypedDict as TrainingJobCheckpointTypedDict
    from .models import TrainingJobDetail as TrainingJobDetail
    from .models import TrainingJobDetailStatus as TrainingJobDetailStatus
    from .models import TrainingJobDetailTypedDict as TrainingJobDetailTypedDict
    from .models import TrainingJobEndedError as TrainingJobEndedError
    from .models import TrainingJobFailed as TrainingJobFailed
    from .models import TrainingJobStatus as TrainingJobStatus
    from .models import TrainingJobSummary as TrainingJobSummary
    from .models import TrainingJobSummaryTypedDict as TrainingJobSummaryTypedDict
    from .models import TrainingJobTimedOut as TrainingJobTimedOut
    from .models import TrainingLoss as TrainingLoss
    from .models import TrainingLossTypedDict as TrainingLossTypedDict
    from .models import TrainingTechnique as TrainingTechnique
    from .models import WaitTimeoutError as WaitTimeoutError
    from .sdk import EmissaryClient as EmissaryClient
    from .sdkconfiguration import SDKConfiguration as SDKConfiguration
    from .types import UNSET as UNSET
    from .utils import BackoffStrategy as BackoffStrategy
    from .utils import RetryConfig as RetryConfig

__all__ = [
    "UNSET",
    "VERSION",
    "APIErrorInvalidInput",
    "APIErrorInvalidInputData",
    "APIErrorNotFound",
    "APIErrorNotFoundData",
    "APIErrorUnauthorized",
    "APIErrorUnauthorizedData",
    "APITimeoutError",
    "BackoffStrategy",
    "BaseModelOption",
    "CancelTrainingJobByIDRequest",
    "CancelTrainingJobByIDRequestTypedDict",
    "CheckpointAdded",
    "ClientClosedError",
    "CreateTrainingJobRequest",
    "CreateTrainingJobRequestBody",
    "CreateTrainingJobRequestBodyTypedDict",
    "CreateTrainingJobRequestTypedDict",
    "DatasetSummary",
    "DatasetSummaryTypedDict",
    "DeleteTrainingJobByIDRequest",
    "DeleteTrainingJobByIDRequestTypedDict",
    "EmissaryClient",
    "EmissaryClientError",
    "HyperParameters",
    "HyperParametersTypedDict",
    "ListCheckpointsRequest",
    "ListCheckpointsRequestTypedDict",
    "ListTrainingJobsRequest",
    "ListTrainingJobsRequestTypedDict",
    "LossAdded",
    "MissingAPIKeyError",
    "NoResponseError",
    "Parameters",
    "ParametersTypedDict",
    "ProgressChanged",
    "ResponseValidationError",
    "RetrieveTrainingJobByIDRequest",
    "RetrieveTrainingJobByIDRequestTypedDict",
    "RetryConfig",
    "SDKConfiguration",
    "SDKError",
    "SDKHooks",
    "Security",
    "SecurityTypedDict",
    "Status",
    "StatusChanged",
    "TaskType",
    "TestResults",
    "TestResultsTypedDict",
    "TrainingJobCancelled",
    "TrainingJobChange",
    "TrainingJobCheckpoint",
    "TrainingJobCheckpointTypedDict",
    "TrainingJobDetail",
    "TrainingJobDetailStatus",
    "TrainingJobDetailTypedDict",
    "TrainingJobEndedError",
    "TrainingJobFailed",
    "TrainingJobStatus",
    "TrainingJobSummary",
    "TrainingJobSummaryTypedDict",
    "TrainingJobTimedOut",
    "TrainingLoss",
    "TrainingLossTypedDict",
    "TrainingTechnique",
    "WaitTimeoutError",
    "__title__",
    "__version__",
    "errors",
    "models",
    "types",
    "utils",
]

__getattr__, __dir__ = _lazy(
    __name__,
    {
        ".": "errors models types utils",
        "._hooks": "SDKHooks",
        ".models": (
            "APIErrorInvalidInput APIErrorInvalidInputData APIErrorNotFound APIErrorNotFoundData"
            " APIErrorUnauthorized APIErrorUnauthorizedData APITimeoutError BaseModelOption"
            " CancelTrainingJobByIDRequest CancelTrainingJobByIDRequestTypedDict CheckpointAdded"
            " ClientClosedError CreateTrainingJobRequest CreateTrainingJobRequestBody"
            " CreateTrainingJobRequestBodyTypedDict CreateTrainingJobRequestTypedDict DatasetSummary"
            " DatasetSummaryTypedDict DeleteTrainingJobByIDRequest DeleteTrainingJobByIDRequestTypedDict"
            " EmissaryClientError HyperParameters HyperParametersTypedDict ListCheckpointsRequest"
            " ListCheckpointsRequestTypedDict ListTrainingJobsRequest ListTrainingJobsRequestTypedDict"
            " LossAdded MissingAPIKeyError NoResponseError Parameters ParametersTypedDict ProgressChanged"
            " ResponseValidationError RetrieveTrainingJobByIDRequest RetrieveTrainingJobByIDRequestTypedDict"
            " SDKError Security SecurityTypedDict Status StatusChanged TaskType TestResults"
            " TestResultsTypedDict TrainingJobCancelled TrainingJobChange TrainingJobCheckpoint"
            " TrainingJobCheckpointTypedDict TrainingJobDetail TrainingJobDetailStatus"
            " TrainingJobDetailTypedDict TrainingJobEndedError TrainingJobFailed TrainingJobStatus"
            " TrainingJobSummary TrainingJobSummaryTypedDict TrainingJobTimedOut TrainingLoss"
            " TrainingLossTypedDict TrainingTechnique WaitTimeoutError"
        ),
        ".sdk": "EmissaryClient",
        ".sdkconfiguration": "SDKConfiguration",
        ".types": "UNSET",
        ".utils": "BackoffStrategy RetryConfig",
    },
)
