"""``emissary chat``, ``complete``, ``classify`` and ``embed``: requests to a model."""

from __future__ import annotations

import sys
from typing import Any

import click

from .._plaintext import printable
from .command import Session, command
from .values import MODEL

_SHOWN_NUMBERS = 8


def _read_text(ctx: click.Context, param: click.Parameter, value: str) -> str:
    del ctx, param
    return sys.stdin.read() if value == "-" else value


_REQUEST: list[click.Parameter] = [
    click.Argument(["model"], type=MODEL),
    click.Argument(["text"], callback=_read_text),
    click.Option(["--wake-timeout"], type=float, metavar="SECONDS", help="Time to wait for a deactivated deployment."),
]
_SAMPLING: list[click.Parameter] = [
    click.Option(["--temperature"], type=float, help="Randomness of the sampling."),
    click.Option(["--top-p"], type=float, help="Probability mass of the tokens to sample from."),
    click.Option(["--top-k"], type=int, help="Number of tokens to sample from."),
    click.Option(["--stream"], is_flag=True, help="Write the text as it arrives."),
]


@command(None, "chat", 'chat reviews-1 "Write a haiku about training." --stream', params=[*_REQUEST, *_SAMPLING])
@click.option("--system", help="System message.")
@click.option("--max-tokens", type=int, help="Maximum number of generated tokens.")
def chat(session: Session, text: str, system: str | None, stream: bool, **options: Any) -> None:
    """Send a message to a chat model. TEXT can be - for standard input."""
    messages = [{"role": "user", "content": text}]
    if system is not None:
        messages.insert(0, {"role": "system", "content": system})
    _generate(session, session.client.chat.completions, stream, options, messages=messages)


@command(None, "complete", "complete Llama-3.2-1B-Completion - < prompt.txt", params=[*_REQUEST, *_SAMPLING])
@click.option("--max-tokens", "max_completion_tokens", type=int, help="Maximum number of generated tokens.")
def complete(session: Session, text: str, stream: bool, **options: Any) -> None:
    """Complete a text. TEXT can be - for standard input."""
    _generate(session, session.client.completions, stream, options, prompt=text)


@command(None, "classify", 'classify reviews-1 "Arrived broken."', params=_REQUEST)
@click.option("--logits", "data_format", flag_value="logits", default="probs", help="Show logits, not probabilities.")
def classify(session: Session, text: str, **options: Any) -> None:
    """Classify a text. TEXT can be - for standard input."""
    session.write(session.client.classification.create(input=text, **_given(options)))


@command(None, "embed", 'embed All-Mpnet-Base-V2-Embedding "Arrived broken." --json', params=_REQUEST)
def embed(session: Session, text: str, **options: Any) -> None:
    """Compute the embedding of a text. TEXT can be - for standard input; --json writes all numbers."""
    result = session.client.embeddings.create(input=text, **_given(options))
    vector = result.vectors[0] if result.vectors else []
    shown = ", ".join(f"{number:.4g}" for number in vector[:_SHOWN_NUMBERS])
    session.write(result, f"{len(vector)} numbers: {shown}{', …' if len(vector) > _SHOWN_NUMBERS else ''}")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call: the options that were given."""
    seconds = options.pop("wake_timeout", None)
    if seconds is not None:
        options["wake_timeout_ms"] = seconds * 1000
    return {name: value for name, value in options.items() if value is not None}


def _generate(session: Session, calls: Any, stream: bool, options: dict[str, Any], **request: Any) -> None:
    arguments = {**request, **_given(options)}
    if not stream or session.as_json:
        result = calls.create(**arguments)
        session.write(result, result.text)
        return
    with calls.stream(**arguments) as chunks:
        for chunk in chunks:
            sys.stdout.write("\n".join(map(printable, chunk.text.split("\n"))))
            sys.stdout.flush()
    sys.stdout.write("\n")
