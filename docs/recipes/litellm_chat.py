"""Call a deployment with LiteLLM."""

import os

import litellm

SERVER = os.environ.get("EMISSARY_CLIENT_SERVER_URL", "https://api.withemissary.com")
MODEL = os.environ.get("EMISSARY_MODEL", "Llama-3.2-1B-Instruct")


def main() -> None:
    """Ask a question."""
    answer = litellm.completion(
        model=f"openai/{MODEL}",  # a server with the API of OpenAI
        api_base=f"{SERVER}/v1",
        api_key="not used",
        extra_headers={"X-API-Key": os.environ["EMISSARY_CLIENT_API_KEY"]},
        messages=[{"role": "user", "content": "Name a color."}],
        max_tokens=20,
    )
    print(answer.choices[0].message.content)


if __name__ == "__main__":
    main()
