"""What a look-up costs in statements, exactly. The first look-up of an account costs one more: it is written down."""

import pytest
from django.db import connections
from django.http import HttpRequest

from hardening.disclosure.disclose import disclose
from hardening.testing.statements import Statements, counted_statements
from tests.disclosure.conftest import AskedBy
from tests.disclosure.pages import FIELDS
from tests.disclosure.people.cast import NOBODY, ODILE, PAUL, Who, insure
from tests.disclosure.people.models import Insured

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("serving", "noon")]

BY_VENDOR = {
    # account's state · reserve · the view's look-up · state and ledger row · audit entry · settle
    "postgresql": 6,
    # The same steps; the counts are read and written by statements of the store: reserve 4, settle 9, ledger 2.
    "sqlite": 18,
}


def look_up(request: HttpRequest, who: Who) -> Statements:
    with (
        counted_statements() as statements,
        disclose(request, purpose="rights_check", fields=FIELDS) as disclosure,
    ):
        found = Insured.objects.select_related("contract").filter(nir=who.nir)
        record = disclosure.match(found, birth_date=who.birth_date)
        if record is not None:
            disclosure.open(record)
    return statements


def test_a_look_up_costs_six_statements_on_postgresql_audit_and_the_look_up_included(asked_by: AskedBy) -> None:
    insure(ODILE)
    look_up(asked_by(), ODILE)

    assert len(look_up(asked_by(), ODILE)) == BY_VENDOR[connections["hardening"].vendor]


def test_an_unknown_number_and_a_wrong_date_run_the_very_same_statements(asked_by: AskedBy) -> None:
    """D9: otherwise their number, or their time, would tell who is insured."""
    insure(ODILE)
    look_up(asked_by(), NOBODY)

    unknown = look_up(asked_by(), NOBODY)
    wrong_date = look_up(asked_by(), Who(ODILE.nir, PAUL.birth_date, ""))

    assert unknown.sql == wrong_date.sql


@pytest.mark.postgresql
def test_a_hit_runs_them_too(asked_by: AskedBy) -> None:
    insure(ODILE)
    look_up(asked_by(), ODILE)

    assert look_up(asked_by(), ODILE).sql == look_up(asked_by(), NOBODY).sql


def test_nothing_that_was_typed_or_opened_travels_in_sql(asked_by: AskedBy) -> None:
    """C7."""
    insure(ODILE)
    sent = str(look_up(asked_by(), ODILE).parameters)

    assert ODILE.nir not in sent
    assert ODILE.nir[:13] not in sent
    assert ODILE.last_name not in sent
