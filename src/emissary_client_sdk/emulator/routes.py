"""The operations of the API, each in one row: its id, its name in the SDK, its request, and its handler."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from .call import Call
from .handlers import basemodels, datasets, deployments, engines, experiments, inference, projects, texts, trainingjobs

_MIB = 1 << 20
_LARGEST_UPLOAD = 100_000_000  # bytes


@dataclass(frozen=True)
class Endpoint:
    """The server's side of an operation.

    :ivar name: Resource and method in the SDK, by which faults name the operation.
    :ivar largest_body: The maximum size of its body in bytes; 0 if it has none.
    :ivar multipart: Whether the body is a form with a file instead of JSON.
    """

    id: str
    name: str
    path: str
    handler: Callable[[Call], object]
    method: str = "GET"
    success: int = 200
    largest_body: int = 0
    multipart: bool = False


_delete = partial(Endpoint, method="DELETE", success=204)
_act = partial(Endpoint, method="POST", success=204)
_create = partial(Endpoint, method="POST", success=201, largest_body=_MIB)
_infer = partial(Endpoint, method="POST", largest_body=16 * _MIB)
_file = partial(Endpoint, "", "files.download")

_PROJECT = "/v1/projects/{project_id}"
_DATASETS = f"{_PROJECT}/datasets"
_DATASET = f"{_DATASETS}/{{dataset_id}}"
_JOBS = f"{_PROJECT}/training-jobs"
_JOB = f"{_JOBS}/{{training_job_id}}"
_DEPLOYMENTS = f"{_PROJECT}/deployments"
_DEPLOYMENT = f"{_DEPLOYMENTS}/{{deployment_id}}"
_ENGINES = "/v1/engines"
_ENGINE = f"{_ENGINES}/{{engine_id}}"
_FILES = "/files/{project_id}"
_CHECKPOINT = f"{_FILES}/training-jobs/{{training_job_id}}/checkpoints/{{checkpoint}}"
_MODEL = "/v1/models/{base_model_name}"
_FUNCTIONS = "/v1/testing-functions"

ENDPOINTS = (
    Endpoint("listBaseModels", "base_models.list", "/v1/models", basemodels.list_all),
    Endpoint("retrieveBaseModelByName", "base_models.retrieve", _MODEL, basemodels.retrieve),
    _create("createProject", "projects.create", "/v1/projects", projects.create),
    Endpoint("listProjects", "projects.list", "/v1/projects", projects.list_all),
    Endpoint("retrieveProjectById", "projects.retrieve", _PROJECT, projects.retrieve),
    _delete("deleteProjectById", "projects.delete", _PROJECT, projects.delete),
    _create(
        "createDataset", "datasets.create", _DATASETS, datasets.create, largest_body=_LARGEST_UPLOAD, multipart=True
    ),
    Endpoint("listDatasets", "datasets.list", _DATASETS, datasets.list_all),
    Endpoint("retrieveDatasetById", "datasets.retrieve", _DATASET, datasets.retrieve),
    _delete("deleteDatasetById", "datasets.delete", _DATASET, datasets.delete),
    _create("createTrainingJob", "training_jobs.create", _JOBS, trainingjobs.create),
    # Before the path of one job, which "grpo" would match, too.
    _create("createGRPOTrainingJob", "training_jobs.create_grpo", f"{_JOBS}/grpo", trainingjobs.create_grpo),
    Endpoint("listTrainingJobs", "training_jobs.list", _JOBS, trainingjobs.list_all),
    Endpoint("retrieveTrainingJobById", "training_jobs.retrieve", _JOB, trainingjobs.retrieve),
    _delete("deleteTrainingJobById", "training_jobs.delete", _JOB, trainingjobs.delete),
    _act("cancelTrainingJobById", "training_jobs.cancel", f"{_JOB}/cancel", trainingjobs.cancel),
    Endpoint("listCheckpoints", "training_jobs.list_checkpoints", f"{_JOB}/checkpoints", trainingjobs.list_checkpoints),
    _create("createEngine", "engines.create", _ENGINES, engines.create),
    Endpoint("listEngines", "engines.list", _ENGINES, engines.list_all),
    Endpoint("getEngine", "engines.retrieve", _ENGINE, engines.retrieve),
    _delete("deleteEngineById", "engines.delete", _ENGINE, engines.delete),
    _create("deployOnEngine", "engines.deploy", f"{_ENGINE}/deploy", engines.deploy),
    _act("unDeployFromEngine", "engines.undeploy", f"{_ENGINE}/undeploy", engines.undeploy, largest_body=_MIB),
    _act("reactivateEngineById", "engines.reactivate", f"{_ENGINE}/reactivate", engines.reactivate),
    _act("deactivateEngineById", "engines.deactivate", f"{_ENGINE}/deactivate", engines.deactivate),
    _create("createDeployment", "deployments.create", _DEPLOYMENTS, deployments.create),
    Endpoint("listDeployments", "deployments.list", _DEPLOYMENTS, deployments.list_all),
    Endpoint("retrieveDeploymentById", "deployments.retrieve", _DEPLOYMENT, deployments.retrieve),
    _delete("deleteDeploymentById", "deployments.delete", _DEPLOYMENT, deployments.delete),
    _act("reactivateDeploymentById", "deployments.reactivate", f"{_DEPLOYMENT}/reactivate", deployments.reactivate),
    _infer("getCompletionsFromDeployment", "completions.create", "/v1/completions", texts.complete),
    _infer("getChatCompletions", "chat.completions.create", "/v1/chat/completions", texts.chat),
    _infer("getEmbeddingsFromDeployment", "embeddings.create", "/v1/embeddings", inference.embed),
    _infer("getClassificationFromDeployment", "classification.create", "/v1/classification", inference.classify),
    _create("createExperiment", "experiments.create", "/v1/experiments", experiments.create),
    _infer("getRegression", "regression.create", "/v1/regression", inference.rate),
    _infer("getEntities", "ner.create", "/v1/ner", inference.find_entities),
    _infer("getToolCall", "tool_calling.create", "/v1/classify-generate", inference.call_tool),
    Endpoint("listTestFunctions", "testing_functions.list", _FUNCTIONS, basemodels.list_testing_functions),
)

# Links in the responses. They need no API key, like the signed URLs of the platform.
FILES = (
    _file(f"{_FILES}/datasets/{{dataset_id}}", datasets.download),
    _file(f"{_CHECKPOINT}/model.tar.gz", trainingjobs.download_model),
    _file(f"{_CHECKPOINT}/results.json", trainingjobs.download_results),
)
