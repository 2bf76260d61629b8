"""What the gate promises a view, and what it writes down before it keeps it."""

import copy
import pickle  # noqa: TID251 - to see it refused
from datetime import date, timedelta
from typing import Any, Never

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, transaction
from django.template import engines
from pytest_django.fixtures import Settings

from hardening import clock
from hardening.conf import ConfigurationError
from hardening.disclosing import UNNAMED, active, actor
from hardening.disclosure.disclose import disclose
from hardening.disclosure.gate import Disclosure, GateMisusedError
from hardening.disclosure.models import LedgerRow
from hardening.disclosure.records import UndeclaredSubjectError
from hardening.disclosure.stores.choosing import budget_store
from hardening.errors import (
    AccountFrozen,
    BudgetExceeded,
    DisclosureRefused,
    NotDisclosedError,
    StepUpRequired,
)
from hardening.events import DisclosureDenied, Event, PersonDisclosed, SearchMissed
from hardening.requirements import Level
from tests.disclosure.cast import DAY, HOUR, NOON
from tests.disclosure.conftest import REFERENCE, AskedBy
from tests.disclosure.pages import FIELDS
from tests.disclosure.people.cast import LENA, NOBODY, ODILE, PAUL, TOM, Who, insure, number
from tests.disclosure.people.models import Insured, Unowned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("serving", "noon")]


class ViewFailedError(Exception):
    pass


def fail_after(_: object) -> Never:
    raise ViewFailedError


def at_the_gate(request: Any, *, purpose: str = "rights_check", fields: tuple[str, ...] = FIELDS) -> disclose:
    return disclose(request, purpose=purpose, fields=fields)


def found_by(disclosure: Disclosure, who: Who) -> Insured | None:
    found = Insured.objects.filter(nir=who.nir, has_rights=True)
    return disclosure.match(found, birth_date=who.birth_date, birth_rank=who.birth_rank)


def tenths_of(practitioner: str = "benali") -> int:
    return budget_store().use_of(practitioner=practitioner).tenths


def rows() -> list[LedgerRow]:
    return list(LedgerRow.objects.order_by("number"))


class TestShowing:
    def test_a_person_is_shown_once_the_ledger_says_so(self, asked_by: AskedBy, told: list[Event]) -> None:
        odile = insure(ODILE)

        with at_the_gate(asked_by()) as disclosure:
            record = found_by(disclosure, ODILE)
            assert record == odile
            assert rows() == []
            shown = disclosure.open(record)

        assert (shown.last_name, shown.nir, shown.contract__number) == ("Ferrand", ODILE.nir, "C-Ferrand")
        (row,) = rows()
        assert (row.subject, row.controller, row.purpose) == (odile.subject, "mutuelle-a", "rights_check")
        assert row.field_classes == "contract,identity,nir"
        assert (row.account, row.practitioner, row.establishment) == ("benali", "benali", "lyon")
        assert (row.session, row.methods, row.network) == ("session-of-benali", "otp,pwd", "203.0.113.0/24")
        assert (row.at, row.number, row.request_id) == (NOON, 1, REFERENCE)
        (event,) = told
        assert isinstance(event, PersonDisclosed)
        assert (event.subject, event.disclosure, event.field_classes) == (
            odile.subject,
            str(row.pk),
            ("contract", "identity", "nir"),
        )

    def test_a_person_costs_ten_tenths_and_a_second_look_one(self, asked_by: AskedBy) -> None:
        insure(ODILE)
        for _ in range(2):
            with at_the_gate(asked_by()) as disclosure:
                record = found_by(disclosure, ODILE)
                assert record is not None
                disclosure.open(record)

        assert tenths_of() == 11
        assert len(rows()) == 2

    def test_a_delegate_spends_from_his_practitioner_s_budget(self, asked_by: AskedBy) -> None:
        """D31."""
        record = insure(ODILE)
        with at_the_gate(asked_by("delegate-of-benali")) as disclosure:
            disclosure.open(record)

        assert tenths_of("benali") == 10
        assert (rows()[0].account, rows()[0].practitioner) == ("delegate-of-benali", "benali")

    def test_a_second_person_in_one_response_is_charged_and_written_too(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by()) as disclosure:
            disclosure.open(insure(ODILE))
            disclosure.open(insure(PAUL))

        assert tenths_of() == 20
        assert len({row.subject for row in rows()}) == 2

    def test_the_same_record_twice_in_one_response_is_one_row(self, asked_by: AskedBy) -> None:
        record = insure(ODILE)
        with at_the_gate(asked_by()) as disclosure:
            assert disclosure.open(record) is disclosure.open(record)

        assert (tenths_of(), len(rows())) == (10, 1)

    def test_one_person_at_two_insurers_is_a_row_for_each_of_them(self, asked_by: AskedBy) -> None:
        """Each controller notifies its own members."""
        with at_the_gate(asked_by()) as disclosure:
            disclosure.open(insure(ODILE, insurer="mutuelle-a"))
            disclosure.open(insure(ODILE, insurer="mutuelle-b"))

        assert [row.controller for row in rows()] == ["mutuelle-a", "mutuelle-b"]
        assert tenths_of() == 11

    def test_what_is_left_already_leaves_out_the_person_at_hand(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by()) as disclosure:
            assert disclosure.remaining == 74
            disclosure.open(insure(ODILE))
            assert disclosure.remaining == 74

    def test_no_person_no_charge_is_ever_left_active_after_the_block(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by()) as disclosure:
            assert active() is disclosure

        assert active() is None


