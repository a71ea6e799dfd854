"""A local Emissary platform, to try the SDK without an account and to test programs that use it.

It is an HTTP server over an SQLite database with the whole API of the platform: the same paths, statuses and error
bodies. Jobs, engines and deployments change by the clock; loss curves, checkpoints and inference answers are made up,
and the answers say so. With ``learn=True``, jobs train small, real models on their datasets instead. The emulator
needs the extra ``emulator``, and ``learning`` to learn.

On the command line::

    python -m emissary_client_sdk.emulator --port 8765 --database jobs.sqlite --job-seconds 10 --deploy-seconds 5

In Python, on a free port and with a database in memory::

    from emissary_client_sdk import EmissaryClient, emulator

    with emulator.serve(job_seconds=2, deploy_seconds=1) as server:
        client = EmissaryClient(server_url=server.url, api_key="anything")

``create_app`` returns the same as an ASGI application that runs on any server.

**Set answers.** Inference answers are deterministic: equal requests get equal answers. A test can set them, and a model
with an answer of its own need not be deployed (see ``Answers``)::

    server.answers.set(model="reviews-1", probs={"positive": 0.9, "negative": 0.1})

**Inject faults** to test error handling, from Python (see ``Fault``) or for one request by a header::

    server.faults.add(status=503, times=2, operation="training_jobs.retrieve")
    X-Emulator-Fault: status=429; retry-after=1

**Ask for a failure.** A job with ``parameters={"emulator_outcome": "Failed"}`` (or ``"TimedOut"``) fails. The body of
a deployment accepts ``"emulator_outcome": "Failed"`` or ``"TimedOut"``, that of an engine ``"Failed"``.

``docs/emulator.md`` lists the decisions of the emulator on questions that the API leaves open.
"""

from .answers import Answers
from .faults import Fault, Faults
from .server import Server, create_app, serve
from .store import DatabaseError

__all__ = ["Answers", "DatabaseError", "Fault", "Faults", "Server", "create_app", "serve"]
