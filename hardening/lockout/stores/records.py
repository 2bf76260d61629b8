"""Buckets as JSON: what stands in the column, and what the statements carry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hardening.lockout.buckets import Bucket, Failure, Kind
from hardening.lockout.cooloff import Rule
from hardening.lockout.stores import Attempt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def moment_us(at: datetime) -> int:
    """Return a moment as microseconds since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Return the moment that ``moment_us`` wrote."""
    return _EPOCH + microseconds * _MICROSECOND


def failure_record(failure: Failure) -> list[Any]:
    """Return a failure as it stands in the column: moment, slot, step, origin, browser."""
    return [moment_us(failure.at), failure.slot, failure.step, failure.origin, failure.browser]


def failures_of(records: Iterable[Sequence[Any]]) -> tuple[Failure, ...]:
    """Return the failures of a column, oldest first."""
    return tuple(Failure(moment(at_us), *rest) for at_us, *rest in records)


def wanted_records(attempt: Attempt, *, buckets: Sequence[Bucket]) -> list[dict[str, Any]]:
    """Return what the attempt asks of each bucket: its key, its rule, and the failure to record."""
    return [
        {
            "key": bucket.key.hex,
            "kind": bucket.kind.value,
            # An address's bucket names the network, the others the account: never both.
            "account": "" if bucket.kind is Kind.ADDRESS else attempt.account,
            "network": attempt.network if bucket.kind is Kind.ADDRESS else "",
            "limit": bucket.rule.limit,
            "window": bucket.rule.window // _MICROSECOND,
            "first": bucket.rule.first // _MICROSECOND,
            "longest": bucket.rule.longest // _MICROSECOND,
            "review_at": bucket.rule.review_at,
            "kept": bucket.rule.kept,
            "second_steps": bucket.rule.second_steps,
            "failure": [attempt.slot, attempt.step, attempt.origins[bucket.key], attempt.browser],
        }
        for bucket in buckets
    ]


def wanted_bucket(wanted: Mapping[str, Any]) -> Bucket:
    """Return the bucket that a record of ``wanted_records`` asks for, empty."""
    rule = Rule(
        limit=wanted["limit"],
        window=wanted["window"] * _MICROSECOND,
        first=wanted["first"] * _MICROSECOND,
        longest=wanted["longest"] * _MICROSECOND,
        review_at=wanted["review_at"],
        second_steps=wanted["second_steps"],
    )
    return Bucket(key=UUID(wanted["key"]), kind=Kind(wanted["kind"]), rule=rule)


def filled(bucket: Bucket, *, record: Mapping[str, Any] | None) -> Bucket:
    """Return ``bucket`` with what is recorded of it."""
    if record is None:
        return bucket
    return replace(
        bucket,
        failures=failures_of(record["failures"]),
        refused=record["refused"],
        second_step_failures=record["second_step_failures"],
    )
