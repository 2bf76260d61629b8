"""The commands of the demonstration."""

import json
import re
import socket
from io import StringIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command
from pytest_django import Settings

from hardening.authenticators.models import OneTimeCode
from hardening.testing.statements import counted_statements
from portal.accounts.models import Account
from portal.coverage.models import Beneficiary
from portal.demo.cast import CAST, PASSWORD
from portal.demo.enrolling import next_code
from portal.demo.filling import fill
from portal.demo.samples import JOSETTE
from portal.directory.models import Delegate, Practitioner
from portal.lookups.forms import today
from tests.portal.conftest import LogIn


def run(*arguments: str) -> str:
    """Run a command and return what it printed."""
    printed = StringIO()
    call_command(*arguments, stdout=printed, stderr=StringIO())
    return printed.getvalue()


@pytest.mark.django_db
class TestSeedDemo:
    def test_it_fills_an_empty_portal(self) -> None:
        figures = json.loads(run("seed_demo", "--beneficiaries", "60", "--json", "--quiet"))

        assert figures["beneficiaries"] == Beneficiary.objects.count() == 60
        assert figures["logins"] == Account.objects.count() == len(CAST)

    def test_it_never_fills_twice(self) -> None:
        run("seed_demo", "--beneficiaries", "20", "--quiet")

        with pytest.raises(CommandError, match="filled already"):
            run("seed_demo", "--quiet")

    def test_nobody_is_no_town(self) -> None:
        with pytest.raises(CommandError, match="at least 1"):
            run("seed_demo", "--beneficiaries", "0", "--quiet")

    def test_the_cast_has_its_places_delegates_and_codes(self) -> None:
        run("seed_demo", "--beneficiaries", "20", "--quiet")

        assert Practitioner.objects.get(account__username="benali").establishments.get().town == "Lyon"
        assert Delegate.objects.get().account.username == "julie"
        assert set(OneTimeCode.objects.values_list("user__username", flat=True)) == {
            member.username for member in CAST if member.has_code
        }

    def test_a_batch_of_people_takes_a_few_statements(self) -> None:
        with counted_statements() as statements:
            fill(people=500, today=today(), advance=lambda _: None)

        assert len(statements) < 60

    def test_no_number_or_name_travels_in_clear(self) -> None:
        with counted_statements() as statements:
            fill(people=20, today=today(), advance=lambda _: None)

        sent = repr(statements.parameters)
        assert not any(text in sent for text in (JOSETTE.nir, JOSETTE.last_name, JOSETTE.first_names))
        # By itself: the digits of random identifiers say 1954 in one run of five.
        assert not re.search(r"\b1954\b", sent)
        assert all(re.search(r"\b1954\b", repr(date)) for date in (JOSETTE.birth_date, f"{JOSETTE.birth_date}"))


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
class TestDemoCode:
    @pytest.fixture(autouse=True)
    def in_the_demonstration(self, settings: Settings) -> None:
        settings.IS_DEMONSTRATION = True

    def test_it_prints_what_the_phone_shows(self) -> None:
        assert run("demo_code", "benali").replace(" ", "").strip() == next_code("benali")[0]

    def test_somebody_without_a_phone_has_none(self) -> None:
        with pytest.raises(CommandError, match="no one-time code"):
            run("demo_code", "girard")

    def test_elsewhere_it_refuses(self, settings: Settings) -> None:
        settings.IS_DEMONSTRATION = False

        with pytest.raises(CommandError, match="demonstration profile only"):
            run("demo_code", "benali")

    def test_a_used_code_is_not_offered_again(self, log_in: LogIn) -> None:
        used, _ = next_code("benali")
        log_in("benali")

        code, wait = next_code("benali")

        assert code != used
        assert wait.total_seconds() > 0


class TestDemo:
    def test_elsewhere_it_refuses(self, settings: Settings) -> None:
        settings.IS_DEMONSTRATION = False

        with pytest.raises(CommandError, match="demonstration profile only"):
            run("demo", "--port", "8000")

    def test_a_port_that_is_taken_is_said(self, settings: Settings) -> None:
        settings.IS_DEMONSTRATION = True
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()

            with pytest.raises(CommandError, match="is taken"):
                run("demo", "--port", str(taken.getsockname()[1]))


def test_the_password_meets_the_portals_own_rules() -> None:
    validate_password(PASSWORD)
