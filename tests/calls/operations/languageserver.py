"""A small client of pyright's language server: hover, completion and signature help in a program."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self

_COMMAND = [sys.executable, "-c", "from pyright.langserver import main; main('--stdio')"]


class LanguageServer:
    """Runs the server during a ``with`` block, with the interpreter of the tests.

    :param directory: Directory in which the server looks for programs.
    """

    def __init__(self, directory: Path) -> None:
        self._uri = (directory / "program.py").as_uri()
        self._root = directory.as_uri()
        self._requests = 0

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        capabilities = {"workspace": {"configuration": True}}
        folders = [{"uri": self._root, "name": "programs"}]
        self._request(
            "initialize",
            {"processId": None, "rootUri": self._root, "capabilities": capabilities, "workspaceFolders": folders},
        )
        self._send({"method": "initialized", "params": {}})
        return self

    def __exit__(self, *_: object) -> None:
        self._request("shutdown", None)
        self._send({"method": "exit"})
        self._process.communicate(timeout=60)

    def open(self, program: str) -> None:
        """Open a program."""
        document = {"uri": self._uri, "languageId": "python", "version": 1, "text": program}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        self._lines = program.splitlines()

    def hover(self, text: str) -> str:
        """Return what the editor shows for the name before the last character of the start of a line."""
        shown: str = self._at("hover", text, back=2)["contents"]["value"]
        return shown

    def completions(self, text: str) -> list[str]:
        """Return what the editor offers after the start of a line."""
        return [item["label"] for item in self._at("completion", text)["items"]]

    def signature(self, text: str) -> tuple[str, str]:
        """Return the signature and the docstring that the editor shows after the start of a line."""
        (found,) = self._at("signatureHelp", text)["signatures"]
        return found["label"], found["documentation"]["value"]

    def _at(self, what: str, text: str, *, back: int = 0) -> Any:
        line = next(number for number, content in enumerate(self._lines) if content.startswith(text))
        position = {"line": line, "character": len(text) - back}
        return self._request(f"textDocument/{what}", {"textDocument": {"uri": self._uri}, "position": position})

    def _request(self, method: str, params: Any) -> Any:
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": params})
        while True:
            message = self._receive()
            if "method" not in message and message["id"] == self._requests:
                return message["result"]
            if "method" in message and "id" in message:
                asked = message["params"]["items"] if message["method"] == "workspace/configuration" else ()
                self._send({"id": message["id"], "result": [{"pythonPath": sys.executable} for _ in asked]})

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(content), content))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message
