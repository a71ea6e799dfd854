"""Learning, as the emulator uses it: whether jobs learn, who trains them, and the models that answer."""

import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from ..._extras import missing_extra
from ..store import Store
from ..testfunctions import FUNCTIONS, Function
from .trainer import Trainer, fail_waiting

if TYPE_CHECKING:
    from .train import Model

_MOST_MODELS = 8  # in memory


class Learning:
    """The trainer, and the learned models.

    :param enabled: Whether jobs learn. Models that were learned before answer in any case.
    :param functions: Test functions besides the ones that are built in, by their names.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float], *, enabled: bool, functions: Mapping[str, Function]
    ) -> None:
        self.enabled = enabled
        self.functions = {**FUNCTIONS, **functions}
        self._models: OrderedDict[str, Model] = OrderedDict()
        self._lock = threading.Lock()  # an application may be called from several event loops
        self._trainer: Trainer | None = None
        if enabled:
            self._trainer = Trainer(store, clock, self.functions)
            import_module(f"{__package__}.train")  # takes seconds, which no request should wait for
        else:
            fail_waiting(store, clock, "the emulator was started again without learning")

    def wake(self) -> None:
        """Train the jobs that wait for it."""
        if self._trainer is not None:
            self._trainer.wake()

    def stop(self, project: str | None = None, job_id: str | None = None) -> None:
        """Stop the training of a job, of the jobs of a project, or of all."""
        if self._trainer is not None:
            self._trainer.stop(project, job_id)

    def close(self) -> None:
        """Stop all training."""
        if self._trainer is not None:
            self._trainer.close()

    def model(self, key: str, task: str, content: Callable[[], bytes]) -> "Model":
        """Return a learned model; the ones used last stay in memory.

        :param key: Identifies the model.
        :param content: Returns its arrays.
        :raises ModuleNotFoundError: The extra ``learning`` is not installed.
        """
        with self._lock:
            if key not in self._models:
                check_extra("an answer of a learned model")
                from .train import load

                self._models[key] = load(task, content())
                if len(self._models) > _MOST_MODELS:
                    self._models.popitem(last=False)
            self._models.move_to_end(key)
            return self._models[key]


def check_extra(what: str) -> None:
    """Check that the extra ``learning`` is installed.

    :raises ModuleNotFoundError: It is not; the message names it.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise ModuleNotFoundError(missing_extra(what, "scikit-learn", "learning"), name="sklearn")
