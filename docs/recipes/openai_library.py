"""Call a deployment with the library openai: an answer, a stream and embeddings."""

import os

from openai import OpenAI

SERVER = os.environ.get("EMISSARY_CLIENT_SERVER_URL", "https://api.withemissary.com")
MODEL = os.environ.get("EMISSARY_MODEL", "Llama-3.2-1B-Instruct")
EMBEDDER = os.environ.get("EMISSARY_EMBEDDER", "All-Mpnet-Base-V2-Embedding")


def main() -> None:
    """Ask, stream an answer, and embed two texts."""
    client = OpenAI(
        base_url=f"{SERVER}/v1",
        api_key="not used",  # it would go into the header Authorization
        default_headers={"X-API-Key": os.environ["EMISSARY_CLIENT_API_KEY"]},
    )
    with client:
        answer = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "Name a color."}],
            max_tokens=20,
        )
        print(answer.choices[0].message.content)
        stream = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "Name a color."}],
            stream=True,
        )
        print("".join(chunk.choices[0].delta.content or "" for chunk in stream))
        embedded = client.embeddings.create(model=EMBEDDER, input=["red", "blue"])
        print(len(embedded.data), "vectors")


if __name__ == "__main__":
    main()
