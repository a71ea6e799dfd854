"""The resource ``projects``."""

from __future__ import annotations

import builtins

from typing_extensions import Unpack

from . import models
from ._call.operation import Resource, asynchronous, operation
from ._call.options import CallOptions
from .utils.retries import Effect

__all__ = ["Projects"]


class Projects(Resource):
    """Projects, which contain datasets, training jobs and deployments."""

    @operation("POST", "/v1/projects", id="createProject", effect=Effect.CREATES)
    def create(
        self,
        *,
        request_body: models.CreateProjectRequestBody | models.CreateProjectRequestBodyTypedDict | None = None,
        request: models.CreateProjectRequestBody | models.CreateProjectRequestBodyTypedDict | None = None,
        **options: Unpack[CallOptions],
    ) -> models.ProjectSummary:
        """Create a project.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param request_body: The project to create: a model, or a mapping with the same fields.
        :param request: The name of ``request_body`` in release 0.4.
        :returns: The created project.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        ...

    create_async = asynchronous(create)

    @operation("GET", "/v1/projects", id="listProjects")
    def list(self, **options: Unpack[CallOptions]) -> builtins.list[models.ProjectSummary]:
        """List all projects.

        :returns: The projects.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        ...

    list_async = asynchronous(list)

    @operation("GET", "/v1/projects/{project_id}", id="retrieveProjectById")
    def retrieve(self, *, project_id: str, **options: Unpack[CallOptions]) -> models.ProjectDetail:
        """Retrieve a project with its datasets, training jobs and deployments.

        :param project_id: ID of the project.
        :returns: The project.
        :raises APIErrorNotFound: The project does not exist (404).
        """
        ...

    retrieve_async = asynchronous(retrieve)
    get = retrieve
    get_async = retrieve_async

    @operation("DELETE", "/v1/projects/{project_id}", id="deleteProjectById")
    def delete(self, *, project_id: str, **options: Unpack[CallOptions]) -> None:
        """Delete a project and everything in it.

        :param project_id: ID of the project.
        :raises APIErrorNotFound: The project does not exist (404).
        """

    delete_async = asynchronous(delete)
