"""Trace the requests of a training job with OpenTelemetry."""

import os

import httpx
from opentelemetry import trace
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from emissary_client_sdk import EmissaryClient

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")


def main() -> None:
    """Start and retrieve a training job within a span."""
    provider = TracerProvider(resource=Resource.create({"service.name": "trainer"}))
    # In a service: BatchSpanProcessor(OTLPSpanExporter())
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(provider)
    HTTPXClientInstrumentor().instrument()  # every client of httpx

    tracer = trace.get_tracer("trainer")
    with (
        httpx.Client(timeout=httpx.Timeout(60, connect=5)) as http_client,
        EmissaryClient(client=http_client) as emissary,
        tracer.start_as_current_span("fine-tune") as span,
    ):
        job = emissary.training_jobs.create(
            project_id=PROJECT,
            request_body={
                "base_model": "Llama-3.2-1B-Instruct",
                "train_dataset_id": "ds-reviews",
            },
        )
        span.set_attribute("emissary.training_job.id", job.id)
        emissary.training_jobs.retrieve(project_id=PROJECT, training_job_id=job.id)
    provider.shutdown()


if __name__ == "__main__":
    main()
