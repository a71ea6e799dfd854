"""The operations of the API, each in one row: its id, its name in the SDK, its request, and its handler."""

from collections.abc import Callable
from dataclasses import dataclass

from .call import Call
from .handlers import basemodels, datasets, deployments, engines, inference, projects, trainingjobs

_MIB = 1 << 20
_LARGEST_UPLOAD = 100_000_000  # bytes


@dataclass(frozen=True)
class Operation:
    """An operation.

    :ivar name: Resource and method in the SDK, by which faults name the operation.
    :ivar largest_body: The maximum size of its body in bytes; 0 if it has none.
    :ivar multipart: Whether the body is a form with a file instead of JSON.
    """

    id: str
    name: str
    method: str
    path: str
    handler: Callable[[Call], object]
    success: int = 200
    largest_body: int = 0
    multipart: bool = False


def _create(operation_id: str, name: str, path: str, handler: Callable[[Call], object]) -> Operation:
    return Operation(operation_id, name, "POST", path, handler, 201, _MIB)


def _infer(operation_id: str, name: str, path: str, handler: Callable[[Call], object]) -> Operation:
    return Operation(operation_id, name, "POST", path, handler, largest_body=16 * _MIB)


def _file(path: str, handler: Callable[[Call], object]) -> Operation:
    return Operation("", "files.download", "GET", f"/files/{{project_id}}{path}", handler)


_PROJECT = "/v1/projects/{project_id}"
_DATASETS = f"{_PROJECT}/datasets"
_DATASET = f"{_DATASETS}/{{dataset_id}}"
_JOBS = f"{_PROJECT}/training-jobs"
_JOB = f"{_JOBS}/{{training_job_id}}"
_DEPLOYMENTS = f"{_PROJECT}/deployments"
_DEPLOYMENT = f"{_DEPLOYMENTS}/{{deployment_id}}"
_ENGINE = "/v1/engines/{engine_id}"
_CHECKPOINT = "/training-jobs/{training_job_id}/checkpoints/{checkpoint}"
_MODEL = "/v1/models/{base_model_name}"

OPERATIONS = (
    Operation("listBaseModels", "base_models.list", "GET", "/v1/models", basemodels.list_all),
    Operation("retrieveBaseModelByName", "base_models.retrieve", "GET", _MODEL, basemodels.retrieve),
    _create("createProject", "projects.create", "/v1/projects", projects.create),
    Operation("listProjects", "projects.list", "GET", "/v1/projects", projects.list_all),
    Operation("retrieveProjectById", "projects.retrieve", "GET", _PROJECT, projects.retrieve),
    Operation("deleteProjectById", "projects.delete", "DELETE", _PROJECT, projects.delete, 204),
    Operation(
        "createDataset", "datasets.create", "POST", _DATASETS, datasets.create, 201, _LARGEST_UPLOAD, multipart=True
    ),
    Operation("listDatasets", "datasets.list", "GET", _DATASETS, datasets.list_all),
    Operation("retrieveDatasetById", "datasets.retrieve", "GET", _DATASET, datasets.retrieve),
    Operation("deleteDatasetById", "datasets.delete", "DELETE", _DATASET, datasets.delete, 204),
    _create("createTrainingJob", "training_jobs.create", _JOBS, trainingjobs.create),
    # Before the path of one job, which "grpo" would match, too.
    _create("createGRPOTrainingJob", "training_jobs.create_grpo", f"{_JOBS}/grpo", trainingjobs.create_grpo),
    Operation("listTrainingJobs", "training_jobs.list", "GET", _JOBS, trainingjobs.list_all),
    Operation("retrieveTrainingJobById", "training_jobs.retrieve", "GET", _JOB, trainingjobs.retrieve),
    Operation("deleteTrainingJobById", "training_jobs.delete", "DELETE", _JOB, trainingjobs.delete, 204),
    Operation("cancelTrainingJobById", "training_jobs.cancel", "POST", f"{_JOB}/cancel", trainingjobs.cancel, 204),
    Operation(
        "listCheckpoints", "training_jobs.list_checkpoints", "GET", f"{_JOB}/checkpoints", trainingjobs.list_checkpoints
    ),
    _create("createEngine", "engines.create", "/v1/engines", engines.create),
    Operation("listEngines", "engines.list", "GET", "/v1/engines", engines.list_all),
    Operation("getEngine", "engines.retrieve", "GET", _ENGINE, engines.retrieve),
    Operation("deleteEngineById", "engines.delete", "DELETE", _ENGINE, engines.delete, 204),
    _create("deployOnEngine", "engines.deploy", f"{_ENGINE}/deploy", engines.deploy),
    Operation("unDeployFromEngine", "engines.undeploy", "POST", f"{_ENGINE}/undeploy", engines.undeploy, 204, _MIB),
    Operation("reactivateEngineById", "engines.reactivate", "POST", f"{_ENGINE}/reactivate", engines.reactivate, 204),
    Operation("deactivateEngineById", "engines.deactivate", "POST", f"{_ENGINE}/deactivate", engines.deactivate, 204),
    _create("createDeployment", "deployments.create", _DEPLOYMENTS, deployments.create),
    Operation("listDeployments", "deployments.list", "GET", _DEPLOYMENTS, deployments.list_all),
    Operation("retrieveDeploymentById", "deployments.retrieve", "GET", _DEPLOYMENT, deployments.retrieve),
    Operation("deleteDeploymentById", "deployments.delete", "DELETE", _DEPLOYMENT, deployments.delete, 204),
    Operation(
        *("reactivateDeploymentById", "deployments.reactivate", "POST"),
        *(f"{_DEPLOYMENT}/reactivate", deployments.reactivate, 204),
    ),
    _infer("getCompletionsFromDeployment", "completions.create", "/v1/completions", inference.complete),
    _infer("getChatCompletions", "chat.completions.create", "/v1/chat/completions", inference.chat),
    _infer("getEmbeddingsFromDeployment", "embeddings.create", "/v1/embeddings", inference.embed),
    _infer("getClassificationFromDeployment", "classification.create", "/v1/classification", inference.classify),
    Operation(
        "listTestFunctions", "testing_functions.list", "GET", "/v1/testing-functions", basemodels.list_testing_functions
    ),
)

# Links in the responses. They need no API key, like the signed URLs of the platform.
FILES = (
    _file("/datasets/{dataset_id}", datasets.download),
    _file(f"{_CHECKPOINT}/model.tar.gz", trainingjobs.download_model),
    _file(f"{_CHECKPOINT}/results.json", trainingjobs.download_results),
)
