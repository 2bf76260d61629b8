from uuid import uuid4

import pytest

from hardening.console.people import find_account, label, names_of
from hardening.testing.statements import counted_statements
from tests.console.people import amine, claire

pytestmark = pytest.mark.django_db


def test_ids_become_names_in_one_statement() -> None:
    ids = [str(amine().pk), str(claire().pk)]

    with counted_statements() as statements:
        names = names_of([*ids, ""])

    assert names == {ids[0]: "Amine Benali (amine.benali)", ids[1]: "Claire Martin (claire.martin)"}
    assert len(statements) == 1


def test_an_id_that_names_nobody_any_more_is_shown_as_it_is() -> None:
    gone = str(uuid4())
    assert names_of([gone, "operator at a shell"]) == {gone: gone, "operator at a shell": "operator at a shell"}


def test_an_account_without_a_name_is_called_by_its_login() -> None:
    nameless = amine()
    nameless.full_name = ""
    assert label(nameless) == "amine.benali"


def test_an_account_is_found_by_its_login_in_any_spelling_and_by_its_id() -> None:
    account = amine()

    assert find_account(" Amine.BENALI ") == account
    assert find_account(str(account.pk)) == account


@pytest.mark.parametrize("typed", ["", "\0", "nobody", "269054958815780", "%"])
def test_what_names_nobody_finds_nobody(typed: str) -> None:
    assert find_account(typed) is None
