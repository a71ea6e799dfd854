"""A local Emissary platform, for trying the SDK out without an account and for the tests of a service.

It is a real HTTP server over a real SQLite database, and it speaks the platform's contract: the same paths,
the same statuses, the same error bodies. **Nothing is trained**: a job only moves by the clock from Pending
to Running to Testing to Success, and its loss curve and its checkpoints are made up. It needs the extra::

    pip install "emissary-client-sdk[emulator]"

On the command line::

    python -m emissary_client_sdk.emulator --port 8765 --database jobs.sqlite --job-seconds 10

In Python, on a free port and with a database that is gone afterwards::

    from emissary_client_sdk import EmissaryClient, emulator

    with emulator.serve(job_seconds=2) as server:
        client = EmissaryClient(server_url=server.url, api_key="anything")

``create_app`` gives the same as an ASGI application, for a server of one's own.

**Faults on request.** How does your code cope with a bad day? From Python (see ``Fault``)::

    server.faults.add(status=503, times=2, operation="retrieve")
    server.faults.add(status=429, retry_after=1)
    server.faults.add(latency=0.5)
    server.faults.add(drop="after")

or over the wire, for one request, by a header; its settings are parted by semicolons::

    X-Emulator-Fault: status=503
    X-Emulator-Fault: status=429; retry-after=1
    X-Emulator-Fault: latency=0.5
    X-Emulator-Fault: drop=before
    X-Emulator-Fault: drop=after

``drop=before`` closes the connection before anything is done, ``drop=after`` once it is done but not
answered. ``latency`` (seconds) is spent after acting and before answering, as by a server that is slow to
reply.

A job that ends badly is asked for when it is created: ``parameters={"emulator_outcome": "Failed"}``, or
``"TimedOut"``.

**What it decides where the contract is silent.** Projects need no creation: any id is its own name space. A
list is in order of creation. Cancelling a job that has ended otherwise is a 400. A create with an ``Idempotency-Key``
that its project has seen answers the job that the first one made, or a 400 if the body differs; a key is
forgotten when its job is deleted. A ``base_model`` with ``base_model_option="fine-tuned"`` has to be the id
or the name of a job of the project. A body may have 1 MiB.
"""

from .._lazy import lazy as _lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .faults import Fault as Fault
    from .faults import Faults as Faults
    from .server import Server as Server
    from .server import create_app as create_app
    from .server import serve as serve
    from .store import DatabaseError as DatabaseError

__all__ = ["DatabaseError", "Fault", "Faults", "Server", "create_app", "serve"]

__getattr__, __dir__ = _lazy(
    __name__,
    {".faults": "Fault Faults", ".server": "Server create_app serve", ".store": "DatabaseError"},
)
