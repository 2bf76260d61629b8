"""Write the ledger: one row per charge, in the transaction of the event that tells of it."""

import logging
from dataclasses import astuple, dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connections

from hardening import clock
from hardening.disclosure.allowance_book import EVER, spend
from hardening.disclosure.allowances import Allowance
from hardening.disclosure.models import AccountState, LedgerRow
from hardening.errors import AccountFrozen, Outcome, StoreUnavailableError
from hardening.routing import ALIAS
from hardening.subjects import SubjectId

_log = logging.getLogger("hardening.disclosure")

# OFFSET 0: the allowance is taken once, and before the row.
_RECORD = """
    SELECT is_allowed, CASE WHEN is_allowed THEN hardening_disclosure_record(ROW(
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)::hardening_disclosure_ledger) END
    FROM (SELECT hardening_disclosure_allow(%s, %s, %s, %s, %s) AS is_allowed OFFSET 0) AS allowance
"""


class AllowanceSpent(Outcome):
    """The allowance had nobody left when the row was to be written: questions at once have spent it."""


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


def write(charge: Charge, *, reference: str, allowance: Allowance | None = None) -> datetime:
    """Write the row and return its time, which is the server's on PostgreSQL; call it inside a transaction.

    The account's row is held until the commit, so that a freeze comes wholly before or wholly after (D17).

    Raise AccountFrozen with ``reference``, AllowanceSpent, and StoreUnavailableError for a number used before:
    the budget store was set back and no longer knows whom it has charged (D18).
    """
    try:
        on_postgresql = connections[ALIAS].vendor == "postgresql"
        at = (_write_postgresql if on_postgresql else _write_sqlite)(charge, allowance)
    except IntegrityError as error:
        _log.critical("the budget store gave number %s of epoch %s again", charge.number, charge.epoch)
        raise StoreUnavailableError("the budget store was set back and must be rebuilt") from error
    if at is None:
        raise AccountFrozen("frozen", reference=reference)
    return at


def _write_postgresql(charge: Charge, allowance: Allowance | None) -> datetime | None:
    held = clock.now() if clock.is_frozen() else None
    values, scope = astuple(charge), allowance.scope if allowance else ""
    since, most = (allowance.since or EVER, allowance.most) if allowance else (EVER, 0)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(_RECORD, [values[0], held, *values[2:], scope, charge.subject, clock.now(), since, most])
        is_allowed, at = cursor.fetchone()
    if not is_allowed:
        raise AllowanceSpent("nobody is left")
    written: datetime | None = at
    return written


def _write_sqlite(charge: Charge, allowance: Allowance | None) -> datetime | None:
    if not AccountState.objects.filter(account=charge.account, frozen_at=None).exists():
        return None
    at = clock.now()
    if allowance and charge.subject and not spend(allowance, SubjectId(charge.subject), at=at):
        raise AllowanceSpent("nobody is left")
    LedgerRow(**(vars(charge) | {"at": at})).save(force_insert=True)
    return at
