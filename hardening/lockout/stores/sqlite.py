"""Slots on SQLite: one INSERT that calls the kernel, so that reading, deciding and writing are one statement."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from hardening import clock
from hardening.lockout import buckets as kernel
from hardening.lockout.buckets import Bucket, Failure, Reservation
from hardening.lockout.stores import Attempt, failing_closed
from hardening.lockout.stores.records import (
    failure_record,
    filled,
    moment,
    moment_us,
    wanted_bucket,
    wanted_records,
)

# SQLite takes its write lock before the statement reads anything: nobody counts the same attempts twice.
_RESERVE = """
    INSERT INTO hardening_lockout_bucket
        (key, kind, account, network, failures, refused, second_step_failures, last_failed_at)
    SELECT json_extract(value, '$.key'), json_extract(value, '$.kind'), json_extract(value, '$.account'),
        json_extract(value, '$.network'), json_extract(value, '$.failures'), json_extract(value, '$.refused'),
        json_extract(value, '$.second_step_failures'), json_extract(value, '$.last_failed_at')
    FROM json_each(hardening_lockout_decide(%s, (
        SELECT json_group_array(json_object('key', key, 'failures', json(failures), 'refused', refused,
            'second_step_failures', second_step_failures))
        FROM hardening_lockout_bucket WHERE key IN (%s, %s)), %s, %s))
    WHERE true
    ON CONFLICT (key) DO UPDATE SET
        account = coalesce(nullif(excluded.account, ''), account),
        failures = excluded.failures, refused = excluded.refused,
        second_step_failures = excluded.second_step_failures, last_failed_at = excluded.last_failed_at
    RETURNING key, failures, refused, second_step_failures
"""

_SETTLE = """
    UPDATE hardening_lockout_bucket SET
        failures = CASE WHEN key = %s THEN '[]' ELSE (
            SELECT json_group_array(json(value)) FROM json_each(failures) WHERE json_extract(value, '$[1]') <> %s) END,
        refused = CASE WHEN key = %s THEN 0 ELSE refused END,
        second_step_failures = CASE WHEN key = %s THEN 0 ELSE max(second_step_failures - (%s AND EXISTS (
            SELECT 1 FROM json_each(failures) WHERE json_extract(value, '$[1]') = %s)), 0) END
    WHERE key IN (%s, %s)
"""


class SQLiteSlots:
    """Reserve and settle in one statement each. One host, one clock: ours."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def reserve(self, attempt: Attempt, *, buckets: Sequence[Bucket], at: datetime | None) -> Reservation:
        """Reserve a slot in every bucket, or in none."""
        now = at or clock.now()
        wanted = json.dumps(wanted_records(attempt, buckets=buckets))
        keys = (buckets[0].key.hex, buckets[-1].key.hex)
        with failing_closed(), self.connection.cursor() as cursor:
            cursor.execute(_RESERVE, [wanted, *keys, attempt.is_second_step, moment_us(now)])
            rows = cursor.fetchall()
        asked = {bucket.key: bucket for bucket in buckets}
        found = tuple(filled(asked[UUID(row[0])], record=_record(*row)) for row in rows)
        is_allowed = attempt.slot in {failure.slot for failure in found[0].failures[-1:]}
        return Reservation(is_allowed=is_allowed, at=now, buckets=found)

    def settle(self, slot: str, *, keys: Sequence[UUID], was_second_step: bool, cleared: UUID | None) -> None:
        """Take the slot out of each bucket, and empty the cleared one."""
        emptied = cleared.hex if cleared else ""
        both = (keys[0].hex, keys[-1].hex)
        with failing_closed(), self.connection.cursor() as cursor:
            cursor.execute(_SETTLE, [emptied, slot, emptied, emptied, was_second_step, slot, *both])


def install_kernel(connection: sqlite3.Connection) -> None:
    """Teach a new connection the function that ``reserve`` calls."""
    connection.create_function("hardening_lockout_decide", 4, _decide, deterministic=True)


def _decide(wanted: str, held: str, is_second_step: int, at_us: int) -> str:
    asked = {record["key"]: record for record in json.loads(wanted)}
    recorded = {record["key"]: record for record in json.loads(held)}
    found = [filled(wanted_bucket(record), record=recorded.get(key)) for key, record in asked.items()]
    at = moment(at_us)
    answer = kernel.reserve(
        found,
        failures={bucket.key: Failure(at, *asked[bucket.key.hex]["failure"]) for bucket in found},
        at=at,
        is_second_step=bool(is_second_step),
    )
    return json.dumps([{**asked[bucket.key.hex], **_row(bucket, at=at)} for bucket in answer.buckets])


def _row(bucket: Bucket, *, at: datetime) -> dict[str, Any]:
    last_failed_at = bucket.failures[-1].at if bucket.failures else at
    return {
        "failures": [failure_record(failure) for failure in bucket.failures],
        "refused": bucket.refused,
        "second_step_failures": bucket.second_step_failures,
        # As Django writes a moment on SQLite.
        "last_failed_at": str(last_failed_at.astimezone(UTC).replace(tzinfo=None)),
    }


def _record(key: str, failures: str, refused: int, second_step_failures: int) -> dict[str, Any]:
    return {
        "key": key,
        "failures": json.loads(failures),
        "refused": refused,
        "second_step_failures": second_step_failures,
    }
