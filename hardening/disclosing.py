"""The context variable that holds the active disclosure: how sealed values know whether they may open."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol
from uuid import UUID

from hardening.errors import NotDisclosedError
from hardening.subjects import SubjectId


class ActiveDisclosure(Protocol):
    """What the gate lends to the code it runs."""

    @property
    def purpose(self) -> str:
        """Return the declared purpose, as it stands in the ledger."""

    def permit_opening(self, *, subject: SubjectId | None, field: str) -> None:
        """Raise NotDisclosedError unless this person and field were charged and written to the ledger."""

    def note_search(self, *, field: str, indexes: Collection[UUID]) -> None:
        """Charge the question whether these values exist in ``field``, once each, before it is put (D10).

        Raise BudgetExceeded or StoreUnavailableError; then it is not put.
        """


UNNAMED = "web"
"""Whoever opens values outside a disclosure: log-in, forms, jobs."""

_active: ContextVar[ActiveDisclosure | None] = ContextVar("hardening_active_disclosure", default=None)
_actor: ContextVar[str] = ContextVar("hardening_actor", default=UNNAMED)
_guarded: ContextVar[bool] = ContextVar("hardening_existence_guarded", default=False)


def active() -> ActiveDisclosure | None:
    """Return the disclosure that is open in this context, or None."""
    return _active.get()


def require_active(*, what: str) -> ActiveDisclosure:
    """Return the open disclosure.

    Raise NotDisclosedError naming ``what`` (a field, never a value) outside one.
    """
    disclosure = _active.get()
    if disclosure is None:
        raise NotDisclosedError(f"{what} opens only inside `with disclose(...)`")
    return disclosure


@contextmanager
def activate(disclosure: ActiveDisclosure) -> Iterator[None]:
    """Make ``disclosure`` the active one in this context."""
    token = _active.set(disclosure)
    try:
        yield
    finally:
        _active.reset(token)


def actor() -> str:
    """Return the name under which the key broker counts what this context opens."""
    return _actor.get()


@contextmanager
def acting_as(name: str) -> Iterator[None]:
    """Open in the name of ``name``, an opaque id, in this context."""
    token = _actor.set(name)
    try:
        yield
    finally:
        _actor.reset(token)


def is_existence_guarded() -> bool:
    """Tell whether this context serves a request in which existence itself is a disclosure (D10)."""
    return _guarded.get()


@contextmanager
def guard_existence() -> Iterator[None]:
    """Mark this context as serving a request: equality look-ups on sealed fields then need a disclosure."""
    token = _guarded.set(True)
    try:
        yield
    finally:
        _guarded.reset(token)
