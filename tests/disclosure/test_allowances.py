"""D28, D29, L2, L3: a session is shown a few people and no more until it proves more, however many ask at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from hardening import clock, request_ids
from hardening.disclosing import guard_existence
from hardening.disclosure.disclose import disclose
from hardening.disclosure.forgetting import forget
from hardening.disclosure.models import AllowedPerson, LedgerRow
from hardening.errors import DisclosureRefused, StepUpRequired
from hardening.events import DisclosureDenied, Event
from hardening.requirements import Level
from tests.disclosure.cast import NOON
from tests.disclosure.conftest import REFERENCE, AskedBy
from tests.disclosure.pages import FIELDS
from tests.disclosure.people.cast import NOBODY, Who, insure, number
from tests.disclosure.people.models import Insured
from tests.disclosure.test_concurrency import in_threads
from tests.disclosure.test_statements import BY_VENDOR, look_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("serving", "noon")]

FEW, PER_PROOF = 3, 4
BORN = date(1969, 5, 12)


@pytest.fixture(autouse=True)
def few(gate: Settings) -> None:
    """Small allowances; the budgets have room for everybody."""
    gate.HARDENING_DISCLOSURE = {
        **gate.HARDENING_DISCLOSURE,
        "probation_people": FEW,
        "people_per_proof": PER_PROOF,
        "professions": {name: {"cap": 600, "start": 600} for name in ("optician", "dentist", "pharmacy")},
    }


def people(count: int) -> list[Who]:
    found = [Who(number(f"26905995881{serial:02}"), BORN, "Ferrand") for serial in range(count)]
    for who in found:
        insure(who)
    return found


def sees(request: Any, who: Who) -> bool:
    with disclose(request, purpose="rights_check", fields=FIELDS) as disclosure:
        record = disclosure.match(Insured.objects.filter(nir=who.nir), birth_date=who.birth_date)
        if record is None:
            return False
        disclosure.open(record)
    return True


def seen(request: Any, everybody: list[Who]) -> int:
    shown = 0
    for who in everybody:
        try:
            shown += sees(request, who)
        except (DisclosureRefused, StepUpRequired):
            break
    return shown


class TestHeld:
    def test_a_held_login_discloses_nobody(self, asked_by: AskedBy) -> None:
        (odile,) = people(1)

        with pytest.raises(StepUpRequired):
            sees(asked_by(level=Level.HELD), odile)
        assert not LedgerRow.objects.exists()


class TestProbation:
    def test_an_account_on_probation_is_shown_few_people_over_all_its_browsers(self, asked_by: AskedBy) -> None:
        everybody = people(6)
        one = seen(asked_by(is_on_probation=True, proof="a"), everybody[:2])

        other = seen(asked_by(is_on_probation=True, proof="b", session="another"), everybody[2:])

        assert (one, other) == (2, FEW - 2)

    def test_the_refusal_is_on_record_and_tells_no_numbers(self, asked_by: AskedBy, told: list[Event]) -> None:
        """R26."""
        everybody, request = people(4), asked_by(is_on_probation=True)
        seen(request, everybody[:FEW])

        with pytest.raises(DisclosureRefused) as refused:
            sees(request, everybody[FEW])

        assert (refused.value.reason, refused.value.reference) == ("probation", REFERENCE)
        assert not hasattr(refused.value, "remaining")
        assert [event.reason for event in told if isinstance(event, DisclosureDenied)] == ["probation"]

    def test_once_used_up_nobody_is_told_of_either(self, asked_by: AskedBy) -> None:
        """D9: were a stranger refused and a miss answered, it would tell who exists."""
        everybody, request = people(FEW), asked_by(is_on_probation=True)
        seen(request, everybody)

        with pytest.raises(DisclosureRefused, match="probation"):
            sees(request, NOBODY)

    def test_somebody_seen_again_is_counted_once(self, asked_by: AskedBy) -> None:
        first, second, third = people(3)
        request = asked_by(is_on_probation=True)

        assert seen(request, [first, first, second, first, third]) == 5

    def test_after_seven_days_since_he_was_seen_last_a_person_is_forgotten(self, asked_by: AskedBy) -> None:
        first, *others = people(5)
        request = asked_by(is_on_probation=True)
        seen(request, [first, *others[:2]])
        with clock.frozen(NOON + timedelta(days=7)):
            assert seen(request, others[2:]) == 2
            assert AllowedPerson.objects.filter(at__gt=NOON).count() == 2

    def test_a_miss_takes_nobody_of_it(self, asked_by: AskedBy) -> None:
        everybody, request = people(FEW), asked_by(is_on_probation=True)
        for _ in range(3):
            sees(request, NOBODY)

        assert seen(request, everybody) == FEW

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
    def test_of_48_questions_at_once_exactly_so_many_are_answered(self, asked_by: AskedBy) -> None:
        """I6, L2: however many browsers the thief has confirmed."""
        everybody = people(48)

        def ask(place: int) -> int:
            request = asked_by(is_on_probation=True, proof=f"p{place}", session=f"s{place}")
            with request_ids.assigned(REFERENCE), guard_existence():
                return seen(request, everybody[place : place + 1])

        assert sum(in_threads(ask, threads=48)) == FEW
        assert LedgerRow.objects.of_people().count() == FEW


class TestProof:
    def test_after_so_many_people_another_proof_is_due(self, asked_by: AskedBy) -> None:
        everybody, request = people(PER_PROOF + 1), asked_by(proof="a")

        assert seen(request, everybody) == PER_PROOF
        with pytest.raises(StepUpRequired):
            sees(request, everybody[-1])
        assert sees(asked_by(proof="b"), everybody[-1])

    def test_the_owners_step_up_refills_no_stolen_cookie(self, asked_by: AskedBy) -> None:
        """L3: the thief goes on under the proof that he stole; there the count stands where it stood."""
        everybody = people(2 * PER_PROOF)
        owner, thief = asked_by(proof="new"), asked_by(proof="old")
        seen(thief, everybody[:PER_PROOF])
        seen(owner, everybody[PER_PROOF : PER_PROOF + 1])

        assert seen(thief, everybody[PER_PROOF:]) == 0

    def test_no_number_asks_never(self, asked_by: AskedBy, gate: Settings) -> None:
        gate.HARDENING_DISCLOSURE = {**gate.HARDENING_DISCLOSURE, "people_per_proof": None}
        everybody = people(PER_PROOF + 2)

        assert seen(asked_by(proof="a"), everybody) == PER_PROOF + 2


def test_on_postgresql_an_allowance_costs_no_statement(asked_by: AskedBy) -> None:
    """SQLite reads, counts and writes in three of its own."""
    (odile,) = people(1)
    look_up(asked_by(proof="a"), odile)
    vendor = connections["hardening"].vendor

    assert len(look_up(asked_by(proof="a"), odile)) == BY_VENDOR[vendor] + (2 if vendor == "sqlite" else 0)


def test_what_no_allowance_reaches_any_more_is_forgotten(asked_by: AskedBy) -> None:
    seen(asked_by(is_on_probation=True), people(2))

    assert not [table for table, _ in forget(at=NOON + timedelta(days=30)) if "allowance" in table]
    assert ("hardening_disclosure_allowance", 2) in list(forget(at=NOON + timedelta(days=32)))