class TestOpenedValues:
    def test_only_declared_fields_are_there(self, asked_by: AskedBy) -> None:
        """D15."""
        with at_the_gate(asked_by(), fields=("last_name",)) as disclosure:
            shown = disclosure.open(insure(ODILE))

        assert shown.last_name == "Ferrand"
        with pytest.raises(NotDisclosedError, match="nir was not declared"):
            _ = shown.nir

    def test_a_template_that_reads_another_raises_rather_than_prints_nothing(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by(), fields=("last_name",)) as disclosure:
            shown = disclosure.open(insure(ODILE))
        page = engines["django"].from_string("{{ shown.last_name }} {{ shown.nir }}")

        with pytest.raises(NotDisclosedError):
            page.render({"shown": shown})

    def test_it_tells_nothing_when_printed_and_is_not_stored(self, asked_by: AskedBy) -> None:
        """C14: a session or a cache pickles what it is given."""
        with at_the_gate(asked_by()) as disclosure:
            shown = disclosure.open(insure(ODILE))

        assert "Ferrand" not in repr(shown) + str(shown)
        for store in (pickle.dumps, copy.copy):
            with pytest.raises(TypeError):
                store(shown)
        with pytest.raises(TypeError, match="does not change"):
            shown.last_name = "Kone"

    def test_a_sealed_value_opens_for_the_person_disclosed_and_nobody_else(self, asked_by: AskedBy) -> None:
        odile, paul = insure(ODILE), insure(PAUL)
        with at_the_gate(asked_by()) as disclosure:
            with pytest.raises(NotDisclosedError):
                odile.last_name.reveal()
            disclosure.open(odile)
            assert odile.last_name.reveal(purpose="rights_check") == "Ferrand"
            with pytest.raises(NotDisclosedError):
                odile.birth_date.reveal()
            with pytest.raises(NotDisclosedError):
                paul.last_name.reveal()
        with pytest.raises(NotDisclosedError):
            odile.last_name.reveal()

    def test_a_record_that_names_no_person_is_not_shown(self, asked_by: AskedBy) -> None:
        record = Unowned.objects.create(last_name="Ferrand")
        with pytest.raises(UndeclaredSubjectError, match="sealed_subject"), at_the_gate(asked_by()) as disclosure:
            disclosure.open(record)

        assert not LedgerRow.objects.of_people().exists()


