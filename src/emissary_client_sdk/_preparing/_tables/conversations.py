"""Conversations of the usual layouts, in the layout of the platform."""

from __future__ import annotations

import json
from typing import Any, Final

from ..._datafiles.texts import is_blank
from ..._datafiles.values import is_array, is_object

_ROLES: Final = {
    **dict.fromkeys(("user", "human", "prompter"), "user"),
    **dict.fromkeys(("assistant", "gpt", "bot", "model", "chatgpt", "ai"), "assistant"),
    **dict.fromkeys(("system", "developer"), "system"),
}


class ConversationError(ValueError):
    """A conversation that cannot be used; the message says why."""


def convert(value: Any, system: str | None) -> tuple[list[dict[str, str]], list[str]]:
    """Return the messages of a conversation, and the changes.

    :param value: A list of messages, or its JSON text.
    :param system: The system message, if it has a column of its own.
    :raises ConversationError: The conversation cannot be used.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise ConversationError("the conversation is not a list of messages") from None
    if not is_array(value) or not value:
        raise ConversationError("the conversation is not a list of messages")
    changes: dict[str, None] = {}
    messages = [_message(turn, changes) for turn in value]
    if system and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": system})
    while messages and messages[-1]["role"] != "assistant":
        messages.pop()
        changes["messages behind the last answer removed"] = None
    roles = [message["role"] for message in messages]
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if not spoken:
        raise ConversationError("the conversation has no answer")
    if spoken != ["user", "assistant"] * (len(spoken) // 2):
        raise ConversationError("the roles are not user and assistant in turn")
    return messages, list(changes)


def _message(turn: Any, changes: dict[str, None]) -> dict[str, str]:
    if not is_object(turn):
        raise ConversationError("a message is not an object")
    fields = {key: value for key, value in turn.items() if value is not None}
    role = fields.pop("role", None) or fields.pop("from", None)
    content = fields.pop("content", None) or fields.pop("value", None)
    if str(role).lower() not in _ROLES:
        raise ConversationError(f"messages of the role {str(role)[:20]!r} are not supported")
    if fields.get("tool_calls") or fields.get("function_call"):
        raise ConversationError("a message calls a tool")
    if fields:
        changes["fields other than role and content removed"] = None
    if is_array(content):
        content = _text(content)
        changes["parts of a message joined"] = None
    if not isinstance(content, str) or is_blank(content):
        raise ConversationError("a message has no text")
    return {"role": _ROLES[str(role).lower()], "content": content}


def _text(parts: list[Any]) -> str:
    if not all(is_object(part) and isinstance(part.get("text"), str) for part in parts):
        raise ConversationError("a message has an image or another part that is not text")
    return "\n".join(part["text"] for part in parts)
