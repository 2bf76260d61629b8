"""Changes of an account's state: said before they are made, and settled after (D1).

The account lives on ``default``, the audit on ``hardening``, and no transaction spans both. Writing the entry
first would tell of changes that were rolled back; writing it last would lose those whose process died in
between. So the intent is written first, and an intent without an outcome reads "not known to have happened".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

from django.db import transaction

from hardening import clock
from hardening.clients import Client
from hardening.errors import HardeningError
from hardening.events import ChangeAbandoned, ChangeIntended, Event, emit


class UnsettledChangeError(HardeningError):
    """A change ended without saying what it did; it was rolled back."""


class Change:
    """An intended change under way: ``settle`` it with the events that tell what was done."""

    def __init__(self, *, reference: str) -> None:
        self.reference = reference
        self.outcomes: list[Event] = []

    def settle(self, *outcomes: Event) -> None:
        """Say what was done; told once the change is committed, never if it is rolled back."""
        self.outcomes += [replace(outcome, intent=self.reference) for outcome in outcomes]

    def require_outcome(self) -> None:
        """Raise UnsettledChangeError where nothing was settled."""
        if not self.outcomes:
            raise UnsettledChangeError("a change was intended and never settled")

    def tell(self) -> None:
        """Emit the outcomes."""
        for outcome in self.outcomes:
            emit(outcome)


@contextmanager
def intent(
    change: type[Event], *, account: str, actor: str = "", client: Client | None = None, session: str = ""
) -> Iterator[Change]:
    """Run the block in one transaction on ``default``, between an intent entry and its outcome.

    If the intent cannot be written the block never runs: nobody changes an account unseen by breaking the
    audit first. An exception in the block rolls it back and says so; one at the commit itself says nothing,
    because then nobody knows. ``actor`` is who changes it, where that is not the account.

    Raise UnsettledChangeError, and roll back, when the block ends without ``settle``.
    """
    intended = ChangeIntended(
        at=clock.now(),
        account=account,
        actor=actor,
        client=client,
        session=session,
        intent=str(uuid4()),
        change=change.name,
    )
    emit(intended)
    pending = Change(reference=intended.intent)
    may_be_committed = False
    try:
        with transaction.atomic():
            yield pending
            pending.require_outcome()
            transaction.on_commit(pending.tell)
            may_be_committed = True
    except Exception:
        if not may_be_committed:
            _abandon(intended)
        raise


def _abandon(intended: ChangeIntended) -> None:
    emit(
        ChangeAbandoned(
            at=clock.now(),
            account=intended.account,
            actor=intended.actor,
            client=intended.client,
            session=intended.session,
            intent=intended.intent,
            change=intended.change,
        )
    )
