"""I8, I9 under kill -9: real processes, killed around every statement of a look-up and at random moments."""

import json
import random  # noqa: TID251 - seeded: the same moments each time, as far as a machine allows
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from pytest_django.fixtures import Settings

from hardening.audit.models import Entry
from hardening.disclosure.models import LedgerRow
from hardening.disclosure.stores.choosing import budget_store
from hardening.events import PersonDisclosed
from tests.disclosure.people.cast import PAUL, Who, insure, number

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

PEOPLE = [Who(number(f"2690549588{order}"), PAUL.birth_date, f"Person{order}") for order in range(160, 172)]

STATEMENTS = {
    "account": ["hardening_disclosure_account"],
    "reserve": ["hardening_disclosure_reserve", "INSERT INTO hardening_disclosure_hold"],
    "ledger": ["hardening_disclosure_record", 'INSERT INTO "hardening_disclosure_ledger"'],
    "audit": ["hardening_audit_entry"],
    "settle": ["hardening_disclosure_settle", "DELETE FROM hardening_disclosure_hold"],
}
AROUND_STATEMENTS = [
    {"words": words, "at": at, "is_after": is_after}
    for words in STATEMENTS.values()
    for is_after in (False, True)
    for at in (1, 3)
]
AT_RANDOM = [{"after_ms": random.Random(seed).uniform(20, 150)} for seed in range(10)]  # noqa: S311 - no secret


def die(deaths: list[dict[str, Any]]) -> list[dict[str, Any]]:
    told = {
        "databases": {alias: str(connections[alias].settings_dict["NAME"]) for alias in ("default", "hardening")},
        "settings": django_settings.HARDENING_DISCLOSURE,
        "deaths": deaths,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "tests.disclosure.dying", json.dumps(told)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    died: list[dict[str, Any]] = json.loads(answer.stdout)
    return died


@pytest.mark.usefixtures("gate")
@pytest.mark.parametrize("deaths", [AROUND_STATEMENTS, AT_RANDOM], ids=["around each statement", "at random"])
def test_i8_i9_whoever_was_sent_stands_in_the_ledger_and_was_charged(
    deaths: list[dict[str, Any]], settings: Settings
) -> None:
    """The ledger may hold a person who was possibly shown (D16); it never lacks one who was."""
    settings.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 5000, "start": 5000}}}
    for who in PEOPLE:
        insure(who)

    died = die(deaths)

    sent = [person for life in died for person in life["sent"]]
    written = [str(row.subject) for row in LedgerRow.objects.of_people()]
    use = budget_store().use_of(practitioner="benali")
    if deaths is AROUND_STATEMENTS:
        assert {life["signal"] for life in died} == {signal.SIGKILL}
    assert all(written.count(person) >= sent.count(person) for person in sent)
    assert len(written) - len(sent) <= len(deaths)
    assert use.people >= len(set(written))
    assert use.tenths >= 10 * len(set(written)) + (len(written) - len(set(written)))
    assert Entry.objects.filter(name=PersonDisclosed.name).count() == len(written)
