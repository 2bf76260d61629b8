"""An entry as a plain record, for lines of JSON."""

from datetime import UTC

from hardening.audit.models import Entry


def as_record(entry: Entry) -> dict[str, object]:
    """Return the entry as JSON can hold it; empty columns are left out."""
    record = {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": entry.name,
        "account": entry.account,
        "actor": entry.actor,
        "subject": str(entry.subject) if entry.subject else "",
        "session": entry.session,
        "network": entry.network,
        "address_digest": entry.address_digest,
        "request": entry.request_id,
        "intent": str(entry.intent) if entry.intent else "",
        "details": entry.details,
        "entry": entry.reference,
    }
    return {key: value for key, value in record.items() if value}
