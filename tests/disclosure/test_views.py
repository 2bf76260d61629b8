"""The gate around whole views, sync and async, through the real middleware; and what a refusal looks like."""

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.db import connections
from django.test import AsyncClient, Client
from pytest_django.fixtures import Settings

from hardening import clock
from hardening.disclosure.freezing import freeze
from hardening.disclosure.middleware import UndeclaredDisclosureError
from hardening.disclosure.models import LedgerRow
from hardening.disclosure.stores.choosing import budget_store
from hardening.errors import NotDisclosedError
from hardening.testing.logins import log_in
from portal.accounts.models import Account
from tests.disclosure.cast import NOON
from tests.disclosure.pages import ViewFailedError
from tests.disclosure.people.cast import NOBODY, ODILE, PAUL, Who, insure, number

PEOPLE = 12

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def pages(gate: Settings) -> Settings:
    gate.ROOT_URLCONF = "tests.disclosure.pages"
    return gate


@pytest.fixture
def benali(client: Client) -> Client:
    log_in(client, Account.objects.create_user("benali", password="correct horse"))
    return client


def post(client: Client, path: str, who: Who = ODILE, **headers: Any) -> Any:
    return client.post(path, {"nir": who.nir, "last_name": who.last_name or "?"}, **headers)


def people_in_ledger() -> int:
    return LedgerRow.objects.of_people().count()


def tenths() -> int:
    return budget_store().use_of(practitioner="benali").tenths


@pytest.mark.parametrize("path", ["/look-up/", "/class/", "/decorated-async/", "/look-up-async/", "/class-async/"])
def test_a1_every_kind_of_view_shows_whom_the_ledger_names(benali: Client, path: str) -> None:
    """A1."""
    insure(ODILE)

    response = post(benali, path)

    assert response.content.decode() == "Ferrand C-Ferrand"
    assert (people_in_ledger(), tenths()) == (1, 10)


@pytest.mark.parametrize("path", ["/look-up/", "/class/", "/decorated-async/", "/look-up-async/", "/class-async/"])
def test_every_kind_of_view_pays_for_a_miss(benali: Client, path: str) -> None:
    response = post(benali, path, NOBODY)

    assert response.content.decode() == "nobody"
    assert (people_in_ledger(), LedgerRow.objects.count(), tenths()) == (0, 1, 10)


def test_a_template_is_rendered_while_the_gate_is_open(benali: Client) -> None:
    """D15."""
    insure(ODILE)

    assert post(benali, "/decorated/").content.decode().strip() == "Ferrand"


def test_a_decorated_view_that_finds_nobody_pays_for_a_miss(benali: Client) -> None:
    assert post(benali, "/decorated/", NOBODY).status_code == 404
    assert tenths() == 10


def test_a_form_and_one_with_mistakes_are_no_look_ups(benali: Client) -> None:
    assert benali.get("/class/").content == b"form with 0 mistakes"
    assert benali.post("/class/", {"nir": "1"}).content == b"form with 1 mistakes"
    assert (LedgerRow.objects.count(), tenths()) == (0, 0)


def test_a_stream_cannot_open_what_the_gate_has_closed_over(benali: Client) -> None:
    insure(ODILE)

    with pytest.raises(NotDisclosedError):
        b"".join(post(benali, "/streamed/"))


@pytest.mark.django_db(transaction=True)
def test_r22_atomic_requests_roll_nothing_of_it_back(benali: Client) -> None:
    connections["default"].settings_dict["ATOMIC_REQUESTS"] = True
    insure(ODILE)
    try:
        with pytest.raises(ViewFailedError):
            post(benali, "/fails/")
    finally:
        connections["default"].settings_dict["ATOMIC_REQUESTS"] = False

    assert (people_in_ledger(), tenths()) == (1, 10)


@pytest.mark.django_db(transaction=True)
def test_async_from_end_to_end() -> None:
    """One coroutine from the handler to the view: what it activates must not leak, nor be lost on the way."""
    visitor = AsyncClient()
    log_in(visitor, Account.objects.create_user("benali", password="correct horse"))
    insure(ODILE)

    async def visit() -> str:
        response = await visitor.post("/look-up-async/", {"nir": ODILE.nir})
        with pytest.raises(UndeclaredDisclosureError):
            await visitor.get("/forgetful/")
        return str(response.content.decode())

    assert async_to_sync(visit)() == "Ferrand C-Ferrand"
    assert (people_in_ledger(), tenths()) == (1, 10)


@pytest.mark.parametrize(("people_a_day", "people_shown"), [(400, 10), (50, 6)], ids=["all allowed", "some refused"])
def test_a1_whoever_a_response_named_stands_in_the_ledger_and_nobody_else(
    benali: Client, pages: Settings, people_a_day: int, people_shown: int
) -> None:
    """A1: the ground truth of every response against the ledger, person by person."""
    pages.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": people_a_day, "start": people_a_day}}}
    people = [Who(number(f"26905495882{order:02}"), ODILE.birth_date, f"Name{order:02}") for order in range(PEOPLE)]
    subjects = {who.last_name: insure(who).subject for who in people}
    paths = ["/look-up/", "/class/", "/decorated/", "/look-up-async/", "/class-async/", "/form/"]

    shown: Counter[UUID] = Counter()
    for place, who in enumerate([*people, NOBODY, *people[:4], NOBODY]):
        page = post(benali, paths[place % len(paths)], who).content.decode()
        shown.update(subjects[name] for name in set(re.findall(r"Name\d\d", page)))

    assert Counter(LedgerRow.objects.of_people().values_list("subject", flat=True)) == shown
    assert len(shown) == people_shown


