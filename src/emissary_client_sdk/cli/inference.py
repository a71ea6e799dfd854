"""``emissary chat``, ``complete``, ``classify`` and ``embed``: requests to a model."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from .command import Session, command
from .plaintext import printable
from .values import MODEL

F = TypeVar("F", bound=Callable[..., Any])

_SHOWN_NUMBERS = 8


def _read_text(ctx: click.Context, param: click.Parameter, value: str) -> str:
    del ctx, param
    return sys.stdin.read() if value == "-" else value


def _options(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    """Combine decorators of a command; the first one is the outermost."""

    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


_model_and_text = _options(
    click.argument("model", type=MODEL),
    click.argument("text", callback=_read_text),
    click.option("--wake-timeout", type=float, metavar="SECONDS", help="Time to wait for a deactivated deployment."),
)
_sampling = _options(
    click.option("--temperature", type=float, help="Randomness of the sampling."),
    click.option("--top-p", type=float, help="Probability mass of the tokens to sample from."),
    click.option("--top-k", type=int, help="Number of tokens to sample from."),
    click.option("--stream", is_flag=True, help="Write the text as it arrives."),
)


@command()
@_model_and_text
@click.option("--system", help="System message.")
@click.option("--max-tokens", type=int, help="Maximum number of generated tokens.")
@_sampling
def chat(session: Session, text: str, system: str | None, stream: bool, **options: Any) -> None:
    """Send a message to a chat model. TEXT can be - for standard input."""
    messages = [{"role": "user", "content": text}]
    if system is not None:
        messages.insert(0, {"role": "system", "content": system})
    _generate(session, session.client.chat.completions, stream, options, messages=messages)


@command()
@_model_and_text
@click.option("--max-tokens", "max_completion_tokens", type=int, help="Maximum number of generated tokens.")
@_sampling
def complete(session: Session, text: str, stream: bool, **options: Any) -> None:
    """Complete a text. TEXT can be - for standard input."""
    _generate(session, session.client.completions, stream, options, prompt=text)


@command()
@_model_and_text
@click.option("--logits", "data_format", flag_value="logits", default="probs", help="Show logits, not probabilities.")
def classify(session: Session, text: str, **options: Any) -> None:
    """Classify a text. TEXT can be - for standard input."""
    session.write(session.client.classification.create(input=text, **_given(options)))


@command()
@_model_and_text
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
