"""The operations of the API, each in one row: its name in the SDK, its request, and its handler."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from .call import Call
from .handlers import basemodels, datasets, deployments, engines, experiments, inference, projects, texts, trainingjobs

_MIB = 1 << 20
_LARGEST_UPLOAD = 100_000_000  # bytes


class Endpoint(NamedTuple):
    """The server's side of an operation.

    :ivar name: Resource and method in the SDK, by which faults name the operation.
    :ivar largest_body: The maximum size of its body in bytes; 0 if it has none.
    :ivar multipart: Whether the body is a form with a file instead of JSON.
    """

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
_file = partial(Endpoint, "files.download")

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

ENDPOINTS = (
    Endpoint("base_models.list", "/v1/models", basemodels.list_all),
    Endpoint("base_models.retrieve", "/v1/models/{base_model_name}", basemodels.retrieve),
    _create("projects.create", "/v1/projects", projects.create),
    Endpoint("projects.list", "/v1/projects", projects.list_all),
    Endpoint("projects.retrieve", _PROJECT, projects.retrieve),
    _delete("projects.delete", _PROJECT, projects.delete),
    _create("datasets.create", _DATASETS, datasets.create, largest_body=_LARGEST_UPLOAD, multipart=True),
    Endpoint("datasets.list", _DATASETS, datasets.list_all),
    Endpoint("datasets.retrieve", _DATASET, datasets.retrieve),
    _delete("datasets.delete", _DATASET, datasets.delete),
    _create("training_jobs.create", _JOBS, trainingjobs.create),
    # Before the path of one job, which "grpo" would match, too.
    _create("training_jobs.create_grpo", f"{_JOBS}/grpo", trainingjobs.create_grpo),
    Endpoint("training_jobs.list", _JOBS, trainingjobs.list_all),
    Endpoint("training_jobs.retrieve", _JOB, trainingjobs.retrieve),
    _delete("training_jobs.delete", _JOB, trainingjobs.delete),
    _act("training_jobs.cancel", f"{_JOB}/cancel", trainingjobs.cancel),
    Endpoint("training_jobs.list_checkpoints", f"{_JOB}/checkpoints", trainingjobs.list_checkpoints),
    _create("engines.create", _ENGINES, engines.create),
    Endpoint("engines.list", _ENGINES, engines.list_all),
    Endpoint("engines.retrieve", _ENGINE, engines.retrieve),
    _delete("engines.delete", _ENGINE, engines.delete),
    _create("engines.deploy", f"{_ENGINE}/deploy", engines.deploy),
    _act("engines.undeploy", f"{_ENGINE}/undeploy", engines.undeploy, largest_body=_MIB),
    _act("engines.reactivate", f"{_ENGINE}/reactivate", engines.reactivate),
    _act("engines.deactivate", f"{_ENGINE}/deactivate", engines.deactivate),
    _create("deployments.create", _DEPLOYMENTS, deployments.create),
    Endpoint("deployments.list", _DEPLOYMENTS, deployments.list_all),
    Endpoint("deployments.retrieve", _DEPLOYMENT, deployments.retrieve),
    _delete("deployments.delete", _DEPLOYMENT, deployments.delete),
    _act("deployments.reactivate", f"{_DEPLOYMENT}/reactivate", deployments.reactivate),
    _infer("completions.create", "/v1/completions", texts.complete),
    _infer("chat.completions.create", "/v1/chat/completions", texts.chat),
    _infer("embeddings.create", "/v1/embeddings", inference.embed),
    _infer("classification.create", "/v1/classification", inference.classify),
    _create("experiments.create", "/v1/experiments", experiments.create),
    _infer("regression.create", "/v1/regression", inference.rate),
    _infer("ner.create", "/v1/ner", inference.find_entities),
    _infer("tool_calling.create", "/v1/classify-generate", inference.call_tool),
    Endpoint("testing_functions.list", "/v1/testing-functions", basemodels.list_testing_functions),
)

# Links in the responses. They need no API key, like the signed URLs of the platform.
FILES = (
    _file(f"{_FILES}/datasets/{{dataset_id}}", datasets.download),
    _file(f"{_CHECKPOINT}/model.tar.gz", trainingjobs.download_model),
    _file(f"{_CHECKPOINT}/results.json", trainingjobs.download_results),
)
