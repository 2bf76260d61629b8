"""Read entries a page at a time: by keyset, newest first, without ever counting them (A11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from hardening.audit.models import Entry, EntryQuerySet

PAGE_SIZE = 50


class Cursor(NamedTuple):
    """The last entry of a page, as an address can carry it."""

    at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor that ``str`` wrote. Raise ValueError for anything else."""
        moment, _, number = text.partition("-")
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC), int(number))
        except ValueError as error:
            raise ValueError("no page of entries ends there") from error


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What to look for; an empty criterion asks nothing. Times are from ``since`` up to, not including, ``until``."""

    account: str = ""
    actor: str = ""
    event: str = ""
    request_id: str = ""
    intent: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def condition(self) -> Q:
        """Return these criteria as one condition, each part of which an index answers."""
        asked = Q()
        for field, value in (
            ("account", self.account),
            ("actor", self.actor),
            ("name", self.event),
            ("request_id", self.request_id),
            ("intent", self.intent),
            ("at__gte", self.since),
            ("at__lt", self.until),
        ):
            if value:
                asked &= Q((field, value))
        return asked


@dataclass(frozen=True)
class Page:
    """Entries, newest first, and where the next older ones begin (None: there are none)."""

    entries: Sequence[Entry]
    older: Cursor | None


def page(criteria: Criteria = Criteria(), *, before: Cursor | None = None, size: int = PAGE_SIZE) -> Page:
    """Return the newest ``size`` entries that meet the criteria, older than ``before`` where it is given.

    One statement, which reads at most ``size + 1`` rows of the index that fits.
    """
    found = matching(criteria, before=before)
    entries = list(found[: size + 1])
    if len(entries) <= size:
        return Page(entries, None)
    last = entries[size - 1]
    return Page(entries[:size], Cursor(last.at, last.id))


def matching(criteria: Criteria, *, before: Cursor | None = None) -> EntryQuerySet:
    """Return all entries that meet the criteria, newest first, as a queryset to be sliced or streamed."""
    asked = criteria.condition()
    if before is not None:
        # The first bound is what the index is entered by; the second only breaks ties inside one microsecond.
        asked &= Q(at__lte=before.at) & (Q(at__lt=before.at) | Q(id__lt=before.id))
    return Entry.objects.filter(asked).order_by("-at", "-id")


def find(reference: str) -> Entry | None:
    """Return the entry of this reference (``<writer>-<number>``), or None."""
    writer, _, number = reference.partition("-")
    try:
        return Entry.objects.filter(writer=UUID(writer), wseq=int(number)).first()
    except ValueError:
        return None
