"""The models that answer inference requests, and what their answers share."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ... import models
from ..call import Call
from ..catalog import BASE_MODELS
from ..problem import Problem, missing
from ..store import Row
from . import deployments, experiments

NOTE = "The Emissary emulator made this answer up."
_LABELS = ("negative", "positive")  # of a model whose training data are not known
_WORD = re.compile(r"\s*\S+(?:\s+$)?|\s+$")


class ServedModel(NamedTuple):
    """A model that answers.

    :ivar labels: Its labels, if it classifies.
    :ivar exclusive: Whether a text has exactly one of them.
    :ivar deployment: The deployment, if it is one.
    :ivar experiment: The experiment, if it is one.
    """

    name: str
    labels: Sequence[str] = _LABELS
    exclusive: bool = True
    deployment: Row | None = None
    experiment: Row | None = None

    @property
    def classes(self) -> Sequence[Mapping[str, Any]]:
        """The classes of the experiment."""
        return [] if self.experiment is None else self.experiment.fields["classes"]


def find(call: Call, name: str) -> ServedModel:
    """Return the model of a request: a deployment, an experiment, a serverless base model, or one with a set answer.

    :raises Problem: It does not exist or is not deployed (404), is being woken by this request (503), or is an
        experiment that another endpoint answers (400).
    """
    row = call.db.find("deployment", name=name) or call.db.find("deployment", id=name)
    if row is not None:
        _check_deployed(call, row)
        return ServedModel(name, row.state.get("labels", _LABELS), row.state.get("exclusive", True), row)
    experiment = experiments.find(call, name)
    if experiment is not None:
        return ServedModel(name, experiment=experiment)
    base = BASE_MODELS.get(name)
    if (base is not None and base.serverless) or call.answers.names(name):
        return ServedModel(name)
    raise missing("deployment or serverless base model", name)


def words(text: str) -> list[str]:
    """Return the words of a text, which stand for its tokens; joined, they are the text again."""
    return _WORD.findall(text)


def digest(call: Call) -> str:
    """Return the part of an answer's id that is the same for equal requests."""
    return hashlib.sha256(call.body).hexdigest()[:32]


def _check_deployed(call: Call, row: Row) -> None:
    at = deployments.state_of(call, row)
    if at.status is models.DeploymentStatus.DEACTIVATED:
        at = deployments.wake(call, row)
    elif at.status is models.DeploymentStatus.DEPLOYED:
        used = row if row.parent is None else call.find("engine", row.parent)
        call.db.update(used, accessed=call.now)
    if at.status is models.DeploymentStatus.REACTIVATING:
        seconds = max(1, math.ceil(at.ready - call.now))
        error = f"deployment {row.name!r} is starting again: its status is {at.status}"
        call.db.commit()  # the error must not undo the start
        raise Problem(503, error, headers={"Retry-After": str(seconds)})
    if at.status is not models.DeploymentStatus.DEPLOYED:
        raise Problem(404, f"deployment {row.name!r} is not deployed: its status is {at.status}")
