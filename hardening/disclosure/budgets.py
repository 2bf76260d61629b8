"""Work out the limits of one question from who asks, who shares his establishment, and how he proved himself."""

from datetime import datetime

from hardening.disclosure.actor import Actor
from hardening.disclosure.conf import DisclosureSettings
from hardening.disclosure.limits import (
    Limits,
    Member,
    ceilings_of,
    cheap_misses,
    establishment_people,
    newcomers_a_day,
    people_a_day,
)
from hardening.disclosure.moments import as_micros


def people_of(actor: Actor, *, settings: DisclosureSettings) -> int:
    """Return how many people this practitioner may see in a day."""
    profession = settings.profession(actor.profession)
    return people_a_day(actor.baseline, cap=profession.cap, start=profession.start)


def limits_for(
    actor: Actor,
    *,
    settings: DisclosureSettings,
    members: tuple[Member, ...] = (),
    has_fresh_passkey: bool = False,
    at: datetime,
) -> Limits:
    """Return the limits of a question that ``actor`` asks at ``at``."""
    people = people_of(actor, settings=settings)
    return Limits(
        practitioner=ceilings_of(people),
        people=people,
        newcomers=newcomers_a_day(people, percent=settings.newcomer_percent),
        establishment=ceilings_of(establishment_people(members, at=as_micros(at))),
        portal=ceilings_of(settings.portal_people_a_day),
        cheap_misses=cheap_misses(actor.baseline),
        passes_establishment=has_fresh_passkey,
    )
