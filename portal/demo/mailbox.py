"""The mails of the demonstration, which go to files and to nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from django.utils import timezone

_SEPARATOR = b"-" * 79 + b"\n"
"""What Django's file back end writes after each mail of a file."""


@dataclass(frozen=True)
class Mail:
    """One mail, as its reader would see it."""

    sent_at: datetime
    to: str
    subject: str
    text: str


def mails_in(folder: Path) -> list[Mail]:
    """Return the mails, the latest first; none where nobody has been written to."""
    found = [_read(part) for file in sorted(folder.glob("*.log")) for part in file.read_bytes().split(_SEPARATOR)]
    return sorted((mail for mail in found if mail), key=lambda mail: mail.sent_at, reverse=True)


def _read(part: bytes) -> Mail | None:
    if not part.strip():
        return None
    message = message_from_bytes(part, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    moment = message["Date"].datetime  # "-0000", as Django writes UTC, is read as a time of nowhere
    return Mail(
        sent_at=timezone.localtime(moment if moment.tzinfo else moment.replace(tzinfo=UTC)),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=body.get_content().strip() if body is not None else "",
    )
