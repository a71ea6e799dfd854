"""Log the SDK's requests as lines of JSON, each with the order it belongs to."""

import contextvars
import json
import logging
import sys

from emissary_client_sdk import EmissaryClient

order = contextvars.ContextVar("order", default="-")


class JsonFormatter(logging.Formatter):
    """Format a record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "order": order.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields)


def main() -> None:
    """List the jobs of a project and log the requests."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # The SDK logs at level DEBUG.
    logging.getLogger("emissary_client_sdk").setLevel(logging.DEBUG)

    order.set("order-17")
    with EmissaryClient() as emissary:
        jobs = emissary.training_jobs.list(project_id="my-project")
    logging.getLogger("trainer").info("%d jobs", len(jobs))


if __name__ == "__main__":
    main()
