"""Write one entry for one event, in the transaction the caller is in."""

import secrets
from dataclasses import fields
from typing import Any
from uuid import UUID

from django.db import Error

from hardening import request_ids
from hardening.audit import canonical, writers
from hardening.audit.canonical import Body, LedgerRow
from hardening.audit.models import Entry
from hardening.audit.payloads import actor_of, payload_of
from hardening.audit.pseudonyms import coarse_network, opaque
from hardening.errors import StoreUnavailableError
from hardening.events import Event
from hardening.keys.digests import digest

_SALT_BYTES = 16


def record(event: Event) -> Entry:
    """Write the entry of ``event`` in one INSERT and return it.

    An event on the ``hardening`` database shares the transaction of its ledger row or counter: both are there
    or neither. Nothing here is retried or put off, because an entry that may come later may never come.

    Raise StoreUnavailableError when the database refuses or does not answer; the change that the event tells
    of must not happen then.
    """
    entry = entry_of(event)
    try:
        entry.save(force_insert=True)
    except Error as error:
        raise StoreUnavailableError("the audit cannot be written") from error
    return entry


def entry_of(event: Event) -> Entry:
    """Return the entry of ``event``, numbered by this process's writer and not yet written."""
    writer = writers.current()
    subject: UUID | None = getattr(event, "subject", None)
    salt = secrets.token_bytes(_SALT_BYTES) if subject else None
    body = Body(
        writer=writer.id,
        wseq=writer.next_number(),
        at=event.at,
        name=event.name,
        account=opaque(event.account),
        actor=opaque(actor_of(event)),
        session=opaque(event.session),
        network=coarse_network(event.client.address) if event.client else "",
        address_digest=digest("audit.address", event.client.address) if event.client else "",
        request_id=request_ids.current(),
        intent=UUID(event.intent) if event.intent else None,
        rows_digest=_rows_digest(event, subject=subject, salt=salt),
        payload=payload_of(event),
    )
    return Entry(form=canonical.VERSION, subject=subject, rows_salt=salt, **vars(body))


def body_of(entry: Entry) -> Body:
    """Return what the seal of a stored entry is computed over."""
    stored: dict[str, Any] = {field.name: getattr(entry, field.name) for field in fields(Body)}
    if stored["rows_digest"] is not None:
        stored["rows_digest"] = bytes(stored["rows_digest"])  # a memoryview, from PostgreSQL
    return Body(**stored)


def _rows_digest(event: Event, *, subject: UUID | None, salt: bytes | None) -> bytes | None:
    if subject is None or salt is None:
        return None
    row = LedgerRow(reference=getattr(event, "disclosure", ""), subject=subject)
    return canonical.rows_digest([row], salt=salt)
