"""Accounts as the gate knows them: the state of one, and the colleagues who share its establishment's budget."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hardening.disclosure.actor import Actor
from hardening.disclosure.limits import Member
from hardening.disclosure.models import AccountState
from hardening.disclosure.moments import as_micros


@dataclass(frozen=True)
class Standing:
    """What is known of an actor's account before anything is charged."""

    is_frozen: bool
    members: tuple[Member, ...]


def standing_of(actor: Actor, *, people: int, at: datetime) -> Standing:
    """Return the standing of ``actor``, who may see ``people`` a day, in one statement.

    An account met for the first time, or in another place than before, costs a second one: it is written down.
    """
    states = list(AccountState.objects.filter(Q(account=actor.account) | Q(establishment=actor.establishment)))
    own = next((state for state in states if state.account == actor.account), None)
    if own is None or _desk(own) != (actor.practitioner, actor.establishment, people):
        others = [state for state in states if state.account != actor.account]
        own = _written(actor, people=people, known=own or AccountState(seen_since=at))
        states = [*others, own]
    return Standing(own.frozen_at is not None, members_of(states))


def members_of(states: Iterable[AccountState]) -> tuple[Member, ...]:
    """Return the practitioners behind these accounts: one with ten delegates is still one."""
    members: dict[str, Member] = {}
    for state in states:
        since = as_micros(state.seen_since)
        known = members.get(state.practitioner, Member(0, since))
        members[state.practitioner] = Member(max(known.people, state.people), min(known.since, since))
    return tuple(members.values())


def _desk(state: AccountState) -> tuple[str, str, int]:
    return state.practitioner, state.establishment, state.people


def _written(actor: Actor, *, people: int, known: AccountState) -> AccountState:
    state = AccountState(
        account=actor.account,
        practitioner=actor.practitioner,
        establishment=actor.establishment,
        people=people,
        seen_since=known.seen_since,
        frozen_at=known.frozen_at,
    )
    # Neither the freeze nor the first day is ever overwritten: somebody may be freezing this account right now.
    AccountState.objects.bulk_create(
        [state],
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["practitioner", "establishment", "people"],
    )
    return state
