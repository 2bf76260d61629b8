"""The command that links, as it is typed on the server."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from hardening.authenticators.identities import account_of

ISSUER, RPPS = "https://issuer.example", "810002673899"

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


@pytest.fixture(autouse=True)
def sophie() -> Any:
    return get_user_model()._default_manager.create_superuser("sophie", full_name="Sophie")


@pytest.fixture(autouse=True)
def amine() -> Any:
    return get_user_model()._default_manager.create_user("amine.benali", full_name="Dr Amine Benali")


def linked(username: str, *, by: str, number: str = RPPS) -> None:
    call_command("link_national_identity", username, number, "--issuer", ISSUER, "--by", by)


def test_an_administrator_links_the_number_of_a_practitioner(amine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    linked("amine.benali", by="sophie")

    assert account_of(ISSUER, RPPS) == amine
    assert RPPS not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("username", "by", "message"),
    [
        ("nobody", "sophie", "no account"),
        ("amine.benali", "nobody", "no account"),
        ("sophie", "amine.benali", "may not link"),
        ("sophie", "sophie", "to himself"),
    ],
)
def test_nobody_else_does(username: str, by: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        linked(username, by=by)
    assert account_of(ISSUER, RPPS) is None


def test_a_number_that_is_taken_is_told() -> None:
    get_user_model()._default_manager.create_user("claire.martin", full_name="Claire Martin")
    linked("amine.benali", by="sophie")

    with pytest.raises(CommandError, match="another account"):
        linked("claire.martin", by="sophie")
