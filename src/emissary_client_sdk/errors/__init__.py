"""Every error that the SDK raises itself.

::

    EmissaryClientError
    ├── SDKError                      unsuccessful response; also the base of:
    │   ├── APIErrorInvalidInput          400 with the documented body
    │   ├── APIErrorUnauthorized          401 with the documented body
    │   ├── APIErrorForbidden             403
    │   ├── APIErrorNotFound              404 with the documented body
    │   ├── APIErrorConflict              409
    │   ├── APIErrorUnprocessable         422
    │   ├── APIErrorTooManyRequests       429
    │   ├── APIServerError                5XX
    │   └── ResponseValidationError       successful response with an unreadable body
    ├── NoResponseError               no response; the cause is the HTTP library's exception
    │   ├── APITimeoutError               timed out; also a TimeoutError
    │   ├── ResponseTooLargeError         the response exceeds the size limit
    │   └── StreamInterruptedError        a streamed response ended early
    ├── TrainingJobEndedError         a training job did not succeed
    │   ├── TrainingJobFailed             it failed
    │   ├── TrainingJobTimedOut           the platform stopped it because it took too long
    │   └── TrainingJobCancelled          it was cancelled
    ├── DeploymentFailedError         a deployment did not become ready
    ├── EngineFailedError             an inference engine did not become ready
    ├── WaitTimeoutError              a wait timed out; also a TimeoutError
    ├── MetricNotFoundError           no checkpoint has the metric; also a LookupError
    ├── DatasetError                  a data file has errors; also a ValueError
    ├── MissingAPIKeyError            no credentials; also a ValueError
    └── ClientClosedError             the client is closed; also a RuntimeError

Invalid arguments raise TypeError, ValueError or pydantic's ValidationError before a request is sent. Errors can be
pickled; the copy has no ``raw_response``.
"""

from .._lazy import attach

__getattr__, __dir__ = attach(__name__, __file__)