class TestMatching:
    """D9: unknown number, wrong date, closed person: one answer, one price."""

    @pytest.mark.parametrize(
        "asked",
        [NOBODY, Who(ODILE.nir, date(1969, 5, 13), ""), Who(ODILE.nir, ODILE.birth_date, "", birth_rank=2)],
        ids=["unknown number", "wrong date", "wrong rank"],
    )
    def test_whoever_is_not_meant_is_nobody_and_costs_a_miss(
        self, asked_by: AskedBy, told: list[Event], asked: Who
    ) -> None:
        insure(ODILE)
        with at_the_gate(asked_by()) as disclosure:
            assert found_by(disclosure, asked) is None

        (row,) = rows()
        assert (row.subject, row.field_classes, row.controller) == (None, "", "")
        assert [type(event) for event in told] == [SearchMissed]
        assert tenths_of() == 10

    def test_a_person_without_rights_is_nobody_too(self, asked_by: AskedBy) -> None:
        Insured.objects.filter(pk=insure(ODILE).pk).update(has_rights=False)
        with at_the_gate(asked_by()) as disclosure:
            assert found_by(disclosure, ODILE) is None

        assert tenths_of() == 10

    def test_twins_are_told_apart_by_their_rank(self, asked_by: AskedBy) -> None:
        lena, tom = insure(LENA), insure(TOM)
        with at_the_gate(asked_by()) as disclosure:
            assert (found_by(disclosure, LENA), found_by(disclosure, TOM)) == (lena, tom)

    def test_two_people_alike_are_nobody_rather_than_the_wrong_one(self, asked_by: AskedBy) -> None:
        insure(LENA)
        insure(TOM)
        with at_the_gate(asked_by()) as disclosure:
            found = Insured.objects.filter(nir=LENA.nir)
            assert disclosure.match(found, birth_date=LENA.birth_date) is None

    def test_one_person_on_two_contracts_is_the_first(self, asked_by: AskedBy) -> None:
        first = insure(ODILE, insurer="a")
        insure(ODILE, insurer="b")
        with at_the_gate(asked_by()) as disclosure:
            found = Insured.objects.filter(nir=ODILE.nir).order_by("contract__insurer")
            assert disclosure.match(found, birth_date=ODILE.birth_date) == first

    def test_a_queryset_that_names_no_number_is_refused(self, asked_by: AskedBy) -> None:
        contract = insure(ODILE).contract
        for _ in range(50):
            insure(PAUL, contract=contract)
        with pytest.raises(GateMisusedError, match="narrow"), at_the_gate(asked_by()) as disclosure:
            disclosure.match(Insured.objects.all(), birth_date=ODILE.birth_date)

    def test_a_value_compared_is_not_thereby_disclosed(self, asked_by: AskedBy) -> None:
        odile = insure(ODILE)
        with at_the_gate(asked_by(), fields=("birth_date",)) as disclosure:
            assert found_by(disclosure, ODILE) == odile
            with pytest.raises(NotDisclosedError):
                odile.birth_date.reveal()


class TestLeaving:
    def test_leaving_without_a_word_costs_a_miss(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by()):
            pass

        assert (tenths_of(), len(rows())) == (10, 1)

    def test_a_failure_before_anybody_was_looked_up_costs_nothing(self, asked_by: AskedBy) -> None:
        with pytest.raises(ViewFailedError), at_the_gate(asked_by()):
            raise ViewFailedError

        assert (tenths_of(), rows()) == (0, [])

    def test_a_failure_after_the_answer_costs_a_miss(self, asked_by: AskedBy) -> None:
        """R21: a view that breaks on hits and not on misses would tell who is insured, for nothing."""
        insure(ODILE)
        with pytest.raises(ViewFailedError), at_the_gate(asked_by()) as disclosure:
            fail_after(found_by(disclosure, ODILE))

        assert (tenths_of(), len(rows())) == (10, 1)

    @pytest.mark.parametrize("who", [ODILE, NOBODY], ids=["insured", "unknown"])
    def test_a_search_of_the_view_s_own_costs_a_miss_however_it_ends(self, asked_by: AskedBy, who: Who) -> None:
        """D10."""
        insure(ODILE)
        with pytest.raises((ViewFailedError, ObjectDoesNotExist)), at_the_gate(asked_by()):
            fail_after(Insured.objects.get(nir=who.nir))

        assert (tenths_of(), len(rows())) == (10, 1)

    def test_a_hundred_numbers_in_one_disclosure_cost_a_hundred_misses(self, asked_by: AskedBy, gate: Settings) -> None:
        """D10: else one gate would tell of any number of people whether they are insured."""
        gate.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 5000, "start": 5000}}}
        insure(ODILE)
        numbers = [number(f"26905495883{order:02}") for order in range(100)]
        with at_the_gate(asked_by()):
            assert not Insured.objects.filter(nir__in=numbers).exists()

        assert LedgerRow.objects.count() == 100
        assert tenths_of() == 5 * 10 + 95 * 30

    def test_the_budget_ends_such_a_list_before_it_is_asked(self, asked_by: AskedBy) -> None:
        numbers = [number(f"26905495883{order:02}") for order in range(100)]
        with pytest.raises(BudgetExceeded), at_the_gate(asked_by()):
            fail_after(list(Insured.objects.filter(nir__in=numbers)))

    def test_the_same_number_again_costs_nothing_more(self, asked_by: AskedBy) -> None:
        insure(ODILE)
        with at_the_gate(asked_by()) as disclosure:
            assert Insured.objects.filter(nir=ODILE.nir).exists()
            disclosure.open(Insured.objects.get(nir=ODILE.nir))

        assert (tenths_of(), len(rows())) == (10, 1)

    def test_a_second_guess_at_a_birth_date_costs_a_second_miss(self, asked_by: AskedBy) -> None:
        insure(ODILE)
        with at_the_gate(asked_by()) as disclosure:
            for day in (1, 2, 3):
                assert found_by(disclosure, Who(ODILE.nir, date(1969, 5, day), "")) is None

        assert (tenths_of(), len(rows())) == (30, 3)

    def test_nothing_is_matched_or_opened_once_the_block_has_ended(self, asked_by: AskedBy) -> None:
        record = insure(ODILE)
        with at_the_gate(asked_by()) as disclosure:
            pass

        with pytest.raises(GateMisusedError):
            disclosure.open(record)
        with pytest.raises(GateMisusedError):
            found_by(disclosure, ODILE)
        assert tenths_of() == 10

    def test_a_look_up_that_the_portal_s_database_did_not_answer_costs_nothing(self, asked_by: AskedBy) -> None:
        with pytest.raises(Error), transaction.atomic(), at_the_gate(asked_by()) as disclosure:
            disclosure.match(Insured.objects.extra(where=["no_such_column = 1"]))

        assert (tenths_of(), rows()) == (0, [])

    def test_hanging_up_keeps_the_charge(self, asked_by: AskedBy) -> None:
        """R21: whoever asked hangs up as soon as he has seen enough."""
        with pytest.raises(KeyboardInterrupt), at_the_gate(asked_by()):
            raise KeyboardInterrupt

        assert tenths_of() == 10

    def test_r22_what_a_view_showed_stays_charged_when_the_view_fails(self, asked_by: AskedBy) -> None:
        record = insure(ODILE)
        with pytest.raises(ViewFailedError), transaction.atomic(), at_the_gate(asked_by()) as disclosure:
            fail_after(disclosure.open(record))

        assert tenths_of() == 10
        assert [row.subject for row in rows()] == [record.subject]


