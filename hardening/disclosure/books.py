"""All that one question touches: the counts of its three scopes and the exact sets of its practitioner."""

from dataclasses import dataclass

from hardening.disclosure.limits import Limits
from hardening.disclosure.prices import whole_people
from hardening.disclosure.tallies import Tally
from hardening.disclosure.windows import DAY, NEVER, NOW

Room = tuple[int, str]
"""Until when a window refuses, ``NOW`` where it has room, and the stable word for a refusal by it."""


@dataclass(frozen=True)
class Books:
    """The three scopes of one question, and when each person in the practitioner's exact sets was last shown.

    A reservation not yet settled stands in both sets: nobody knows yet whom it will show.
    """

    practitioner: Tally
    establishment: Tally
    portal: Tally
    people: tuple[int, ...] = ()
    newcomers: tuple[int, ...] = ()

    def advanced(self, *, to: int, limits: Limits) -> "Books":
        """Return the books at ``to``, without those last shown a day before or earlier."""
        practitioner = self.practitioner.advanced(to=to, ceilings=limits.practitioner)
        gone = practitioner.latest - DAY
        return Books(
            practitioner,
            self.establishment.advanced(to=to, ceilings=limits.establishment),
            self.portal.advanced(to=to, ceilings=limits.portal),
            tuple(sorted(at for at in self.people if at > gone)),
            tuple(sorted(at for at in self.newcomers if at > gone)),
        )

    def refused_until(self, price: int, *, limits: Limits) -> Room:
        """Return the last of the practitioner's and the portal's windows to have room for ``price`` and a person."""
        return _last(
            *self.practitioner.rooms(price, scope="practitioner", ceilings=limits.practitioner),
            (_full_until(self.people, limit=limits.people), "practitioner_people"),
            (_full_until(self.newcomers, limit=limits.newcomers), "practitioner_newcomers"),
            *self.portal.rooms(price, scope="portal", ceilings=limits.portal),
        )

    def shut_until(self, price: int, *, limits: Limits) -> Room:
        """Return the last of the establishment's windows to have room for ``price``.

        Who has a fresh passkey and used less than a third of his own day passes: a colleague's thief must not
        stop him (D38).
        """
        day = limits.practitioner.day
        if limits.passes_establishment and (day is None or 3 * sum(self.practitioner.day) < day):
            return NOW, ""
        return _last(*self.establishment.rooms(price, scope="establishment", ceilings=limits.establishment))

    def remaining(self, *, limits: Limits) -> int:
        """Return how many new people the practitioner has left today: the tighter of his day and his exact set."""
        return people_left(tenths=sum(self.practitioner.day), people=len(self.people), limits=limits)


def people_left(*, tenths: int, people: int, limits: Limits) -> int:
    """Return how many new people are left of a day of which ``tenths`` and ``people`` are used."""
    places = limits.people - people
    if limits.practitioner.day is not None:
        places = min(places, whole_people(limits.practitioner.day - tenths))
    return max(places, 0)


def _full_until(shown: tuple[int, ...], *, limit: int) -> int:
    """Return until when nobody fits into a set: who was last shown exactly a day ago no longer counts."""
    if len(shown) < limit:
        return NOW
    return shown[len(shown) - limit] + DAY if limit > 0 else NEVER


def _last(*rooms: Room) -> Room:
    return max(rooms, key=lambda room: room[0])