class TestDeclaration:
    def test_a_view_that_forgot_the_gate_is_refused(self, benali: Client) -> None:
        """A1."""
        with pytest.raises(UndeclaredDisclosureError, match=r"pages\.forgetful answered outside"):
            benali.get("/forgetful/")

    def test_in_production_it_is_logged(
        self, benali: Client, pages: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        pages.HARDENING_DISCLOSURE |= {"refuse_undeclared": False}

        assert benali.get("/forgetful/").status_code == 200
        assert "tests.disclosure.pages.forgetful answered outside the gate" in caplog.text

    @pytest.mark.parametrize("path", ["/about/", "/about-class/", "/form/", "/welcome/"])
    def test_one_that_says_it_shows_nobody_or_is_public_answers(self, benali: Client, path: str) -> None:
        assert benali.get(path).status_code == 200

    def test_a_module_of_views_may_be_named_in_the_settings(self, benali: Client, pages: Settings) -> None:
        pages.HARDENING_DISCLOSURE |= {"nobody": ("tests.disclosure",)}
        assert benali.get("/forgetful/").status_code == 200

        pages.HARDENING_DISCLOSURE |= {"nobody": ("tests.disc",)}
        with pytest.raises(UndeclaredDisclosureError):
            benali.get("/forgetful/")

    def test_an_answer_without_content_needs_no_word(self, benali: Client) -> None:
        assert benali.get("/nowhere/").status_code == 404


class TestRefusal:
    @pytest.fixture
    def spent(self, benali: Client, pages: Settings) -> Client:
        pages.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 1, "start": 1}}}
        insure(ODILE)
        post(benali, "/look-up/")
        return benali

    def test_a_spent_budget_says_what_happened_and_when_it_resets(self, spent: Client) -> None:
        response = post(spent, "/look-up/")

        page = response.content.decode()
        assert response.status_code == 429
        assert int(response["Retry-After"]) == 25 * 3600
        assert "Limite de la journée atteinte" in page
        assert "Aucune donnée n’a été affichée." in page
        assert "le 4 mars à 14\u00a0h\u00a000" in page
        assert response["Cache-Control"] == "no-store"
        assert LedgerRow.objects.count() == 1

    def test_when_the_promised_time_has_come_it_is_kept(self, spent: Client) -> None:
        wait = int(post(spent, "/look-up/")["Retry-After"])
        with clock.frozen(NOON + timedelta(seconds=wait)):
            log_in(spent, Account.objects.get(username="benali"))
            assert post(spent, "/look-up/").status_code == 200

    def test_english_is_spoken_too(self, spent: Client) -> None:
        response = post(spent, "/look-up/", headers={"Accept-Language": "en"})

        assert "Limit of the day reached" in response.content.decode()
        assert "Nobody’s data was shown." in response.content.decode()

    def test_a_program_gets_a_problem_it_can_read(self, spent: Client) -> None:
        response = post(spent, "/look-up/", headers={"Accept": "application/json"})

        problem = json.loads(response.content)
        assert response["Content-Type"] == "application/problem+json"
        assert (response.status_code, problem["status"], problem["reason"]) == (429, 429, "practitioner_day")
        assert problem["resets_at"] == "2026-03-04T13:00:00+00:00"
        assert problem["reference"] == response["X-Request-ID"]

    def test_no_number_of_what_is_left_is_in_a_header(self, spent: Client) -> None:
        """R26: it would help an attacker to pace himself."""
        response = post(spent, "/look-up/")

        assert not [name for name in response.headers if "remaining" in name.lower() or "limit" in name.lower()]

    def test_a_frozen_account_is_told_whom_to_call(self, benali: Client) -> None:
        freeze(str(Account.objects.get(username="benali").pk), by="sophie", reason="phished")

        response = post(benali, "/look-up/")

        assert response.status_code == 403
        assert "Votre compte ne peut consulter personne" in response.content.decode()
        assert "phished" not in response.content.decode()

    def test_an_administrator_looks_nobody_up(self, client: Client) -> None:
        log_in(client, Account.objects.create_superuser("sophie", password="quiet harbour"))

        assert post(client, "/look-up/").status_code == 403

    def test_a_purpose_that_asks_for_more_leads_to_the_step_up(self, benali: Client, pages: Settings) -> None:
        pages.HARDENING_DISCLOSURE |= {"purposes": {"rights_check": {"phishing_resistant": True}}}

        response = post(benali, "/look-up/")

        assert response.status_code == 403
        assert LedgerRow.objects.count() == 0

    def test_without_a_key_nobody_is_shown(self, benali: Client) -> None:
        response = benali.get("/without-keys/")

        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert "index 7" not in response.content.decode()

    def test_at_the_key_broker_s_cap_nobody_is_shown_and_an_error_is_logged(
        self, benali: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        response = benali.get("/without-people-left/")

        assert response.status_code == 503
        assert int(response["Retry-After"]) == 3600
        assert "Le portail a atteint sa limite" in response.content.decode()
        assert "nobody is disclosed" in caplog.text

    @pytest.mark.django_db(transaction=True)
    def test_without_a_store_nobody_is_shown_and_the_page_says_so(self, benali: Client) -> None:
        """The counts are gone under a portal whose sessions still work."""
        insure(PAUL)
        with connections["hardening"].cursor() as cursor:
            cursor.execute("ALTER TABLE hardening_disclosure_tally RENAME TO away")
        try:
            response = post(benali, "/look-up/", PAUL)
        finally:
            with connections["hardening"].cursor() as cursor:
                cursor.execute("ALTER TABLE away RENAME TO hardening_disclosure_tally")

        assert response.status_code == 503
        assert int(response["Retry-After"]) == 5
        assert "Les consultations sont impossibles pour le moment" in response.content.decode()
        assert "Ferrand" not in response.content.decode()
