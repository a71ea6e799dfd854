"""A local Emissary platform, to try the SDK without an account and to test programs that use it.

It is an HTTP server over an SQLite database with the whole API of the platform: the same paths, statuses and error
bodies. **Nothing is trained.** Jobs, engines and deployments change only by the clock; loss curves, checkpoints and
inference answers are made up, and the answers say so. The emulator needs the extra ``emulator``.

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
    server.answers.set(model="writer-1", text="Once upon a time.")

**Inject faults** to test error handling. From Python (see ``Fault``)::

    server.faults.add(status=503, times=2, operation="training_jobs.retrieve")
    server.faults.add(status=429, retry_after=1)
    server.faults.add(latency=0.5)
    server.faults.add(drop="after", operation="deployments.create")

or for one request, by a header whose settings are separated by semicolons::

    X-Emulator-Fault: status=429; retry-after=1
    X-Emulator-Fault: latency=0.5
    X-Emulator-Fault: drop=before

``drop`` closes the connection: ``before`` acting, ``after`` acting but before the response, or ``during`` the response,
after half of its body. ``latency`` (seconds) passes after acting and before responding.

**Ask for a failure.** A job with ``parameters={"emulator_outcome": "Failed"}`` (or ``"TimedOut"``) fails. The body of
a deployment accepts ``"emulator_outcome": "Failed"`` or ``"TimedOut"``, that of an engine ``"Failed"``.

**Decisions where the API documents nothing.**

- Projects: a project is created by its first job, dataset or deployment; any id works. A job may name a dataset,
  base model or testing function that does not exist. With ``strict``, all of these must exist. GRPO jobs must always
  name existing testing functions, and their rewards must add up to 1.
- Lists are in order of creation. Cancelling a job that has ended otherwise is a 400.
- Idempotency: a create with an ``Idempotency-Key`` that was used in the project before returns the existing
  object, or a 400 if the body differs. The key is forgotten when the object is deleted.
- Fine-tuning: with ``base_model_option="fine-tuned"``, ``base_model`` is the id or the name of a job of the project.
- Datasets are checked as ``check_dataset`` does, and are uploaded as soon as they are created. A request may have
  1 MiB; inference 16 MiB, an upload 100 MB.
- Inference: a deployed model answers every kind of request, whatever its task.
- Waking: a request to a deactivated deployment starts it. Until it is deployed again, its status is Reactivating and
  requests get a 503 with Retry-After. A new deployment that is not deployed yet is a 404.
- A reactivated engine is Creating again. A request to a deployment on an inactive engine starts the engine.
- Schedules may pass midnight. What is started outside its schedule stays up until the schedule closes next.
- A deployment without ``inactive_timeout`` and ``schedule`` is deactivated after 3600 s without a request, an engine
  without a configuration never.
- ``dimensions`` in a request for embeddings sets their length, which is 384.
- Checkpoints, test results and datasets have links to files of the emulator, which need no API key.
  ``parameters={"emulator_links": "s3"}`` makes the links of a job's checkpoints ``s3://`` ones.
"""

from .._lazy import attach

__getattr__, __dir__ = attach(__name__, __file__)
