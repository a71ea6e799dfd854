"""What the tests of the core share: the SDK's logger, put back as it was."""

import logging
from collections.abc import Callable, Iterator

import hypothesis
import pytest

from emissary_client_sdk.utils.logger import NAME

# The same examples each time, as many as a slow machine needs time for, and no directory to remember them in.
hypothesis.settings.register_profile("core", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("core")


@pytest.fixture
def alone() -> Iterator[Callable[[], logging.Logger]]:
    """Give a function that takes every handler away from the SDK's logger; everything is put back afterwards.

    It is a function because pytest adds handlers of its own between a fixture and its test.
    """
    logger = logging.getLogger(NAME)
    before = logger.level, logger.propagate, list(logger.handlers)

    def isolate() -> logging.Logger:
        logger.propagate = False  # the root logger has handlers of pytest's too
        logger.handlers.clear()
        return logger

    yield isolate
    logger.propagate = before[1]
    logger.handlers[:] = before[2]
    logger.setLevel(before[0])
