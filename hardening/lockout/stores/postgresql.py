"""Slots on PostgreSQL: two functions of the database, which hold the locks for one round trip."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper

from hardening.lockout.buckets import Bucket, Reservation
from hardening.lockout.stores import Attempt, failing_closed
from hardening.lockout.stores.records import filled, moment, moment_us, wanted_records


class PostgreSQLSlots:
    """Reserve and settle by ``hardening_lockout_reserve`` and ``…_settle`` (migration 0002)."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def reserve(self, attempt: Attempt, *, buckets: Sequence[Bucket], at: datetime | None) -> Reservation:
        """Reserve a slot in every bucket, or in none."""
        wanted = json.dumps(wanted_records(attempt, buckets=buckets))
        with failing_closed(), self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT hardening_lockout_reserve(%s::jsonb, %s, %s::bigint)::text",
                [wanted, attempt.is_second_step, None if at is None else moment_us(at)],
            )
            answer = json.loads(cursor.fetchone()[0])
        asked = {bucket.key: bucket for bucket in buckets}
        found = tuple(filled(asked[UUID(record["key"])], record=record) for record in answer["buckets"])
        return Reservation(is_allowed=answer["is_allowed"], at=moment(answer["at"]), buckets=found)

    def settle(self, slot: str, *, keys: Sequence[UUID], was_second_step: bool, cleared: UUID | None) -> None:
        """Take the slot out of each bucket, and empty the cleared one."""
        with failing_closed(), self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT hardening_lockout_settle(%s, %s, %s, %s)",
                [[key.hex for key in keys], slot, was_second_step, cleared.hex if cleared else None],
            )
