"""The former home of ``emissary_client_sdk.hooks``, kept for programs written for release 0.4."""

from ..hooks import *  # noqa: F403
