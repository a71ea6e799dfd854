"""Python client of Emissary, a platform for fine-tuning and serving language models.

Start with ``EmissaryClient``. Names are imported at their first use, so importing the package costs next to nothing;
``__init__.pyi`` lists them.

(PYTEST_DONT_REWRITE: this package contains a pytest plugin, but no assertions to rewrite.)
"""

from ._lazy import attach
from ._version import __title__ as __title__
from ._version import __version__

VERSION: str = __version__

__getattr__, __dir__ = attach(__name__, __file__)
