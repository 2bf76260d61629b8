"""Accounts as the gate knows them: the state of one, and the colleagues who share its establishment's budget."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from hardening.disclosure.actor import Actor
from hardening.disclosure.allowance_book import with_used
from hardening.disclosure.allowances import Allowance
from hardening.disclosure.limits import Member
from hardening.disclosure.models import AccountState
from hardening.disclosure.moments import as_micros

AWAY_AFTER = timedelta(days=28)


@dataclass(frozen=True)
class Standing:
    """What is known of an actor's account before anything is charged."""

    is_frozen: bool
    used: int
    """How many people the session's allowance was spent on."""
    members: tuple[Member, ...]


def standing_of(actor: Actor, *, people: int, allowance: Allowance | None, at: datetime) -> Standing:
    """Return the standing of ``actor``, who may see ``people`` a day, in one statement.

    The first look-up of a day, or in another place than before, costs a second one: it is written down.
    """
    found = AccountState.objects.filter(Q(account=actor.account) | Q(establishment=actor.establishment))
    states = list(with_used(found, allowance))
    used: int = next((getattr(state, "used", 0) for state in states), 0)
    own = next((state for state in states if state.account == actor.account), None)
    if own is None or _facts(own) != (actor.practitioner, actor.establishment, people, at.date()):
        states = [state for state in states if state is not own]
        own = _written(actor, people=people, at=at, known=own)
        states.append(own)
    return Standing(own.frozen_at is not None, used, members_of(states, at=at))


def members_of(states: Iterable[AccountState], *, at: datetime) -> tuple[Member, ...]:
    """Return the practitioners at work behind these accounts: one with ten delegates is still one.

    Whoever is frozen, or has looked nobody up for 28 days, is no member: accounts of people who have left must
    not widen the budget of those who stay.
    """
    members: dict[str, Member] = {}
    for state in states:
        if state.frozen_at is not None or state.last_seen <= at.date() - AWAY_AFTER:
            continue
        since = as_micros(state.seen_since)
        known = members.get(state.practitioner, Member(0, since))
        members[state.practitioner] = Member(max(known.people, state.people), min(known.since, since))
    return tuple(members.values())


def _facts(state: AccountState) -> tuple[str, str, int, date]:
    return state.practitioner, state.establishment, state.people, state.last_seen


def _written(actor: Actor, *, people: int, at: datetime, known: AccountState | None) -> AccountState:
    state = AccountState(
        account=actor.account,
        practitioner=actor.practitioner,
        establishment=actor.establishment,
        people=people,
        seen_since=known.seen_since if known else at,
        last_seen=at.date(),
        frozen_at=known.frozen_at if known else None,
    )
    # Neither the freeze nor the first day is ever overwritten: somebody may be freezing this account right now.
    AccountState.objects.bulk_create(
        [state],
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["practitioner", "establishment", "people", "last_seen"],
    )
    return state
