from . import errors as errors
from . import hooks as hooks
from . import models as models
from . import types as types
from . import utils as utils
from ._datafiles.check import check_dataset as check_dataset
from ._datafiles.datasetfile import DatasetFile as DatasetFile
from ._datafiles.report import DatasetProblem as DatasetProblem
from ._datafiles.report import DatasetReport as DatasetReport
from ._version import __title__ as __title__
from ._version import __version__ as __version__
from .hooks import SDKHooks as SDKHooks
from .models import *  # noqa: F403
from .sdk import EmissaryClient as EmissaryClient
from .sdkconfiguration import SDKConfiguration as SDKConfiguration
from .types.resultlist import ResultList as ResultList
from .types.unset import UNSET as UNSET
from .utils.retries import BackoffStrategy as BackoffStrategy
from .utils.retries import RetryConfig as RetryConfig

VERSION: str
