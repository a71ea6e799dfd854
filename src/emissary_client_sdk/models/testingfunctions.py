"""Testing functions."""

from ._response import DisplayedModel


class TestingFunctionSummary(DisplayedModel):
    """A function that scores the predictions of a trained model."""

    __test__ = False  # the name would make pytest collect it

    name: str
    """Name of the testing function, and of the Python function in ``content``."""
    content: str | None = None
    """Python source of the function. The SDK never executes it."""
    dependencies: list[str] | None = None
    """Packages that the function needs, as pip names them."""
