"""A web service that streams the answers of a chat model."""

import os
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from emissary_client_sdk import EmissaryClient, errors

MODEL = os.environ.get("MODEL", "Llama-3.2-1B-Instruct")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    """Keep one client while the service runs."""
    async with EmissaryClient() as client:
        app.state.emissary = client
        yield


app = FastAPI(title="Chat", lifespan=lifespan)


class Question(BaseModel):
    """A question to the model."""

    text: str


@app.post("/chat")
async def chat(question: Question, request: Request) -> StreamingResponse:
    """Answer a question, piece by piece."""
    client: EmissaryClient = request.app.state.emissary
    stack = AsyncExitStack()
    # Entered here, so that a refusal becomes a status and not a broken response.
    stream = await stack.enter_async_context(
        client.chat.completions.stream_async(
            model=MODEL, messages=[{"role": "user", "content": question.text}]
        )
    )

    async def pieces() -> AsyncIterator[str]:
        async with stack:
            async for chunk in stream:
                yield chunk.text

    return StreamingResponse(pieces(), media_type="text/plain")


@app.exception_handler(errors.EmissaryClientError)
async def unavailable(_: Request, error: Exception) -> JSONResponse:
    """Return 502 if the model does not answer."""
    return JSONResponse({"detail": str(error)}, status_code=502)
