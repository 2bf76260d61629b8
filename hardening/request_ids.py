"""The reference of the request at hand: what a person quotes to support, and what joins log lines and entries."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0 o 1 l i: it is read out over the telephone."""
_LENGTH = 12
"""59 bits: a portal answering a thousand requests a second meets a repeat about once in nine days, and
every entry also carries its own time."""

_current: ContextVar[str] = ContextVar("hardening_request_id", default="")


def new() -> str:
    """Return a fresh reference. It is never taken from a header: a client could name another's request."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def current() -> str:
    """Return the reference of the request at hand, empty outside one (commands, shells)."""
    return _current.get()


@contextmanager
def assigned(reference: str | None = None) -> Iterator[str]:
    """Give this context a reference, ``new()`` unless one is named; the middleware wraps each request in it."""
    token = _current.set(reference or new())
    try:
        yield _current.get()
    finally:
        _current.reset(token)
