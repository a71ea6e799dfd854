"""The models of the platform's API, and the errors, which are documented under this name too.

Each name is imported when it is first used.
"""

from .._lazy import lazy as _lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..errors import APIErrorInvalidInput as APIErrorInvalidInput
    from ..errors import APIErrorNotFound as APIErrorNotFound
    from ..errors import APIErrorUnauthorized as APIErrorUnauthorized
    from ..errors import APITimeoutError as APITimeoutError
    from ..errors import ClientClosedError as ClientClosedError
    from ..errors import EmissaryClientError as EmissaryClientError
    from ..errors import MissingAPIKeyError as MissingAPIKeyError
    from ..errors import NoResponseError as NoResponseError
    from ..errors import ResponseValidationError as ResponseValidationError
    from ..errors import SDKError as SDKError
    from .apierrors import APIErrorInvalidInputData as APIErrorInvalidInputData
    from .apierrors import APIErrorNotFoundData as APIErrorNotFoundData
    from .apierrors import APIErrorUnauthorizedData as APIErrorUnauthorizedData
    from .createtrainingjobrequest import CreateTrainingJobRequest as CreateTrainingJobRequest
    from .createtrainingjobrequest import (
        CreateTrainingJobRequestTypedDict as CreateTrainingJobRequestTypedDict,
    )
    from .createtrainingjobrequestbody import CreateTrainingJobRequestBody as CreateTrainingJobRequestBody
    from .createtrainingjobrequestbody import (
        CreateTrainingJobRequestBodyTypedDict as CreateTrainingJobRequestBodyTypedDict,
    )
    from .datasetsummary import DatasetSummary as DatasetSummary
    from .datasetsummary import DatasetSummaryTypedDict as DatasetSummaryTypedDict
    from .parameters import HyperParameters as HyperParameters
    from .parameters import HyperParametersTypedDict as HyperParametersTypedDict
    from .parameters import Parameters as Parameters
    from .parameters import ParametersTypedDict as ParametersTypedDict
    from .requests import CancelTrainingJobByIDRequest as CancelTrainingJobByIDRequest
    from .requests import CancelTrainingJobByIDRequestTypedDict as CancelTrainingJobByIDRequestTypedDict
    from .requests import DeleteTrainingJobByIDRequest as DeleteTrainingJobByIDRequest
    from .requests import DeleteTrainingJobByIDRequestTypedDict as DeleteTrainingJobByIDRequestTypedDict
    from .requests import ListCheckpointsRequest as ListCheckpointsRequest
    from .requests import ListCheckpointsRequestTypedDict as ListCheckpointsRequestTypedDict
    from .requests import ListTrainingJobsRequest as ListTrainingJobsRequest
    from .requests import ListTrainingJobsRequestTypedDict as ListTrainingJobsRequestTypedDict
    from .requests import RetrieveTrainingJobByIDRequest as RetrieveTrainingJobByIDRequest
    from .requests import RetrieveTrainingJobByIDRequestTypedDict as RetrieveTrainingJobByIDRequestTypedDict
    from .security import Security as Security
    from .security import SecurityTypedDict as SecurityTypedDict
    from .trainingjobcheckpoint import TestResults as TestResults
    from .trainingjobcheckpoint import TestResultsTypedDict as TestResultsTypedDict
    from .trainingjobcheckpoint import TrainingJobCheckpoint as TrainingJobCheckpoint
    from .trainingjobcheckpoint import TrainingJobCheckpointTypedDict as TrainingJobCheckpointTypedDict
    from .trainingjobdetail import TrainingJobDetail as TrainingJobDetail
    from .trainingjobdetail import TrainingJobDetailTypedDict as TrainingJobDetailTypedDict
    from .trainingjobstatus import BaseModelOption as BaseModelOption
    from .trainingjobstatus import Status as Status
    from .trainingjobstatus import TaskType as TaskType
    from .trainingjobstatus import TrainingJobDetailStatus as TrainingJobDetailStatus
    from .trainingjobstatus import TrainingJobStatus as TrainingJobStatus
    from .trainingjobstatus import TrainingTechnique as TrainingTechnique
    from .trainingjobsummary import TrainingJobSummary as TrainingJobSummary
    from .trainingjobsummary import TrainingJobSummaryTypedDict as TrainingJobSummaryTypedDict
    from .trainingloss import TrainingLoss as TrainingLoss
    from .trainingloss import TrainingLossTypedDict as TrainingLossTypedDict

