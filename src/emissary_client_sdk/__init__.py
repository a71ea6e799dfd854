"""Python client of Emissary, a platform for fine-tuning and serving language models.

Start with ``EmissaryClient``. A name is imported at its first use (PEP 562), so importing the package costs next to
nothing for programs that need only a part of it, such as the command line and the pytest plugin. A test compares the
names that type checkers see with those of the table.

(PYTEST_DONT_REWRITE: this package contains a pytest plugin, but no assertions to rewrite.)
"""

import sys

from ._version import __title__ as __title__
from ._version import __version__ as __version__

TYPE_CHECKING: bool = False  # importing typing costs more than the rest of this module
if TYPE_CHECKING:
    from . import errors as errors
    from . import hooks as hooks
    from . import models as models
    from . import types as types
    from . import utils as utils
    from ._datafiles.check import check_dataset as check_dataset
    from ._datafiles.datasetfile import DatasetFile as DatasetFile
    from ._datafiles.report import DatasetProblem as DatasetProblem
    from ._datafiles.report import DatasetReport as DatasetReport
    from ._flows.processing import ProcessReport as ProcessReport
    from ._flows.uploads import UploadedDataset as UploadedDataset
    from ._preparing.options import PrepareOptions as PrepareOptions
    from ._preparing.prepare import prepare_dataset as prepare_dataset
    from ._preparing.report import PreparationChange as PreparationChange
    from ._preparing.report import PreparationReport as PreparationReport
    from ._preparing.report import PreparedDataset as PreparedDataset
    from ._run.events import RunEvent as RunEvent
    from ._run.events import RunResult as RunResult
    from ._run.state import RunState as RunState
    from .hooks import SDKHooks as SDKHooks
    from .models import *  # noqa: F403
    from .sdk import EmissaryClient as EmissaryClient
    from .sdkconfiguration import SDKConfiguration as SDKConfiguration
    from .types.resultlist import ResultList as ResultList
    from .types.unset import UNSET as UNSET
    from .utils.responseinfo import ResponseInfo as ResponseInfo
    from .utils.responseinfo import response_info as response_info
    from .utils.retries import BackoffStrategy as BackoffStrategy
    from .utils.retries import RetryConfig as RetryConfig

VERSION: str = __version__

_MODULES = {
    "BackoffStrategy": "utils.retries",
    "DatasetFile": "_datafiles.datasetfile",
    "DatasetProblem": "_datafiles.report",
    "DatasetReport": "_datafiles.report",
    "EmissaryClient": "sdk",
    "ProcessReport": "_flows.processing",
    "ResponseInfo": "utils.responseinfo",
    "PreparationChange": "_preparing.report",
    "PreparationReport": "_preparing.report",
    "PrepareOptions": "_preparing.options",
    "PreparedDataset": "_preparing.report",
    "RunEvent": "_run.events",
    "RunResult": "_run.events",
    "RunState": "_run.state",
    "ResultList": "types.resultlist",
    "RetryConfig": "utils.retries",
    "SDKConfiguration": "sdkconfiguration",
    "SDKHooks": "hooks",
    "UNSET": "types.unset",
    "UploadedDataset": "_flows.uploads",
    "check_dataset": "_datafiles.check",
    "prepare_dataset": "_preparing.prepare",
    "response_info": "utils.responseinfo",
}
"""The modules of the names that are not models."""

_SUBMODULES = ("errors", "hooks", "models", "types", "utils")


def _import(module: str) -> object:
    __import__(f"{__name__}.{module}")
    return sys.modules[f"{__name__}.{module}"]


def __getattr__(name: str) -> object:
    if name == "__all__":
        return __dir__()
    if name in _SUBMODULES:
        return _import(name)
    if name not in _MODULES and (name.startswith("_") or name not in _names_of_models()):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(_import(_MODULES.get(name, "models")), name)
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted({*_names_of_models(), *_MODULES, *_SUBMODULES, "VERSION", "__title__", "__version__"})


def _names_of_models() -> "list[str]":
    names: list[str] = vars(_import("models"))["__all__"]
    return names
