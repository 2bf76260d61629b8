"""Calls to the issuer that end in time, whatever it does: down, slow, or one byte a second."""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

MOST_BYTES = 1 << 18
"""Keys and practices take some ten thousand."""

MOST_CALLS = 16
"""At once in one process. A slow issuer keeps so many threads, and every further login is told at once."""

_OK = 200
_free = threading.BoundedSemaphore(MOST_CALLS)


class IssuerUnavailable(Exception):  # noqa: N818 - the product works as meant, without this way of logging in
    """The issuer gave no answer that can be used. The message says why, without a word of what was sent or received."""


@dataclass(frozen=True)
class Answer:
    """The status, and the document of a status 200."""

    status: int
    document: Mapping[str, Any] = field(repr=False)


class Deadline:
    """The end of all waiting of one request."""

    def __init__(self, wait: timedelta) -> None:
        self._end = time.monotonic() + wait.total_seconds()

    def seconds_left(self) -> float:
        """Return how long may still be waited. Raise IssuerUnavailable when nothing is left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise IssuerUnavailable("no answer in time")
        return left


def fetch(
    address: str,
    *,
    deadline: Deadline,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """GET ``address``, or POST ``form`` to it; redirects and the proxies of the environment are not followed.

    The call runs in a thread of its own, because a socket's time limit bounds each wait and not their sum.

    Raise IssuerUnavailable if there is no answer in time, or one that is too large or no JSON object.
    """
    seconds = deadline.seconds_left()
    if not _free.acquire(blocking=False):
        raise IssuerUnavailable("too many calls are under way")
    outcome: Future[Answer] = Future()
    work = threading.Thread(
        target=_call, args=[outcome, address, form, dict(headers or {}), seconds], daemon=True, name="issuer"
    )
    work.start()
    try:
        return outcome.result(seconds)
    except TimeoutError:
        raise IssuerUnavailable("no answer in time") from None


def _call(
    outcome: "Future[Answer]",
    address: str,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str],
    seconds: float,
) -> None:
    try:
        outcome.set_result(_answer(address, form, headers, seconds))
    except IssuerUnavailable as failure:
        outcome.set_exception(failure)
    except (OSError, HTTPException, ValueError) as error:
        # Only its kind: the messages of these quote addresses, headers and answers.
        outcome.set_exception(IssuerUnavailable(f"the call failed ({type(error).__name__})"))
    finally:
        _free.release()


def _answer(address: str, form: Mapping[str, str] | None, headers: Mapping[str, str], seconds: float) -> Answer:
    parts = urlsplit(address)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _connection(parts.scheme, str(parts.hostname), parts.port, seconds=seconds)
    sent = {"Accept": "application/json", **headers}
    try:
        if form is None:
            connection.request("GET", target, headers=sent)
        else:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", target, urlencode(form), sent)
        with connection.getresponse() as response:
            content = response.read(MOST_BYTES + 1)
    finally:
        connection.close()
    if len(content) > MOST_BYTES:
        raise IssuerUnavailable(f"the answer is larger than {MOST_BYTES} bytes")
    return Answer(status=response.status, document=_document(content) if response.status == _OK else {})


def _connection(scheme: str, host: str, port: int | None, *, seconds: float) -> HTTPConnection:
    if scheme == "http":
        return HTTPConnection(host, port, timeout=seconds)
    return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())


def _document(content: bytes) -> Mapping[str, Any]:
    document = json.loads(content)
    if not isinstance(document, dict):
        raise IssuerUnavailable("the answer is no JSON object")
    return document
