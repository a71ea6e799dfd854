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
    from ..errors import TrainingJobCancelled as TrainingJobCancelled
    from ..errors import TrainingJobEndedError as TrainingJobEndedError
    from ..errors import TrainingJobFailed as TrainingJobFailed
    from ..errors import TrainingJobTimedOut as TrainingJobTimedOut
    from ..errors import WaitTimeoutError as WaitTimeoutError
    from .apierrors import APIErrorInvalidInputData as APIErrorInvalidInputData
    from .apierrors import APIErrorNotFoundData as APIErrorNotFoundData
    from .apierrors import APIErrorUnauthorizedData as APIErrorUnauthorizedData
    from .canceltrainingjobbyidrequest import CancelTrainingJobByIDRequest as CancelTrainingJobByIDRequest
    from .changes import CheckpointAdded as CheckpointAdded
    from .changes import LossAdded as LossAdded
    from .changes import ProgressChanged as ProgressChanged
    from .changes import StatusChanged as StatusChanged
    from .changes import TrainingJobChange as TrainingJobChange
    from .createtrainingjobrequest import CreateTrainingJobRequest as CreateTrainingJobRequest
    from .createtrainingjobrequestbody import CreateTrainingJobRequestBody as CreateTrainingJobRequestBody
    from .datasetsummary import DatasetSummary as DatasetSummary
    from .deletetrainingjobbyidrequest import DeleteTrainingJobByIDRequest as DeleteTrainingJobByIDRequest
    from .listcheckpointsrequest import ListCheckpointsRequest as ListCheckpointsRequest
    from .listtrainingjobsrequest import ListTrainingJobsRequest as ListTrainingJobsRequest
    from .parameters import HyperParameters as HyperParameters
    from .parameters import HyperParametersTypedDict as HyperParametersTypedDict
    from .parameters import Parameters as Parameters
    from .parameters import ParametersTypedDict as ParametersTypedDict
    from .retrievetrainingjobbyidrequest import RetrieveTrainingJobByIDRequest as RetrieveTrainingJobByIDRequest
    from .security import Security as Security
    from .trainingjobcheckpoint import TestResults as TestResults
    from .trainingjobcheckpoint import TrainingJobCheckpoint as TrainingJobCheckpoint
    from .trainingjobdetail import TrainingJobDetail as TrainingJobDetail
    from .trainingjobstatus import BaseModelOption as BaseModelOption
    from .trainingjobstatus import Status as Status
    from .trainingjobstatus import TaskType as TaskType
    from .trainingjobstatus import TrainingJobDetailStatus as TrainingJobDetailStatus
    from .trainingjobstatus import TrainingJobStatus as TrainingJobStatus
    from .trainingjobstatus import TrainingTechnique as TrainingTechnique
    from .trainingjobsummary import TrainingJobSummary as TrainingJobSummary
    from .trainingloss import TrainingLoss as TrainingLoss
    from .typeddicts import CancelTrainingJobByIDRequestTypedDict as CancelTrainingJobByIDRequestTypedDict
    from .typeddicts import CreateTrainingJobRequestBodyTypedDict as CreateTrainingJobRequestBodyTypedDict
    from .typeddicts import CreateTrainingJobRequestTypedDict as CreateTrainingJobRequestTypedDict
    from .typeddicts import DatasetSummaryTypedDict as DatasetSummaryTypedDict
    from .typeddicts import DeleteTrainingJobByIDRequestTypedDict as DeleteTrainingJobByIDRequestTypedDict
    from .typeddicts import ListCheckpointsRequestTypedDict as ListCheckpointsRequestTypedDict
    from .typeddicts import ListTrainingJobsRequestTypedDict as ListTrainingJobsRequestTypedDict
    from .typeddicts import RetrieveTrainingJobByIDRequestTypedDict as RetrieveTrainingJobByIDRequestTypedDict
    from .typeddicts import SecurityTypedDict as SecurityTypedDict
    from .typeddicts import TestResultsTypedDict as TestResultsTypedDict
    from .typeddicts import TrainingJobCheckpointTypedDict as TrainingJobCheckpointTypedDict
    from .typeddicts import TrainingJobDetailTypedDict as TrainingJobDetailTypedDict
    from .typeddicts import TrainingJobSummaryTypedDict as TrainingJobSummaryTypedDict
    from .typeddicts import TrainingLossTypedDict as TrainingLossTypedDict

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
    "SDKError",
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
]

__getattr__, __dir__ = _lazy(
    __name__,
    {
        "..errors": (
            "APIErrorInvalidInput APIErrorNotFound APIErrorUnauthorized APITimeoutError ClientClosedError"
            " EmissaryClientError MissingAPIKeyError NoResponseError ResponseValidationError SDKError"
            " TrainingJobCancelled TrainingJobEndedError TrainingJobFailed TrainingJobTimedOut"
            " WaitTimeoutError"
        ),
        ".apierrors": "APIErrorInvalidInputData APIErrorNotFoundData APIErrorUnauthorizedData",
        ".canceltrainingjobbyidrequest": "CancelTrainingJobByIDRequest",
        ".changes": "CheckpointAdded LossAdded ProgressChanged StatusChanged TrainingJobChange",
        ".createtrainingjobrequest": "CreateTrainingJobRequest",
        ".createtrainingjobrequestbody": "CreateTrainingJobRequestBody",
        ".datasetsummary": "DatasetSummary",
        ".deletetrainingjobbyidrequest": "DeleteTrainingJobByIDRequest",
        ".listcheckpointsrequest": "ListCheckpointsRequest",
        ".listtrainingjobsrequest": "ListTrainingJobsRequest",
        ".parameters": "HyperParameters HyperParametersTypedDict Parameters ParametersTypedDict",
        ".retrievetrainingjobbyidrequest": "RetrieveTrainingJobByIDRequest",
        ".security": "Security",
        ".trainingjobcheckpoint": "TestResults TrainingJobCheckpoint",
        ".trainingjobdetail": "TrainingJobDetail",
        ".trainingjobstatus": (
            "BaseModelOption Status TaskType TrainingJobDetailStatus TrainingJobStatus TrainingTechnique"
        ),
        ".trainingjobsummary": "TrainingJobSummary",
        ".trainingloss": "TrainingLoss",
        ".typeddicts": (
            "CancelTrainingJobByIDRequestTypedDict CreateTrainingJobRequestBodyTypedDict"
            " CreateTrainingJobRequestTypedDict DatasetSummaryTypedDict DeleteTrainingJobByIDRequestTypedDict"
            " ListCheckpointsRequestTypedDict ListTrainingJobsRequestTypedDict"
            " RetrieveTrainingJobByIDRequestTypedDict SecurityTypedDict TestResultsTypedDict"
            " TrainingJobCheckpointTypedDict TrainingJobDetailTypedDict TrainingJobSummaryTypedDict"
            " TrainingLossTypedDict"
        ),
    },
)
