"""Facts that several rooms need."""

import re

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""UTF-8's mark, which some programs and proxies put before a text."""

MAX_CONTENT_BYTES = 256 << 20
"""Largest content of a response that is read at once."""

KEY_VARIABLES = ("EMISSARY_CLIENT_API_KEY", "EMISSARY_API_KEY")
"""Environment variables with the API key; the first one that has a value counts."""

TEMPORARY_NAME = re.compile("-temporary-[0-9a-f]{8}$")
"""The end of the name of a temporary deployment."""
