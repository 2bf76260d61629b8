import json
from io import StringIO

import pytest
from django.core.management import call_command

from hardening import clock
from hardening.disclosure import found_records
from hardening.disclosure.models import HeldCharge, KnownPerson, LedgerRow, ShownPerson, Tally
from hardening.disclosure.stores import BudgetStore
from hardening.disclosure.stores.choosing import budget_store
from hardening.requirements import Assurance
from tests.disclosure.cast import ALICE, BENALI, BOB, DAY, NOON, Counter, limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> BudgetStore:
    """Alice was shown, and a worker died, at noon."""
    store = budget_store()
    with clock.frozen(NOON):
        Counter(store, limits()).show(ALICE)
        Counter(store, limits()).reserve()
    return store


def forget(*arguments: str) -> str:
    said = StringIO()
    call_command("forget_counts", *arguments, stdout=said)
    return said.getvalue()


def test_what_a_window_still_reaches_is_kept(store: BudgetStore) -> None:
    with clock.frozen(NOON + 2 * DAY):
        forget()
        assert (ShownPerson.objects.count(), HeldCharge.objects.count(), KnownPerson.objects.count()) == (1, 1, 1)
        assert store.use_of(practitioner=BENALI).people == 0


@pytest.mark.usefixtures("store")
def test_what_none_reaches_any_more_is_forgotten() -> None:
    with clock.frozen(NOON + 3 * DAY):
        assert json.loads(forget("--json")) == {"hardening_disclosure_shown": 1, "hardening_disclosure_hold": 1}
    assert (ShownPerson.objects.count(), HeldCharge.objects.count(), KnownPerson.objects.count()) == (0, 0, 1)


@pytest.mark.usefixtures("store")
def test_who_is_known_to_an_establishment_is_known_for_thirteen_months() -> None:
    with clock.frozen(NOON + 396 * DAY):
        forget()
        assert KnownPerson.objects.count() == 1
    with clock.frozen(NOON + 398 * DAY):
        assert forget() == "hardening_disclosure_known: 1 rows forgotten\n"


def test_forgetting_changes_no_answer_and_no_ledger(store: BudgetStore) -> None:
    with clock.frozen(NOON + 3 * DAY):
        before = Counter(store, limits()).show(BOB)
        forget("--batch=1")
        assert Counter(store, limits()).show(BOB).repeated == 1

    assert before.new == 1
    assert Tally.objects.filter(scope="practitioner").exists()
    assert LedgerRow.objects.count() == 0


def test_a_result_that_nobody_fetched_is_forgotten_when_it_expires() -> None:
    with clock.frozen(NOON):
        found_records.keep(["1"], model=LedgerRow, owner=Assurance(account=BENALI, session="s"))
        assert json.loads(forget("--json")) == {}

    with clock.frozen(NOON + found_records.KEPT_FOR):
        assert json.loads(forget("--json")) == {"hardening_disclosure_found": 1}