class TestRefusals:
    def test_who_used_up_his_day_is_refused_until_the_hour_it_says(
        self, asked_by: AskedBy, told: list[Event], gate: Settings
    ) -> None:
        gate.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 2, "start": 2}}, "newcomer_percent": 100}
        for who in (ODILE, PAUL):
            with at_the_gate(asked_by()) as disclosure:
                disclosure.open(insure(who))

        with pytest.raises(BudgetExceeded) as refusal, at_the_gate(asked_by()):
            pytest.fail("the block ran")

        assert (refusal.value.reason, refusal.value.remaining) == ("practitioner_day", 0)
        assert refusal.value.reference == REFERENCE
        assert isinstance(told[-1], DisclosureDenied)
        assert (told[-1].reason, told[-1].account) == ("practitioner_day", "benali")
        assert NOON + DAY < refusal.value.resets_at <= NOON + DAY + HOUR
        with clock.frozen(refusal.value.resets_at), at_the_gate(asked_by(proven_at=refusal.value.resets_at)):
            pass

    @pytest.mark.parametrize(
        ("purpose", "proven"),
        [
            ("rights_check", {"level": Level.AAL1}),
            ("rights_check", {"level": Level.HALF}),
            ("rights_check", {"account": "martin"}),
            ("rights_check", {"account": ""}),
            ("care_agreement", {}),
        ],
    )
    def test_a_session_that_has_not_proven_enough_is_charged_nothing(
        self, asked_by: AskedBy, told: list[Event], purpose: str, proven: dict[str, Any]
    ) -> None:
        """P26: proofs of another account's are none."""
        request = asked_by()
        request.assurance = asked_by(**{"account": "benali", **proven}).assurance  # type: ignore[attr-defined]
        with pytest.raises(StepUpRequired), at_the_gate(request, purpose=purpose):
            pytest.fail("the block ran")

        assert [type(event) for event in told] == [DisclosureDenied]
        assert tenths_of() == 0

    def test_a_held_login_is_shown_nobody_for_any_purpose_however_strong_its_proof(
        self, asked_by: AskedBy, told: list[Event]
    ) -> None:
        held = asked_by(level=Level.HELD, is_phishing_resistant=True, is_known_browser=True)
        for purpose in ("rights_check", "care_agreement"):
            with pytest.raises(StepUpRequired), at_the_gate(held, purpose=purpose):
                pytest.fail("the block ran")

        assert [type(event) for event in told] == [DisclosureDenied] * 2
        assert rows() == []
        assert tenths_of() == 0

    def test_a_purpose_may_ask_for_a_passkey(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by(is_phishing_resistant=True), purpose="care_agreement"):
            pass

        assert rows()[0].purpose == "care_agreement"

    def test_a_purpose_may_ask_for_a_fresh_proof(self, asked_by: AskedBy, gate: Settings) -> None:
        gate.HARDENING_DISCLOSURE |= {"purposes": {"rights_check": {"max_age": timedelta(minutes=10)}}}
        with clock.frozen(NOON + timedelta(minutes=10)), at_the_gate(asked_by()):
            pass
        with (
            clock.frozen(NOON + timedelta(minutes=10, microseconds=1)),
            pytest.raises(StepUpRequired),
            at_the_gate(asked_by()),
        ):
            pytest.fail("the block ran")

    def test_the_key_broker_is_told_whose_budget_pays_inside_the_block_alone(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by()):
            assert actor() == "practitioner benali"

        assert actor() == UNNAMED

    def test_a_request_without_any_assurance_opens_nothing(self, asked_by: AskedBy) -> None:
        """I6."""
        request = asked_by()
        del request.assurance  # type: ignore[attr-defined]
        with pytest.raises(StepUpRequired), at_the_gate(request):
            pytest.fail("the block ran")

    def test_an_account_without_a_practice_looks_nobody_up(self, asked_by: AskedBy) -> None:
        with pytest.raises(DisclosureRefused, match="no_practice"), at_the_gate(asked_by("sophie")):
            pytest.fail("the block ran")

    def test_a_purpose_that_nobody_declared_is_no_purpose(self, asked_by: AskedBy) -> None:
        """I6."""
        with (
            pytest.raises(ConfigurationError, match="did you mean 'rights_check'"),
            at_the_gate(asked_by(), purpose="right_check"),
        ):
            pytest.fail("the block ran")

    def test_a_frozen_account_is_told_before_it_asks_who_exists(self, asked_by: AskedBy, told: list[Event]) -> None:
        from hardening.disclosure.freezing import freeze  # noqa: PLC0415

        freeze("benali", by="sophie", reason="phished")
        with pytest.raises(AccountFrozen), at_the_gate(asked_by()):
            pytest.fail("the block ran")

        assert [event.name for event in told] == ["disclosure.account.frozen", "disclosure.request.denied"]
        assert tenths_of() == 0


