"""The server: it lists the tools, previews and calls them, and turns results and errors into text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp import types
from mcp.server import Server
from mcp.server.stdio import stdio_server
from pydantic_core import to_json

from .. import __version__
from .arguments import json_schema
from .catalog import GROUPS
from .toolbox import PREVIEW, TOKEN, PreviewArguments, Toolbox

if TYPE_CHECKING:
    import os
    from collections.abc import Collection

    from mcp.server import ServerRequestContext as Context

    from .. import EmissaryClient
    from .catalog import ClientTool

_MOST_CHARACTERS = 100_000
"""A longer result would fill the context of a model."""

_INSTRUCTIONS = """\
Emissary fine-tunes language models and serves them. The order of the work: datasets_prepare for data of another layout,
datasets_check, datasets_upload, training_jobs_create, training_jobs_wait, training_jobs_list_checkpoints,
deployments_create, deployments_wait, then inference and evaluation by the deployment's name. IDs come from the list
tools. Training, deployments and inference cost money, a deployment until it is deactivated or deleted. What costs money
or deletes needs a confirmation_token: call preview first, show the user what it returns, and go on if they agree."""


def create_server(
    client: EmissaryClient, *, root: str | os.PathLike[str] = ".", allow: Collection[str] = ()
) -> Server[Any]:
    """Return an MCP server with the tools of a client, for any transport of the package ``mcp``.

    :param client: The client that the tools call. It is not closed.
    :param root: The directory whose files the tools may read.
    :param allow: What the tools may do besides reading: ``"create"``, ``"delete"``, ``"inference"``.
    :raises ValueError: ``allow`` has another value, or ``root`` is not a directory.
    """
    unknown = sorted({*allow} - {*GROUPS})
    if unknown:
        raise ValueError(f"allow must be of {', '.join(GROUPS)}, not {', '.join(map(repr, unknown))}")
    directory = Path(root).resolve()
    if not directory.is_dir():
        raise ValueError(f"root must be a directory, not {str(root)!r}")
    toolbox = Toolbox(client, directory, allow)
    listed = [_listed(tool) for tool in toolbox.tools.values()]
    if any(tool.needs_confirmation for tool in toolbox.tools.values()):
        listed.append(_PREVIEW_TOOL)

    async def list_tools(context: Context[Any], params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        del context, params
        return types.ListToolsResult(tools=listed)

    redact = client.sdk_configuration.key.redact  # also where the platform repeats the key

    async def call_tool(context: Context[Any], params: types.CallToolRequestParams) -> types.CallToolResult:
        async def report(progress: float, total: float | None, message: str) -> None:
            await context.session.report_progress(progress, total, redact(message))

        try:
            text, is_error = _text(await toolbox.call(params.name, params.arguments or {}, report)), False
        except Exception as error:  # noqa: BLE001  # the model reads every error
            tool = toolbox.tools.get(params.name)
            text, is_error = _described(error, is_read_only=tool is None or tool.group == "read"), True
        content = types.TextContent(text=_shortened(redact(text)))
        return types.CallToolResult(content=[content], is_error=is_error)

    handlers: Any = {"on_list_tools": list_tools, "on_call_tool": call_tool}
    return Server("emissary", version=__version__, instructions=_INSTRUCTIONS, **handlers)


async def serve(server: Server[Any]) -> None:
    """Serve over standard input and output until the input ends.

    Meanwhile everything else that this process writes to standard output goes to standard error.
    """
    async with stdio_server() as (requests, responses):
        await server.run(requests, responses, server.create_initialization_options())


def _listed(tool: ClientTool) -> types.Tool:
    schema = json_schema(tool.arguments)
    if tool.needs_confirmation:
        schema["properties"][TOKEN] = {"type": "string", "description": f"Token that {PREVIEW} returned for this call."}
        schema["required"] = [*schema.get("required", ()), TOKEN]
    return types.Tool(
        name=tool.name,
        description=tool.description,
        input_schema=schema,
        annotations=types.ToolAnnotations(
            read_only_hint=tool.group == "read",
            destructive_hint=tool.group == "delete",
            idempotent_hint=tool.group in ("read", "delete") or tool.verb == "reactivate",
            open_world_hint=tool.verb != "check",
        ),
    )


_PREVIEW_TOOL = types.Tool(
    name=PREVIEW,
    description="Check a call that costs money or deletes, show what it affects, and return the confirmation_token"
    " that it needs. Nothing is created, charged or deleted.",
    input_schema=PreviewArguments.model_json_schema(),
    annotations=types.ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True),
)


def _described(error: Exception, *, is_read_only: bool) -> str:
    """Return the text of an error for a model.

    :param is_read_only: Whether the call cannot have had an effect.
    """
    text = f"{type(error).__name__}: {error}"
    if not is_read_only and getattr(error, "request_may_have_been_processed", False):
        text += ". The platform may have acted on it nevertheless: look at the list before you repeat the call"
    return text


def _text(result: Any) -> str:
    if result is None:
        return "Done."
    value = result.to_dict() if hasattr(result, "to_dict") else result
    return to_json(value, exclude_none=True, inf_nan_mode="null", fallback=str).decode()


def _shortened(text: str) -> str:
    left_out = len(text) - _MOST_CHARACTERS
    return text if left_out <= 0 else f"{text[:_MOST_CHARACTERS]}… ({left_out} more characters)"
