"""Use a deployment as a chat model of LangChain."""

import os

from langchain_openai import ChatOpenAI
from pydantic import SecretStr

SERVER = os.environ.get("EMISSARY_CLIENT_SERVER_URL", "https://api.withemissary.com")
MODEL = os.environ.get("EMISSARY_MODEL", "Llama-3.2-1B-Instruct")


def main() -> None:
    """Ask a question, and stream another answer."""
    model = ChatOpenAI(
        model=MODEL,
        base_url=f"{SERVER}/v1",
        api_key=SecretStr("not used"),
        default_headers={"X-API-Key": os.environ["EMISSARY_CLIENT_API_KEY"]},
    )
    print(model.invoke("Name a color.").text)
    print("".join(chunk.text for chunk in model.stream("Name a color.")))


if __name__ == "__main__":
    main()
