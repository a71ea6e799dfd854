"""A web service that starts training jobs and reports their progress."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from emissary_client_sdk import EmissaryClient, errors

PROJECT = os.environ.get("EMISSARY_PROJECT_ID", "demo")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    """Keep one client while the service runs."""
    async with EmissaryClient() as client:
        app.state.emissary = client
        yield


def get_client(request: Request) -> EmissaryClient:
    """Return the client of the service."""
    client: EmissaryClient = request.app.state.emissary
    return client


Emissary = Annotated[EmissaryClient, Depends(get_client)]
app = FastAPI(title="Fine-tuning", lifespan=lifespan)


class Order(BaseModel):
    """A request to train a model."""

    dataset: str
    base_model: str = "Llama-3.2-1B-Instruct"


class Job(BaseModel):
    """A training job in the responses of this service."""

    id: str
    status: str | None
    progress: float | None = None


@app.post("/jobs", status_code=201)
async def start(order: Order, emissary: Emissary) -> Job:
    """Start a training job."""
    job = await emissary.training_jobs.create_async(
        project_id=PROJECT,
        request_body={
            "base_model": order.base_model,
            "train_dataset_id": order.dataset,
        },
    )
    return Job(id=job.id, status=job.status)


@app.get("/jobs/{job_id}")
async def show(job_id: str, emissary: Emissary) -> Job:
    """Return a training job."""
    job = await emissary.training_jobs.retrieve_async(
        project_id=PROJECT, training_job_id=job_id
    )
    return Job(id=job.id, status=job.status, progress=job.progress)


@app.exception_handler(errors.APIErrorNotFound)
async def not_found(_: Request, error: Exception) -> JSONResponse:
    """Return 404 for an unknown job."""
    return JSONResponse({"detail": str(error)}, status_code=404)


@app.exception_handler(errors.EmissaryClientError)
async def unavailable(_: Request, error: errors.EmissaryClientError) -> JSONResponse:
    """Return 502 for all other errors, and whether the platform may have acted."""
    return JSONResponse(
        {
            "detail": "the training platform failed",
            "may_have_been_processed": error.request_may_have_been_processed,
        },
        status_code=502,
    )
