"""The resource ``projects``."""

import builtins
from functools import partial
from typing import cast

from typing_extensions import Unpack

from . import models
from ._call.call import Resource, call
from ._call.commands import Flow
from ._call.operation import Operation, creation
from ._call.options import CallOptions
from ._call.twins import twins
from ._flows.creation import find_or_create

__all__ = ["Projects"]


CREATE = creation("createProject", "/v1/projects", models.CreateProjectRequestBody, models.ProjectSummary)
LIST = Operation("listProjects", "GET", "/v1/projects", result=list[models.ProjectSummary])
RETRIEVE = Operation("retrieveProjectById", "GET", "/v1/projects/{project_id}", result=models.ProjectDetail)
DELETE = Operation[None]("deleteProjectById", "DELETE", "/v1/projects/{project_id}")


class Projects(Resource):
    """Projects, which contain datasets, training jobs and deployments."""

    def _create(
        self,
        *,
        request_body: models.CreateProjectRequestBody | models.CreateProjectRequestBodyTypedDict | None = None,
        request: models.CreateProjectRequestBody | models.CreateProjectRequestBodyTypedDict | None = None,
        **options: Unpack[CallOptions],
    ) -> Flow[models.ProjectSummary]:
        """Create a project.

        By default the request is retried only if the platform cannot have acted on it. All attempts carry the same
        ``Idempotency-Key``.

        :param request_body: The project to create: a model, or a mapping with the same fields.
        :param request: The name of ``request_body`` in release 0.4.
        :returns: The created project.
        :raises APIErrorInvalidInput: The platform rejected the input (400).
        """
        body = request if request_body is None else request_body
        return (yield from call(self, CREATE, options, request_body={} if body is None else body))

    create, create_async = twins(_create)

    def _list(self, **options: Unpack[CallOptions]) -> Flow[builtins.list[models.ProjectSummary]]:
        """List all projects.

        :returns: The projects.
        :raises APIErrorUnauthorized: The API key is missing or invalid (401).
        """
        return (yield from call(self, LIST, options))

    list, list_async = twins(_list)

    def _retrieve(self, *, project_id: str, **options: Unpack[CallOptions]) -> Flow[models.ProjectDetail]:
        """Retrieve a project with its datasets, training jobs and deployments.

        :param project_id: ID of the project.
        :returns: The project.
        :raises APIErrorNotFound: The project does not exist (404).
        """
        return (yield from call(self, RETRIEVE, options, project_id=project_id))

    retrieve, retrieve_async = twins(_retrieve)
    get = retrieve
    get_async = retrieve_async

    def _delete(self, *, project_id: str, **options: Unpack[CallOptions]) -> Flow[None]:
        """Delete a project and everything in it.

        :param project_id: ID of the project.
        :raises APIErrorNotFound: The project does not exist (404).
        """
        return (yield from call(self, DELETE, options, project_id=project_id))

    delete, delete_async = twins(_delete)

    def _find_or_create(self, *, name: str, **options: Unpack[CallOptions]) -> Flow[models.ProjectSummary]:
        """Return the project with a name, which is created if it does not exist.

        If the response to the creation is lost, the project is looked for; it is never created twice.

        :param name: Name of the project.
        :returns: The project.
        :raises ValueError: Several projects have the name.
        :raises CreationUnknownError: The project may exist, and is not listed yet.
        """
        create = partial(call, self, CREATE, options, request_body={"name": name})
        project, _ = yield from find_or_create(self, "project", name, LIST, create, options)
        return cast("models.ProjectSummary", project)

    find_or_create, find_or_create_async = twins(_find_or_create)