class TestEstablishment:
    @pytest.fixture
    def exhausted(self, asked_by: AskedBy, gate: Settings) -> None:
        """Two colleagues of Lyon share three people; Benali has seen Odile, Martin two others."""
        gate.HARDENING_DISCLOSURE |= {"professions": {"optician": {"cap": 3, "start": 3}}, "newcomer_percent": 100}
        for account, who in (("benali", ODILE), ("martin", PAUL), ("martin", LENA)):
            with at_the_gate(asked_by(account)) as disclosure:
                disclosure.open(insure(who))

    @pytest.mark.usefixtures("exhausted")
    def test_d38_a_repeat_is_still_shown(self, asked_by: AskedBy) -> None:
        with at_the_gate(asked_by("benali")) as disclosure:
            record = found_by(disclosure, ODILE)
            assert record is not None
            assert disclosure.open(record).last_name == "Ferrand"

    @pytest.mark.usefixtures("exhausted")
    @pytest.mark.parametrize("who", [TOM, NOBODY], ids=["a stranger", "nobody"])
    def test_d38_a_stranger_and_nobody_are_one_refusal_at_one_price(self, asked_by: AskedBy, who: Who) -> None:
        """Otherwise an exhausted establishment would tell who is insured."""
        insure(TOM)
        before = tenths_of()
        with pytest.raises(BudgetExceeded) as refusal, at_the_gate(asked_by("benali")) as disclosure:
            found_by(disclosure, who)

        assert refusal.value.reason == "establishment_day"
        assert tenths_of() - before == 10
        assert LedgerRow.objects.filter(subject=None).count() == 1

    @pytest.mark.usefixtures("exhausted")
    def test_d38_opening_a_stranger_without_a_match_is_refused_as_well(self, asked_by: AskedBy) -> None:
        with pytest.raises(BudgetExceeded), at_the_gate(asked_by("benali")) as disclosure:
            disclosure.open(insure(TOM))

        assert LedgerRow.objects.of_people().count() == 3
