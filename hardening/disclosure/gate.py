"""The gate: a reservation, one look-up, a ledger row, and only then plain values.

None of the steps can be left out: assurance of the session, state of the account, reservation, the view's
look-up, ledger row and event in one transaction, settlement, opening. Whatever fails, nobody is shown.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID, uuid4

from asgiref.sync import sync_to_async
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import Error
from django.db.models import Model, QuerySet
from django.http import Http404

from hardening.disclosure.admission import admit, refused
from hardening.disclosure.charging import Charging, Shown
from hardening.disclosure.disclosed_record import DisclosedRecord
from hardening.disclosure.inquiry import Inquiry
from hardening.disclosure.purse import Purse
from hardening.disclosure.records import SEPARATOR, controller_of, field_classes, plain_at, subject_of
from hardening.disclosure.searches import Searches
from hardening.disclosure.stores.choosing import budget_store
from hardening.encryption.matching import is_same, open_for_match, open_nobody
from hardening.encryption.sealed_field import SealedField
from hardening.errors import HardeningError, NotDisclosedError
from hardening.subjects import SubjectId

Record = TypeVar("Record", bound=Model)

CANDIDATES = 50
"""Records that one number may name: a family several times over. More means that the queryset names nobody."""

_opening: ContextVar[frozenset[str]] = ContextVar("hardening_gate_opening", default=frozenset())
"""The fields that the gate itself is opening right now, in this context and no other."""

_ANSWERS_OF_A_SEARCH = (Http404, ObjectDoesNotExist, MultipleObjectsReturned)


class GateMisusedError(HardeningError):
    """The view asks the gate for something that would show people unseen."""


class TooManyFoundError(GateMisusedError):
    """One question names more records than a family has."""


class Disclosure:
    """An open gate: what ``with disclose(...) as disclosure`` gives to the view."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        self._searches = Searches()
        self._released: dict[tuple[str, object], tuple[SubjectId, DisclosedRecord]] = {}
        self._is_open = False

    @property
    def purpose(self) -> str:
        """Return the declared purpose, as it stands in the ledger."""
        return self._inquiry.purpose

    @property
    def practitioner(self) -> str:
        """Return whose budget this spends."""
        return self._inquiry.actor.practitioner

    @property
    def remaining(self) -> int:
        """Return how many new people are left to the practitioner today."""
        return self._purse.answer.remaining

    @property
    def has_charged(self) -> bool:
        """Tell whether a person or a miss stands in the ledger for this."""
        return self._purse.has_charged

    def begin(self) -> None:
        """Admit the inquiry and reserve the place of one person and the price of a miss.

        Raise StepUpRequired, AccountFrozen, BudgetExceeded or StoreUnavailableError; then nobody is shown.
        """
        self._purse = Purse(Charging(self._inquiry, admit(self._inquiry), budget_store()))
        self._purse.reserve()
        self._is_open = True

    def match(self, queryset: QuerySet[Record], **criteria: object) -> Record | None:
        """Return the record of ``queryset`` whose opened values equal ``criteria``, or None.

        The queryset names people by blind index alone; what else was typed is compared here, in constant time,
        on values that open for the gate only. Nobody found, a wrong date and two people alike are one answer, at
        one price and with the same statements (D9). Several records of one person: the first. Each match of one
        response is a question of its own, and is paid for before it is put.

        Raise BudgetExceeded instead where the establishment has nobody left and the person is no repeat (D38).
        """
        records = self._asked(queryset)
        if not records:
            _open_nobody(queryset.model, criteria)
        found = [record for record in records if _is_meant(record, criteria)]
        people = {subject_of(record) for record in found}
        self._require_repeat(next(iter(people)) if len(people) == 1 else None)
        return found[0] if len(people) == 1 else None

    def find(self, queryset: QuerySet[Record], *, may_see: Callable[[Record], bool]) -> list[Record]:
        """Return every record of ``queryset`` that ``may_see`` lets through, each person charged and written down.

        For lists of masks, where who shares a number is one answer. What ``may_see`` holds back is nobody: it
        costs what an unknown number does, and looks the same.

        Raise BudgetExceeded, AccountFrozen or StoreUnavailableError; then nobody is told of.
        """
        found = [record for record in self._asked(queryset) if may_see(record)]
        people: set[SubjectId | None] = {subject_of(record) for record in found}
        for person in people or {None}:
            self._require_repeat(person)
        for record in found:
            self.open(record)
        return found

    def open(self, record: Model) -> DisclosedRecord:
        """Return the declared fields of ``record`` in clear, charged and written down first.

        Each further person costs a reservation of his own; the same record again costs nothing within one
        response. Fields of another row, as in ``contract__number``, are that person's too.

        Raise BudgetExceeded, AccountFrozen or StoreUnavailableError; then this person is not shown.
        """
        self._require_open()
        which = (record._meta.label, record.pk)
        if which in self._released:
            return self._released[which][1]
        subject = subject_of(record)
        shown = Shown(
            subject=subject,
            field_classes=field_classes(record, self._inquiry.fields),
            controller=controller_of(record),
        )
        self._purse.prepare_to_show()
        self._require_repeat(subject)
        self._purse.show(shown)
        with _opens(self._inquiry.fields):
            view = DisclosedRecord({path: plain_at(record, path) for path in self._inquiry.fields})
        self._released[which] = (subject, view)
        return view

    async def amatch(self, queryset: QuerySet[Record], **criteria: object) -> Record | None:
        """Do as ``match`` does, from an async view."""
        return await sync_to_async(self.match)(queryset, **criteria)

    async def aopen(self, record: Model) -> DisclosedRecord:
        """Do as ``open`` does, from an async view."""
        return await sync_to_async(self.open)(record)

    def permit_opening(self, *, subject: SubjectId | None, field: str) -> None:
        """Raise NotDisclosedError unless this person and field were charged and written to the ledger."""
        if field in _opening.get():
            return
        if field in self._inquiry.fields and any(subject == person for person, _ in self._released.values()):
            return
        raise NotDisclosedError(f"{field} is not of a person disclosed here, or was not declared")

    def note_search(self, *, field: str, indexes: Collection[UUID]) -> None:
        """Charge the question whether these values exist in ``field``, once each, before it is put (D10).

        Raise BudgetExceeded or StoreUnavailableError; then it is not put.
        """
        self._purse.ask(times=self._searches.unpaid(field=field, indexes=indexes))

    def finish(self, exception: BaseException | None) -> None:
        """Settle what was reserved and shows nobody.

        A question that was answered costs a miss, also when the view failed after it: it learnt who exists. What
        was reserved for no question goes back if the view failed, and costs a miss if it left without a word. A
        request that was cancelled keeps its charge: whoever asked may hang up as soon as he has seen enough (R21).

        Raise StoreUnavailableError when a miss cannot be written down.
        """
        self._is_open = False
        if not isinstance(exception, Exception | None):
            return
        if exception is not None and not isinstance(exception, _ANSWERS_OF_A_SEARCH):
            self._purse.give_back_fresh()
        self._purse.spend_on_misses()

    def _asked(self, queryset: QuerySet[Record]) -> list[Record]:
        """Return whom ``queryset`` names, one question paid before it is put."""
        self._require_open()
        self._purse.ask()
        try:
            with self._searches.matching():
                records = list(queryset[: CANDIDATES + 1])
        except Error:
            self._purse.unask()
            raise
        if len(records) > CANDIDATES:
            raise TooManyFoundError("narrow the queryset to one number: it names more records than a family has")
        return records

    def _require_open(self) -> None:
        if not self._is_open:
            raise GateMisusedError("this disclosure has ended: match and open inside its block")

    def _require_repeat(self, subject: SubjectId | None) -> None:
        """Where the establishment has nobody left, refuse all but a repeat: a miss and a stranger alike (D38)."""
        answer, charging = self._purse.answer, self._purse.charging
        if not answer.is_for_repeats:
            return
        practitioner = self._inquiry.actor.practitioner
        # Asked for somebody unheard of too, so that a miss takes as long.
        if not charging.store.has_shown(practitioner=practitioner, subject=subject or SubjectId(uuid4())):
            self._purse.miss()
            raise refused(self._inquiry, charging.exceeded(answer))


@contextmanager
def _opens(paths: Iterable[str]) -> Iterator[None]:
    token = _opening.set(frozenset(path.rpartition(SEPARATOR)[2] for path in paths))
    try:
        yield
    finally:
        _opening.reset(token)


def _is_meant(record: Model, criteria: Mapping[str, object]) -> bool:
    # A list, not all(...) over a generator: it must not stop at the first difference.
    same = [is_same(open_for_match(record, field=name), typed) for name, typed in criteria.items()]
    return all(same)


def _open_nobody(model: type[Model], names: Iterable[str]) -> None:
    """Spend on a miss the time that opening one record takes."""
    row = uuid4()
    for name in names:
        field = model._meta.get_field(name)
        if isinstance(field, SealedField):
            open_nobody(field, row=row)
