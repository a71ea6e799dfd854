"""The command within this process."""

from ..cli.conftest import emissary as emissary  # a fixture
