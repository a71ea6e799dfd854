"""The ``openai`` library, whose API the inference endpoints follow."""

from importlib import import_module
from typing import Any

from ..responses import KEY, MESSAGES, TEXT


class OpenAI:
    """The library as its documentation shows it."""

    def __init__(self, server: str) -> None:
        self.client: Any = import_module("openai").OpenAI(api_key=KEY, base_url=f"{server}/v1")

    def chat(self) -> Any:
        """Answer a conversation."""
        return self.client.chat.completions.create(model="support-1", messages=MESSAGES)

    def stream(self, chunks: int) -> int:
        """Stream an answer."""
        text = ""
        with self.client.chat.completions.create(model=f"chunks-{chunks}", messages=MESSAGES, stream=True) as stream:
            for chunk in stream:
                text += chunk.choices[0].delta.content or ""
        return len(text)

    def embed(self, texts: int) -> Any:
        """Compute the embeddings of texts, as JSON numbers: the platform returns no other form."""
        return self.client.embeddings.create(
            model=f"texts-{texts}", input=TEXT if texts == 1 else [TEXT] * texts, encoding_format="float"
        )
