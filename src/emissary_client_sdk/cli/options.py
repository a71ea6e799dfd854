"""The arguments and options that several sub-commands have."""

from typing import Annotated, TypeAlias

import typer

JobId: TypeAlias = Annotated[str, typer.Argument(metavar="JOB", help="The id of the training job.", show_default=False)]
Project: TypeAlias = Annotated[
    str, typer.Option("--project", "-p", envvar="EMISSARY_PROJECT_ID", help="The id of the project.")
]
ServerUrl: TypeAlias = Annotated[
    str | None,
    typer.Option(
        envvar="EMISSARY_CLIENT_SERVER_URL", help="The URL of another server.", show_default="the platform's own"
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]
Debug: TypeAlias = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Quiet: TypeAlias = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress while waiting.")]
Interval: TypeAlias = Annotated[
    float, typer.Option(metavar="SECONDS", help="How long to wait between two looks at the job, at first.")
]
Timeout: TypeAlias = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="For how long to wait at the most.", show_default="as long as the job takes"),
]
