"""Offer methods of the client to a language model as tools of LangChain."""

import inspect
import os
from collections.abc import Callable
from typing import Any

from langchain_core.tools import StructuredTool, create_schema_from_function

from emissary_client_sdk import EmissaryClient

# Not for a model: another server would receive the API key.
OPTIONS = ("retries", "server_url", "timeout_ms", "http_headers")


def tool(name: str, method: Callable[..., Any]) -> StructuredTool:
    """Return a method as a tool whose schema leaves out the options of a call."""
    description, _, _ = (inspect.getdoc(method) or "").partition("\n\n:")
    schema = create_schema_from_function(name, method, filter_args=OPTIONS)
    return StructuredTool.from_function(
        method, name=name, description=description, args_schema=schema
    )


def tools(client: EmissaryClient) -> list[StructuredTool]:
    """Return tools that only read."""
    return [
        tool("list_projects", client.projects.list),
        tool("list_training_jobs", client.training_jobs.list),
        tool("retrieve_training_job", client.training_jobs.retrieve),
    ]


def main() -> None:
    """Print the tools, and call one as a model would."""
    project = os.environ.get("EMISSARY_PROJECT_ID", "demo")
    with EmissaryClient() as client:
        offered = {each.name: each for each in tools(client)}
        for name, each in offered.items():
            print(name, sorted(each.args))
        jobs = offered["list_training_jobs"].invoke({"project_id": project})
        print(len(jobs), "jobs")


if __name__ == "__main__":
    main()
