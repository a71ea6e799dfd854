"""``emissary chat``, ``complete``, ``classify`` and ``embed``: requests to a model, for a text or a whole file."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from .._plaintext import printable
from ..evaluation import load_policy
from .command import Session, command
from .exits import ExitCode
from .options import quiet_option, seconds_option
from .output import json_value
from .values import MODEL

_SHOWN_NUMBERS = 8


def _read_text(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None and ctx.params.get("input") is None and not ctx.resilient_parsing:
        raise click.MissingParameter("Or pass a file with --input.", ctx, param)
    if value is not None and ctx.params.get("input") is not None:
        raise click.UsageError("Pass either TEXT or --input.", ctx)
    return sys.stdin.read() if value == "-" else value


_FILE = click.Path(dir_okay=False)
_REQUEST: list[click.Parameter] = [
    click.Argument(["model"], type=MODEL),
    click.Option(["--input"], type=_FILE, is_eager=True, help="File of texts: JSONL, CSV, JSON or Parquet."),
    click.Argument(["text"], required=False, callback=_read_text),
    click.Option(["--output"], type=_FILE, help="File to write the answers to, one for each record of --input."),
    click.Option(["--column"], help="Column with the text.  [default: prompt, input or the only one]"),
    click.Option(["--max-concurrency"], type=click.IntRange(min=1), help="Maximum number of requests at a time."),
    click.Option(["--no-resume"], is_flag=True, help="Refuse an output that exists instead of continuing it."),
    seconds_option("--wake-timeout", "wake_timeout_ms", "Time to wait for a deactivated deployment."),
    quiet_option,
]
_SAMPLING: list[click.Parameter] = [
    click.Option(["--temperature"], type=float, help="Randomness of the sampling."),
    click.Option(["--top-p"], type=float, help="Probability mass of the tokens to sample from."),
    click.Option(["--top-k"], type=int, help="Number of tokens to sample from."),
    click.Option(["--stream"], is_flag=True, help="Write the text as it arrives."),
]


def _process(session: Session, calls: Any, options: dict[str, Any], **more: Any) -> bool:
    """Process the file of ``--input`` and return True; without one, return False.

    :raises Exit: A record failed.
    """
    quiet, no_resume = options.pop("quiet"), options.pop("no_resume")
    if options["input"] is None:
        if no_resume or any(options[name] is not None for name in ("output", "column", "max_concurrency")):
            raise click.UsageError("--output, --column, --max-concurrency and --no-resume need --input.")
        return False
    if options["output"] is None:
        raise click.UsageError("--input needs --output, the file to write the answers to.")
    progress = not quiet and not session.as_json
    report = calls.process_file(**_given({**options, **more}), resume=not no_resume, progress=progress)
    session.write({**asdict(report), "output": str(report.output)}, str(report))
    if report.failed:
        session.note("the same command tries failed records again")
        raise click.exceptions.Exit(ExitCode.ERROR)
    return True


@command(None, "chat", 'reviews-1 "Write a haiku about training." --stream', params=[*_REQUEST, *_SAMPLING])
@click.option("--system", help="System message.")
@click.option("--max-tokens", type=int, help="Maximum number of generated tokens.")
def chat(session: Session, text: str | None, system: str | None, stream: bool, **options: Any) -> None:
    """Send a message to a chat model. TEXT can be - for standard input.

    With --input and --output, answer the messages or conversations of a file.
    """
    calls = session.client.chat.completions
    if _process(session, calls, options, system=system):
        return
    messages = [{"role": "user", "content": text}]
    if system is not None:
        messages.insert(0, {"role": "system", "content": system})
    _generate(session, calls, stream, options, messages=messages)


@command(None, "complete", "Llama-3.2-1B-Completion - < prompt.txt", params=[*_REQUEST, *_SAMPLING])
@click.option("--max-tokens", "max_completion_tokens", type=int, help="Maximum number of generated tokens.")
def complete(session: Session, text: str | None, stream: bool, **options: Any) -> None:
    """Complete a text. TEXT can be - for standard input. With --input and --output, complete the texts of a file."""
    calls = session.client.completions
    if not _process(session, calls, options):
        _generate(session, calls, stream, options, prompt=text)


@command(
    None,
    "classify",
    'reviews-1 "Arrived broken."',
    "reviews-1 --input in.csv --output o.jsonl --policy p.json",
    params=_REQUEST,
)
@click.option("--logits", is_flag=True, help="Show logits, not probabilities.")
@click.option("--policy", type=_FILE, help="Policy of an evaluation: also show its decision, and the logits behind it.")
def classify(session: Session, text: str | None, policy: str | None, logits: bool, **options: Any) -> None:
    """Classify a text. TEXT can be - for standard input. With --input and --output, classify the texts of a file."""
    calls = session.client.classification
    deciding = None if policy is None else load_policy(policy)
    options["data_format"] = "logits" if logits or policy else "probs"  # probabilities are rounded
    if _process(session, calls, options, policy=deciding):
        return
    result = calls.create(input=text or "", **_given(options))
    if deciding is None:
        session.write(result)
        return
    decision = deciding.decide(result)
    shown = f"{result}\n  decision {json.dumps(decision, ensure_ascii=False)}"
    session.write({**json_value(result), "decision": decision}, shown)


@command(None, "embed", 'All-Mpnet-Base-V2-Embedding "Arrived broken." --json', params=_REQUEST)
def embed(session: Session, text: str | None, **options: Any) -> None:
    """Compute the embedding of a text. TEXT can be - for standard input; --json writes all numbers.

    With --input and --output, compute the embeddings of the texts of a file.
    """
    calls = session.client.embeddings
    if _process(session, calls, options):
        return
    result = calls.create(input=text or "", **_given(options))
    vector = result.vectors[0]
    shown = ", ".join(f"{number:.4g}" for number in vector[:_SHOWN_NUMBERS])
    session.write(result, f"{len(vector)} numbers: {shown}{', …' if len(vector) > _SHOWN_NUMBERS else ''}")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a call: the options that were given."""
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
