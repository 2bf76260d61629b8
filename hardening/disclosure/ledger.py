"""Write the ledger: one row per charge, in the transaction of the event that tells of it."""

import logging
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connections

from hardening import clock
from hardening.disclosure.models import AccountState, LedgerRow
from hardening.errors import AccountFrozen, StoreUnavailableError
from hardening.routing import ALIAS

_log = logging.getLogger("hardening.disclosure")

_RECORD = """
    SELECT hardening_disclosure_record(ROW(
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)::hardening_disclosure_ledger)
"""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What is written of a person released, or of a miss (no ``subject``); the order is that of the table."""

    id: UUID
    at: datetime | None = None
    epoch: str
    number: int
    account: str
    practitioner: str
    establishment: str
    subject: UUID | None
    purpose: str
    field_classes: str
    controller: str
    session: str
    methods: str
    network: str
    request_id: str


def write(charge: Charge, *, reference: str) -> datetime:
    """Write the row and return its time, which is the server's on PostgreSQL; call it inside a transaction.

    The account's row is held until the commit, so that a freeze comes wholly before or wholly after (D17).

    Raise AccountFrozen with ``reference``, and StoreUnavailableError for a number used before: the budget store
    was set back and no longer knows whom it has charged (D18).
    """
    try:
        at = _write_postgresql(charge) if connections[ALIAS].vendor == "postgresql" else _write_sqlite(charge)
    except IntegrityError as error:
        _log.critical("the budget store gave number %s of epoch %s again", charge.number, charge.epoch)
        raise StoreUnavailableError("the budget store was set back and must be rebuilt") from error
    if at is None:
        raise AccountFrozen("frozen", reference=reference)
    return at


def _write_postgresql(charge: Charge) -> datetime | None:
    held = clock.now() if clock.is_frozen() else None
    values = astuple(charge)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_RECORD, [values[0], held, *values[2:]])
        at: datetime | None = cursor.fetchone()[0]
    return at


def _write_sqlite(charge: Charge) -> datetime | None:
    if not AccountState.objects.filter(account=charge.account, frozen_at=None).exists():
        return None
    at = clock.now()
    LedgerRow(**(vars(charge) | {"at": at})).save(force_insert=True)
    return at
