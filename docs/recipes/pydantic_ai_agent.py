"""Use a deployment as the model of an agent of pydantic-ai."""

import asyncio
import os

from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

SERVER = os.environ.get("EMISSARY_CLIENT_SERVER_URL", "https://api.withemissary.com")
MODEL = os.environ.get("EMISSARY_MODEL", "Llama-3.2-1B-Instruct")


async def main() -> None:
    """Ask a question."""
    client = AsyncOpenAI(
        base_url=f"{SERVER}/v1",
        api_key="not used",
        default_headers={"X-API-Key": os.environ["EMISSARY_CLIENT_API_KEY"]},
    )
    async with client:
        provider = OpenAIProvider(openai_client=client)
        agent = Agent(OpenAIChatModel(MODEL, provider=provider))
        answer = await agent.run("Name a color.")
        print(answer.output)


if __name__ == "__main__":
    asyncio.run(main())
