"""Arguments of other SDKs: the TypeError names ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emissary_client_sdk import EmissaryClient

from .stepping import CANARY

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENT = EmissaryClient(CANARY)


@pytest.mark.parametrize(
    ("function", "name", "message"),
    [
        (EmissaryClient, "max_retries", r"EmissaryClient\(\) .* 'max_retries': use retry_config$"),
        (EmissaryClient, "retries", "use retry_config"),
        (EmissaryClient, "base_url", "use server_url"),
        (EmissaryClient, "timeout", "use timeout_ms, in milliseconds"),
        (EmissaryClient, "default_headers", r"use client.with_options\(http_headers=…\)"),
        (EmissaryClient, "http_client", "use client"),
        (EmissaryClient, "stream", r"use the method stream, .*chat.completions.stream\(…\), in a with"),
        (EmissaryClient, "extra_headers", r"use client.with_options\(http_headers=…\)"),
        (EmissaryClient, "organization", "unexpected keyword argument 'organization'$"),
        (CLIENT.with_options, "max_retries", r"EmissaryClient.with_options\(\) .* use retries$"),
        (CLIENT.with_options, "default_headers", "use http_headers"),
        (CLIENT.chat.completions.create, "max_retries", r"ChatCompletions.create\(\) .* use retries$"),
        (CLIENT.chat.completions.create, "timeout", "use timeout_ms, in milliseconds"),
        (CLIENT.chat.completions.create, "extra_headers", "use http_headers"),
        (CLIENT.chat.completions.create, "max_completion_tokens", "use max_tokens"),
        (CLIENT.chat.completions.create, "mesages", "use messages"),
        (CLIENT.chat.completions.create, "stream", r"use the method stream, .*chat.completions.stream\(…\), in a with"),
        (CLIENT.chat.completions.stream, "seed", "pass a field of the request .* in extra_body"),
        (CLIENT.projects.list, "timeout", "use timeout_ms, in milliseconds"),
    ],
)
def test_arguments_of_other_sdks(function: Callable[..., Any], name: str, message: str) -> None:
    """The error names the argument with the same meaning."""
    with pytest.raises(TypeError, match=message):
        function(**{name: True})
