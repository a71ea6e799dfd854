"""Write what the SDK does as a line of JSON each, with the order that it was for."""

import contextvars
import json
import logging
import sys

from emissary_client_sdk import EmissaryClient

order = contextvars.ContextVar("order", default="-")


class JsonFormatter(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
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
    """Look at a project's jobs, and log how."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Requests, answers, failures and retries. The level INFO would be silent.
    logging.getLogger("emissary_client_sdk").setLevel(logging.DEBUG)

    order.set("order-17")
    with EmissaryClient() as emissary:
        jobs = emissary.training_jobs.list(project_id="my-project")
    logging.getLogger("trainer").info("%d jobs", len(jobs))


if __name__ == "__main__":
    main()