__all__ = [
    "APIErrorInvalidInput",
    "APIErrorInvalidInputData",
    "APIErrorNotFound",
    "APIErrorNotFoundData",
    "APIErrorUnauthorized",
    "APIErrorUnauthorizedData",
    "APITimeoutError",
    "BaseModelOption",
    "CancelTrainingJobByIDRequest",
    "CancelTrainingJobByIDRequestTypedDict",
    "ClientClosedError",
    "CreateTrainingJobRequest",
    "CreateTrainingJobRequestBody",
    "CreateTrainingJobRequestBodyTypedDict",
    "CreateTrainingJobRequestTypedDict",
    "DatasetSummary",
    "DatasetSummaryTypedDict",
    "DeleteTrainingJobByIDRequest",
    "DeleteTrainingJobByIDRequestTypedDict",
    "EmissaryClientError",
    "HyperParameters",
    "HyperParametersTypedDict",
    "ListCheckpointsRequest",
    "ListCheckpointsRequestTypedDict",
    "ListTrainingJobsRequest",
    "ListTrainingJobsRequestTypedDict",
    "MissingAPIKeyError",
    "NoResponseError",
    "Parameters",
    "ParametersTypedDict",
    "ResponseValidationError",
    "RetrieveTrainingJobByIDRequest",
    "RetrieveTrainingJobByIDRequestTypedDict",
    "SDKError",
    "Security",
    "SecurityTypedDict",
    "Status",
    "TaskType",
    "TestResults",
    "TestResultsTypedDict",
    "TrainingJobCheckpoint",
    "TrainingJobCheckpointTypedDict",
    "TrainingJobDetail",
    "TrainingJobDetailStatus",
    "TrainingJobDetailTypedDict",
    "TrainingJobStatus",
    "TrainingJobSummary",
    "TrainingJobSummaryTypedDict",
    "TrainingLoss",
    "TrainingLossTypedDict",
    "TrainingTechnique",
]

__getattr__, __dir__ = _lazy(
    __name__,
    {
        "..errors": (
            "APIErrorInvalidInput APIErrorNotFound APIErrorUnauthorized APITimeoutError"
            " ClientClosedError EmissaryClientError MissingAPIKeyError NoResponseError"
            " ResponseValidationError SDKError"
        ),
        ".apierrors": "APIErrorInvalidInputData APIErrorNotFoundData APIErrorUnauthorizedData",
        ".createtrainingjobrequest": "CreateTrainingJobRequest CreateTrainingJobRequestTypedDict",
        ".createtrainingjobrequestbody": ("CreateTrainingJobRequestBody CreateTrainingJobRequestBodyTypedDict"),
        ".datasetsummary": "DatasetSummary DatasetSummaryTypedDict",
        ".parameters": "HyperParameters HyperParametersTypedDict Parameters ParametersTypedDict",
        ".requests": (
            "CancelTrainingJobByIDRequest CancelTrainingJobByIDRequestTypedDict"
            " DeleteTrainingJobByIDRequest DeleteTrainingJobByIDRequestTypedDict"
            " ListCheckpointsRequest ListCheckpointsRequestTypedDict ListTrainingJobsRequest"
            " ListTrainingJobsRequestTypedDict RetrieveTrainingJobByIDRequest"
            " RetrieveTrainingJobByIDRequestTypedDict"
        ),
        ".security": "Security SecurityTypedDict",
        ".trainingjobcheckpoint": (
            "TestResults TestResultsTypedDict TrainingJobCheckpoint TrainingJobCheckpointTypedDict"
        ),
        ".trainingjobdetail": "TrainingJobDetail TrainingJobDetailTypedDict",
        ".trainingjobstatus": (
            "BaseModelOption Status TaskType TrainingJobDetailStatus TrainingJobStatus TrainingTechnique"
        ),
        ".trainingjobsummary": "TrainingJobSummary TrainingJobSummaryTypedDict",
        ".trainingloss": "TrainingLoss TrainingLossTypedDict",
    },
)
