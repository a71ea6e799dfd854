"""The implementations that are compared. They have the same methods; one that cannot do something lacks the method.

The argument of a method is the size that the server's responses have.
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

IN_FLIGHT = 50  # requests of a batch at the same time
ALLOWED = 20  # those that the server accepts from a batch that has to find out how many


@dataclass(frozen=True)
class Implementation:
    """An implementation, created in a process of its own.

    :ivar label: Its name on the page.
    :ivar class_path: Module of this package, and class.
    :ivar environment: Environment that its process runs in; empty for the current one.
    """

    label: str
    class_path: str = ""
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    environment: str = ""

    def create(self, server: str) -> Any:
        """Return the implementation, set up for a server."""
        module, _, name = self.class_path.partition(".")
        return getattr(import_module(f".{module}", __package__), name)(server, **self.options)


IMPLEMENTATIONS = {
    "by-hand": Implementation("httpx + pydantic by hand", "byhand.ByHand"),
    "by-hand-insecure": Implementation("the same with `verify=False`, which loads no certificates"),
    "by-hand-httpx2": Implementation("httpx2 + pydantic by hand", "byhand.ByHand", {"library": "httpx2"}),
    "pydantic": Implementation("`TypeAdapter.validate_json` alone", "parsing.Pydantic"),
    "sdk": Implementation("this SDK", "sdk.Sdk"),
    "sdk-httpx": Implementation("this SDK on the caller's own `httpx.Client`", "sdk.Sdk", {"library": "httpx"}),
    "sdk-httpx2": Implementation("this SDK on the caller's own `httpx2.Client`", "sdk.Sdk", {"library": "httpx2"}),
    "sdk-no-info": Implementation("this SDK without `response_info`", "sdk.WithoutInfo"),
    "sdk-fixed": Implementation(f"this SDK with `max_concurrency={ALLOWED}`", "sdk.Fixed"),
    "sdk-async": Implementation("`download_checkpoint_async` of this SDK", "sdk.Async"),
    "sdk-in-memory": Implementation("`create_many_async` of this SDK", "sdk.InMemory"),
    "sdk-parser": Implementation("this SDK's parser", "parsing.SdkParser"),
    "generated": Implementation("generated SDK", "sdk.Sdk", environment="generated"),
    "openai": Implementation("openai", "openailibrary.OpenAI", environment="openai"),
    "pandas": Implementation("`pandas.read_json` or `read_csv`", "parsing.Pandas", environment="pandas"),
    "sklearn": Implementation("scikit-learn's own calls", "scoring.ScikitLearn"),
    "polars": Implementation("`polars.read_csv(…).write_ndjson(…)`", "parsing.Polars"),
    "hf": Implementation("`hf version` of huggingface_hub"),
    "bare": Implementation("`python -c pass`"),
    "libraries": Implementation("`import httpx; from pydantic import BaseModel`"),
}
