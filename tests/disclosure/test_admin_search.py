"""D10: an admin finds people by number without the number in any address, each question paid for, each answer once."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.test.utils import isolate_apps
from pytest_django.fixtures import Settings

import hardening
from hardening import clock
from hardening.conf import ConfigurationError
from hardening.disclosure import admin_search, found_records
from hardening.disclosure.gate import CANDIDATES
from hardening.disclosure.models import FoundRecords, LedgerRow
from hardening.disclosure.stores.choosing import budget_store
from hardening.requirements import Assurance
from hardening.testing.logins import log_in
from portal.accounts.models import Account
from tests.disclosure.cast import NOON, SECOND
from tests.disclosure.desk import LIST, SEARCH, at_work, search
from tests.disclosure.people.cast import LENA, NOBODY, ODILE, PAUL, Who, insure, number
from tests.disclosure.people.models import Contract, Insured, Unowned
from tests.encryption.records.models import Patient
from tests.leaks import assert_nothing_leaks

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("noon"),
]

SPACED = "2 69 05 49 588 157 80"
EMMA = Who(number("2690549588160"), ODILE.birth_date, "Diallo")
STRANGER = Who(number("2690549588161"), ODILE.birth_date, "Roche")


@pytest.fixture(autouse=True)
def pages(gate: Settings) -> Settings:
    gate.ROOT_URLCONF = "tests.disclosure.desk"
    gate.LANGUAGE_CODE = "en"
    return gate


@pytest.fixture
def marc() -> Client:
    return at_work("marc")


@pytest.fixture
def odile() -> Insured:
    return insure(ODILE)


def result_of(browser: Client, nir: str = ODILE.nir) -> str:
    address = search(browser, nir)["Location"]
    assert re.fullmatch(rf"{LIST}\?found=[\w-]{{43}}", address)
    return str(address)


def listed(page: Any) -> set[str]:
    assert page.status_code == 200
    return {str(record.pk) for record in page.context["cl"].result_list}


def is_expired(page: Any) -> bool:
    return listed(page) == set() and "expired or was shown already" in page.content.decode()


def ledger() -> list[Any]:
    return list(LedgerRow.objects.order_by("number").values_list("subject", flat=True))


def tenths(who: str = "marc") -> int:
    return budget_store().use_of(practitioner=who).tenths


@pytest.mark.parametrize("typed", [ODILE.nir, SPACED, ODILE.nir.replace(ODILE.nir[7:], f"-{ODILE.nir[7:]}")])
def test_a_number_finds_its_person_behind_a_mask_who_stands_in_the_ledger(
    marc: Client, odile: Insured, typed: str
) -> None:
    insure(PAUL)

    page = marc.get(result_of(marc, typed))

    assert listed(page) == {str(odile.pk)}
    assert "●" in page.content.decode()
    assert (ledger(), tenths()) == ([odile.subject], 10)
    assert LedgerRow.objects.get().field_classes == ""


def test_all_who_share_a_number_are_found_and_each_is_charged(marc: Client, odile: Insured) -> None:
    lena = insure(LENA)

    assert listed(marc.get(result_of(marc))) == {str(odile.pk), str(lena.pk)}
    assert set(ledger()) == {odile.subject, lena.subject}
    assert tenths() == 20


def test_a_second_search_for_the_same_person_costs_a_repeat(marc: Client, odile: Insured) -> None:
    result_of(marc)
    result_of(marc)

    assert (ledger(), tenths()) == ([odile.subject] * 2, 11)


def test_an_unknown_number_is_answered_alike_and_costs_a_miss(marc: Client, odile: Insured) -> None:
    assert odile

    assert listed(marc.get(result_of(marc, NOBODY.nir))) == set()
    assert (ledger(), tenths()) == ([None], 10)


@pytest.mark.parametrize("hide", ["by queryset", "by permission"])
def test_a_person_out_of_sight_is_nobody(marc: Client, hide: str) -> None:
    who = Who(ODILE.nir, ODILE.birth_date, ODILE.last_name, birth_rank=9) if hide == "by permission" else ODILE
    insure(who, insurer="mutuelle-z" if hide == "by queryset" else "mutuelle-a")

    assert listed(marc.get(result_of(marc))) == set()
    assert (ledger(), tenths()) == ([None], 10)


class TestResult:
    def test_it_is_shown_once(self, marc: Client, odile: Insured) -> None:
        address = result_of(marc)

        assert listed(marc.get(address)) == {str(odile.pk)}
        assert is_expired(marc.get(address))
        assert FoundRecords.objects.count() == 0

    def test_it_stays_with_the_account_that_asked_and_is_not_used_up_by_another(
        self, marc: Client, odile: Insured
    ) -> None:
        address = result_of(marc)

        assert is_expired(at_work("nadia").get(address))
        assert listed(marc.get(address)) == {str(odile.pk)}

    def test_it_stays_in_the_session_that_asked(self, marc: Client, odile: Insured) -> None:
        address = result_of(marc)
        elsewhere = Client()
        log_in(elsewhere, Account.objects.get(username="marc"))

        assert is_expired(elsewhere.get(address))
        assert listed(marc.get(address)) == {str(odile.pk)}

    def test_it_does_not_pass_to_another_account_of_its_session(self) -> None:
        owner = Assurance(account="marc", session="s")
        result = found_records.keep(["1"], model=Insured, owner=owner)

        assert found_records.take(result, model=Insured, owner=replace(owner, account="nadia")) is None
        assert found_records.take(result, model=Insured, owner=owner) == ["1"]

    @pytest.mark.usefixtures("odile")
    def test_it_belongs_to_its_model(self, marc: Client) -> None:
        address = result_of(marc)
        FoundRecords.objects.update(model="people.contract")

        assert is_expired(marc.get(address))

    def test_it_lives_less_than_five_minutes(self, marc: Client, odile: Insured) -> None:
        early, late = result_of(marc), result_of(marc)

        with clock.frozen(NOON + timedelta(minutes=5) - SECOND):
            assert listed(marc.get(early)) == {str(odile.pk)}
        with clock.frozen(NOON + timedelta(minutes=5)):
            assert is_expired(marc.get(late))

    @pytest.mark.usefixtures("odile")
    def test_one_never_fetched_goes_with_the_next_search(self, marc: Client) -> None:
        result_of(marc)

        with clock.frozen(NOON + timedelta(minutes=5)):
            result_of(marc)

        assert FoundRecords.objects.count() == 1

    @pytest.mark.parametrize("made_up", ["", "x", "é" * 65, "%00"])
    def test_a_made_up_id_is_expired(self, marc: Client, made_up: str) -> None:
        assert is_expired(marc.get(f"{LIST}?found={made_up}"))

    @pytest.mark.usefixtures("odile")
    def test_no_link_of_its_page_and_no_row_repeats_its_id(self, marc: Client) -> None:
        address = result_of(marc)
        secret = address.partition("=")[2]

        assert secret not in marc.get(address).content.decode()
        assert_nothing_leaks([secret])

    @pytest.mark.usefixtures("odile")
    def test_its_page_is_for_reading(self, marc: Client) -> None:
        page = marc.get(result_of(marc)).content.decode()

        assert 'name="action"' not in page
        assert 'name="_save"' not in page
        assert 'name="_save"' in marc.get(LIST).content.decode()

    @pytest.mark.usefixtures("odile")
    def test_it_needs_the_permission_still(self, marc: Client) -> None:
        address = result_of(marc)
        Account.objects.get(username="marc").user_permissions.clear()

        assert marc.get(address).status_code == 403
        assert FoundRecords.objects.count() == 1


class TestRefusal:
    @pytest.mark.parametrize("nir", [ODILE.nir, NOBODY.nir])
    def test_a_spent_budget_looks_nothing_up(self, pages: Settings, odile: Insured, nir: str) -> None:
        pages.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 1, "start": 1}}}
        marc = at_work("marc")
        insure(PAUL)
        result_of(marc, PAUL.nir)
        spent = ledger()

        answer = search(marc, nir)

        assert answer.status_code == 429
        assert ledger() == spent
        assert odile.subject not in spent

    @pytest.mark.usefixtures("odile")
    def test_who_may_not_view_is_refused_and_pays_nothing(self) -> None:
        clerk = at_work("clerk", may=())

        assert search(clerk, ODILE.nir).status_code == 403
        assert (ledger(), tenths("clerk")) == ([], 0)

    @pytest.mark.usefixtures("odile")
    def test_who_acts_for_nobody_is_refused(self) -> None:
        assert search(at_work("sophie"), ODILE.nir).status_code == 403
        assert ledger() == []

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
    def test_only_a_post_searches(self, marc: Client, method: str) -> None:
        answer = getattr(marc, method)(SEARCH, {"nir": ODILE.nir} if method == "get" else None)

        assert (answer.status_code, answer["Allow"]) == (405, "POST")

    def test_a_foreign_page_cannot_make_it_search(self) -> None:
        assert search(at_work("marc", enforce_csrf_checks=True), ODILE.nir).status_code == 403
        assert ledger() == []

    def test_a_stranger_searches_nothing(self) -> None:
        assert search(Client(), ODILE.nir).status_code == 403
        assert ledger() == []

    @pytest.mark.parametrize("nir", [STRANGER.nir, NOBODY.nir], ids=["a stranger", "nobody"])
    def test_a_spent_establishment_answers_for_repeats_alone(self, pages: Settings, odile: Insured, nir: str) -> None:
        """D38: a stranger and nobody are one refusal, or it would tell who is insured."""
        pages.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 3, "start": 3}}, "newcomer_percent": 100}
        marc, nadia = at_work("marc"), at_work("nadia")
        for who in (PAUL, EMMA, STRANGER):
            insure(who)
        for browser, who in ((marc, ODILE), (nadia, PAUL), (nadia, EMMA)):
            result_of(browser, who.nir)

        assert search(marc, nir).status_code == 429
        assert ledger().count(None) == 1
        assert listed(marc.get(result_of(marc))) == {str(odile.pk)}

    def test_a_value_of_more_records_than_a_family_has_lists_nobody(self, marc: Client) -> None:
        for order in range(CANDIDATES + 1):
            insure(Who(ODILE.nir, ODILE.birth_date + timedelta(days=order), ODILE.last_name))

        assert "Too many" in search(marc, ODILE.nir).content.decode()
        assert (ledger(), FoundRecords.objects.count()) == ([None], 0)

    @pytest.mark.parametrize("lookup", ["nir", "nir__exact", "nir__in", "nir_index", "last_name", "contract__number"])
    def test_c12_an_address_searches_no_sealed_value_and_no_index(self, marc: Client, lookup: str) -> None:
        """C12."""
        assert marc.get(LIST, {lookup: "x"}).status_code == 400
        assert marc.get(LIST, {"has_rights__exact": "1"}).status_code == 200


class TestForm:
    @pytest.mark.parametrize("wrong", [ODILE.nir[:-1] + "9", "2 69 05", "", "●" * 15, "9" * 60, "<b>Ferrand</b>"])
    def test_a_mistake_is_explained_without_the_value_and_costs_nothing(self, marc: Client, wrong: str) -> None:
        answer = search(marc, wrong)
        page = answer.content.decode()

        assert answer.status_code == 200
        assert "errorlist" in page
        assert not wrong or wrong not in page
        assert (ledger(), tenths()) == ([], 0)

    def test_its_inputs_are_labelled_and_nothing_is_inline(self, marc: Client) -> None:
        for answer in (marc.get(LIST), search(marc, "1")):
            seen = _Form()
            seen.feed(answer.content.decode())
            assert seen.inputs == {"sealed-search-nir": "off"}
            assert "sealed-search-nir" in seen.labels
            assert seen.inline == []


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inputs: dict[str | None, str | None] = {}
        self.labels: set[str | None] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == "nir":
            assert "value" not in given
            self.inputs[given.get("id")] = given.get("autocomplete")
        if tag == "label":
            self.labels.add(given.get("for"))
        if tag == "style" or (tag == "script" and "src" not in given) or "style" in given:
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on")]


def test_c14_the_number_stands_nowhere(marc: Client, odile: Insured, caplog: pytest.LogCaptureFixture) -> None:
    """C14: no table, log, address, session or admin log holds what was typed, found or mistyped."""
    assert odile
    mistyped = ODILE.nir[:-1] + "9"
    with caplog.at_level("DEBUG"):
        answers = [search(marc, SPACED), search(marc, NOBODY.nir), search(marc, mistyped)]
        answers += [marc.get(answer["Location"]) for answer in answers[:2]]

    assert LogEntry.objects.count() == 0
    assert_nothing_leaks([SPACED, NOBODY.nir, mistyped], log=caplog.text)
    assert answers[0]["Referrer-Policy"] == "same-origin"
    for answer in answers:
        shown = f"{answer.content.decode()} {dict(answer.items())}"
        assert not any(number in shown for number in (SPACED, ODILE.nir, NOBODY.nir, mistyped))


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (Insured, {}),
        (Insured, {"sealed_search_fields": ("nir",)}),
        (Insured, {"sealed_search_fields": ("last_name",), "sealed_search_purpose": "rights_check"}),
        (Insured, {"sealed_search_fields": ("birth_rank",), "sealed_search_purpose": "rights_check"}),
        (Insured, {"sealed_search_fields": ("nri",), "sealed_search_purpose": "rights_check"}),
        (Contract, {"sealed_search_fields": ("number",), "sealed_search_purpose": "rights_check"}),
        (Unowned, {"sealed_search_fields": ("last_name",), "sealed_search_purpose": "rights_check"}),
    ],
)
def test_what_cannot_be_searched_or_charged_is_refused_at_registration(model: Any, options: dict[str, Any]) -> None:
    admin = type("Wrong", (hardening.SealedSearchMixin, ModelAdmin), options)

    with pytest.raises(ConfigurationError, match="sealed"):
        AdminSite().register(model, admin)


@isolate_apps("tests.encryption.records")
def test_a_lookup_through_the_key_of_a_child_model_is_sealed_too() -> None:
    class Inpatient(Patient):
        class Meta:
            app_label = "records"

    assert admin_search._is_sealed(Inpatient, "pk__nir")
    assert not admin_search._is_sealed(Inpatient, "pk__ward")
