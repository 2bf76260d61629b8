"""Moments as the budgets count them: whole microseconds since 1970."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def as_micros(at: datetime) -> int:
    """Return ``at`` exactly; floating-point timestamps would round, and stores would disagree."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(moment: int) -> datetime:
    """Return the moment in UTC."""
    return _EPOCH + moment * _MICROSECOND
