"""I9: no order of look-ups, misses, deaths and steps of the clock shows one person too many in any trailing window."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hardening import clock
from hardening.disclosure.answers import Outcome
from hardening.disclosure.stores.in_process import InProcessStore
from hardening.subjects import SubjectId
from tests.disclosure.cast import DAY, HOUR, MINUTE, NOON, SECOND, Counter, limits, person

PEOPLE_A_DAY, PEOPLE_AN_HOUR, NEWCOMERS = 6, 4, 5

edges = st.sampled_from([timedelta(0), SECOND, 5 * MINUTE, HOUR - SECOND, HOUR, DAY - HOUR, DAY - SECOND, DAY])
waits = edges | st.timedeltas(timedelta(0), 26 * HOUR)
attempts = st.lists(
    st.tuples(waits, st.integers(0, 11), st.sampled_from(["show", "show", "show", "show late", "miss", "die", "fail"])),
    max_size=60,
)


@dataclass
class Witness:
    """Sees what was really shown, apart from any store."""

    shown: list[tuple[datetime, SubjectId]] = field(default_factory=list)

    def people_between(self, begin: datetime, end: datetime) -> int:
        return len({who for at, who in self.shown if begin < at <= end})

    def new_people_between(self, begin: datetime, end: datetime) -> int:
        return sum(self.was_new(at, who) for at, who in self.shown if begin < at <= end)

    def was_new(self, at: datetime, who: SubjectId) -> bool:
        return not any(other == who and at - DAY < before < at for before, other in self.shown)


def attempt(benali: Counter, witness: Witness, *, at: datetime, who: SubjectId, what: str) -> None:
    with clock.frozen(at):
        ticket = benali.reserve().ticket
    if ticket is None or what == "die":
        return
    if what.startswith("show"):
        witness.shown.append((at, who))
    outcome = {"miss": Outcome.MISSED, "fail": Outcome.FAILED}.get(what, Outcome.SHOWN)
    with clock.frozen(at + (2 * MINUTE if what == "show late" else SECOND)):
        benali.store.settle(ticket, outcome=outcome, subject=who if outcome is Outcome.SHOWN else None)


@settings(max_examples=300)
@given(attempts)
def test_i9_r17_no_schedule_shows_more_people_than_the_limit_in_any_trailing_window(
    schedule: list[tuple[timedelta, int, str]],
) -> None:
    benali = Counter(InProcessStore(), limits(PEOPLE_A_DAY, hour=PEOPLE_AN_HOUR, newcomers=NEWCOMERS))
    witness, at = Witness(), NOON
    for wait, number, what in schedule:
        at += wait + 3 * SECOND
        attempt(benali, witness, at=at, who=person(number), what=what)

    for last, _ in witness.shown:
        assert witness.people_between(last - DAY, last) <= PEOPLE_A_DAY
        assert witness.new_people_between(last - HOUR, last) <= PEOPLE_AN_HOUR


@settings(max_examples=200)
@given(attempts)
def test_no_more_strangers_to_the_establishment_than_their_own_limit(
    schedule: list[tuple[timedelta, int, str]],
) -> None:
    benali = Counter(InProcessStore(), limits(1000, newcomers=2))
    witness, at, known = Witness(), NOON, set()
    strangers: list[datetime] = []
    for wait, number, what in schedule:
        at += wait + 3 * SECOND
        attempt(benali, witness, at=at, who=person(number), what=what)
        if witness.shown and witness.shown[-1][0] == at and person(number) not in known:
            known.add(person(number))
            strangers.append(at)

    for last in strangers:
        assert sum(last - DAY < moment <= last for moment in strangers) <= 2
