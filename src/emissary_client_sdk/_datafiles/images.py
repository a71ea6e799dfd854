"""Checks of fields with images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .fields import FieldCheck
from .texts import is_blank
from .values import JSON, describe, difference, is_array, is_object, json_type

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from .problems import ProblemLog

_URL: Final = re.compile(r"(https?|s3)://\S+|data:image/\S+", re.IGNORECASE)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_\s-]{16,}=*\s*")


def is_image_part(part: object) -> bool:
    """Return whether a part of a content is meant to be an image."""
    return is_object(part) and ("image" in part or "image_url" in part or part.get("type") == "image")


def text_of(content: Any) -> str:
    """Return the text of a content, without its images."""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if "text" in part)


def problem_of_parts(parts: list[Any]) -> str | None:
    """Return the error of a content of texts and images, or None."""
    if not parts:
        return "a content has no parts"
    return next(filter(None, map(_problem_of_part, parts)), None)


def _problem_of_part(part: JSON) -> str | None:
    if not isinstance(part, dict):
        return f"a part of a content must be an object, not {json_type(part)}"
    kind = part.get("type")
    if kind not in ("image", "text"):
        return f'a part of a content must have "type": "image" or "text", not {describe(kind)}'
    if part.keys() != {"type", kind}:
        return f"a part of type {kind} must have type and {kind}: {difference(part, ['type', kind])}"
    if kind == "image":
        return problem_of_image(part["image"])
    text = part["text"]
    if not isinstance(text, str):
        return f"a text must be a string, not {json_type(text)}"
    return "a text is empty" if is_blank(text) else None


def problem_of_image(image: JSON) -> str | None:
    """Return the error of an image, or None."""
    if not isinstance(image, str):
        return f"an image must be a URL or base64, not {json_type(image)}"
    return None if _URL.fullmatch(image) or _BASE64.fullmatch(image) else "an image must be a URL or base64"


class ImagePrompt(FieldCheck):
    """An object with a content of images and texts.

    :ivar images: Number of images that the content must have, and nothing else; None for any content.
    """

    def __init__(self, log: ProblemLog, name: str, images: int | None = None) -> None:
        super().__init__(log, name)
        self._images = images

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are no such objects."""
        problems = list(map(self._problem_of, values))
        for index, problem in enumerate(problems):
            if problem:
                self._log.error(index, problem)
        pairs = zip(problems, values, strict=True)
        return ["" if problem else text_of(value["content"]) for problem, value in pairs]

    def keys(self, values: Sequence[Any]) -> list[Hashable]:
        """Return the images and texts."""
        return list(map(str, values))

    def _problem_of(self, value: JSON) -> str | None:
        if not isinstance(value, dict):
            return f'{self._name} must be an object with "content", not {json_type(value)}'
        content: Any = value.get("content")
        if not is_array(content):
            return f"{self._name}.content must be an array of images and texts, not {json_type(content)}"
        kinds = [part.get("type") if is_object(part) else None for part in content]
        if self._images is not None and kinds != ["image"] * self._images:
            return f"{self._name}.content must have {self._images} images and nothing else"
        return problem_of_parts(content)


class ImageSide(FieldCheck):
    """One side of a pair: an object with an image and, if wanted, a text."""

    def check(self, values: Sequence[Any]) -> Sequence[str]:
        """Report values that are no such objects."""
        texts: list[str] = []
        for index, value in enumerate(values):
            problem = self._problem_of(value)
            if problem:
                self._log.error(index, problem)
            texts.append("" if problem else value.get("text", ""))
        return texts

    def _problem_of(self, value: JSON) -> str | None:
        if not isinstance(value, dict):
            return f'{self._name} must be an object with "image", not {json_type(value)}'
        if not {"image"} <= value.keys() <= {"image", "text"}:
            return f"{self._name} has other fields than image and text: {difference(value, ['image'])}"
        text = value.get("text", "-")
        if not isinstance(text, str):
            return f"{self._name}.text must be a string, not {json_type(text)}"
        return problem_of_image(value["image"])

    def keys(self, values: Sequence[Any]) -> list[Hashable]:
        """Return the images and texts."""
        return [(value["image"], value.get("text")) for value in values]
