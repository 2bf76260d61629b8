"""The only reader of time, so that every rule about time can be tested with a clock of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen_at: ContextVar[datetime | None] = ContextVar("hardening_clock_frozen_at", default=None)


def now() -> datetime:
    """Return the current moment, in UTC."""
    return _frozen_at.get() or datetime.now(UTC)  # noqa: TID251 - here and nowhere else


def is_frozen() -> bool:
    """Tell whether a test holds the clock; a store with a clock of its own then takes ours."""
    return _frozen_at.get() is not None


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` in this context (tests and simulations).

    Raise ValueError for a naive moment: it would mean another instant on another machine.
    """
    if at.tzinfo is None:
        raise ValueError("the clock needs a moment with a time zone")
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen_at.reset(token)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Hold the clock ``by`` away from the present one, forward or back."""
    with frozen(now() + by):
        yield
