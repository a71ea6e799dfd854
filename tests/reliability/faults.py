"""Everything that can go wrong on the wire, each as a function of the connection that it befalls."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING, Any

import trustme

from .proxy import Message

if TYPE_CHECKING:
    from .proxy import Link

TRICKLE_SECONDS = 0.01
STORM = 500
"""How many interim answers come before the final one."""


def accept_and_close(_link: Link) -> None:
    """Accept the connection and close it."""


def reset_before_the_request(link: Link) -> None:
    """Reset the connection when a request arrives, which is not passed on."""
    link.wait_for_request()
    link.reset()


def reset_after_the_request(link: Link) -> None:
    """Reset the connection once the emulator has acted."""
    link.exchange()
    link.reset()


def drop_in_the_headers(link: Link) -> None:
    """Close the connection in the middle of the answer's headers."""
    answer = link.exchange()
    link.send(answer.head[: -len(answer.head) // 3])


def drop_in_the_body(link: Link) -> None:
    """Close the connection in the middle of the answer's body."""
    link.send(_with_body(link.exchange()).encode()[:-1])


def trickle(link: Link) -> None:
    """Send a body that goes on and on, a byte at a time."""
    answer = _with_body(link.exchange(), promised=1_000_000)
    link.send(answer.encode())
    while link.pause(TRICKLE_SECONDS):
        link.send(b" ")


def stall(link: Link) -> None:
    """Let the emulator act, and answer nothing."""
    link.exchange()
    link.hold()


def promise_two_lengths(link: Link) -> None:
    """Send two lengths that contradict each other."""
    answer = _with_body(link.exchange())
    link.send(_with_header(answer, b"content-length: %d" % (len(answer.body) + 1)).encode())


def promise_too_much(link: Link) -> None:
    """Announce a longer body than there is."""
    answer = link.exchange()
    link.send(_with_body(answer, promised=len(_with_body(answer).body) + 10).encode())


def promise_too_little(link: Link) -> None:
    """Announce a shorter body than there is."""
    answer = link.exchange()
    link.send(_with_body(answer, promised=len(_with_body(answer).body) - 1).encode())
    link.relay()


def break_off_the_chunks(link: Link) -> None:
    """Send a chunked body without its last chunk."""
    body = _with_body(link.exchange()).body
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked"
    link.send(Message(head, b"%x\r\n%s\r\n" % (len(body), body)).encode())


def call_it_gzip(link: Link) -> None:
    """Say that the body is compressed, which it is not."""
    link.send(_with_header(_with_body(link.exchange()), b"content-encoding: gzip").encode())
    link.relay()


def talk_nonsense(link: Link) -> None:
    """Speak another protocol instead of HTTP; the request is not passed on."""
    link.request()
    link.send(b"SSH-2.0-OpenSSH_9.9\r\nProtocol mismatch.\r\n\r\n")


def storm(link: Link) -> None:
    """Send hundreds of interim answers before the final one."""
    answer = link.exchange()
    link.send(b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" * (STORM // 2))
    link.send(answer.encode())
    link.relay()


def close_while_idle(link: Link) -> None:
    """Answer one request, and close the connection before there is another."""
    link.relay(1)


def close_as_it_is_reused(link: Link) -> None:
    """Answer one request, and close the connection when the next one is on its way."""
    link.relay(1)
    link.wait_for_request()


def present_an_unknown_certificate(link: Link) -> None:
    """Speak TLS with a certificate that nobody has signed whom the SDK trusts."""
    link.start_tls(_unknown_certificate())
    link.relay()


def fail_before_acting(link: Link) -> None:
    """Answer 500 in place of the emulator."""
    _refuse(link, b"500 Internal Server Error")


def fail_after_acting(link: Link) -> None:
    """Let the emulator act, and answer 502."""
    link.exchange()
    _answer(link, b"502 Bad Gateway")


def be_busy(link: Link) -> None:
    """Answer 503, and ask to come back at once."""
    _refuse(link, b"503 Service Unavailable\r\nretry-after: 0")


def be_asked_too_often(link: Link) -> None:
    """Answer 429 in place of the emulator."""
    _refuse(link, b"429 Too Many Requests")


def _refuse(link: Link, status: bytes) -> None:
    link.request()
    _answer(link, status)


def _answer(link: Link, status: bytes) -> None:
    """Answer with a status, and end the connection as the answer says."""
    link.send(b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: 0\r\n\r\n" % status)


@cache
def _unknown_certificate() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate: Any = trustme.CA().issue_cert("127.0.0.1")  # its annotations name a package that need not be there
    certificate.configure_cert(context)
    return context


def _with_header(answer: Message, line: bytes) -> Message:
    return Message(answer.head + b"\r\n" + line, answer.body)


def _with_body(answer: Message, *, promised: int | None = None) -> Message:
    """Give an answer that has a body, and a length that may lie: a 204 becomes a 200 with an empty object."""
    first, *headers = answer.head.split(b"\r\n")
    body = answer.body
    if first.startswith(b"HTTP/1.1 204"):
        first, body = b"HTTP/1.1 200 OK", b"{}"
    kept = [line for line in headers if not line.lower().startswith(b"content-length:")]
    length = len(body) if promised is None else promised
    return Message(b"\r\n".join([first, *kept, b"content-length: %d" % length]), body)
