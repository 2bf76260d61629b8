"""Enrolment letters from the server. The administrator's page is the console's."""

import io
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string

from hardening import clock
from hardening.authenticators.grants import Letter, permission_from
from hardening.authenticators.models import EnrolmentGrant
from hardening.login.letter import letter_address, letter_context
from tests.login.conftest import Create

pytestmark = [
    pytest.mark.django_db(databases=["default", "hardening"]),
    pytest.mark.usefixtures("at_noon"),
]

CODE = re.compile(r"[2-9a-km-np-z]{4}(?:-[2-9a-km-np-z]{4}){6}")


def test_the_qr_code_carries_the_letter_behind_the_hash() -> None:
    letter = Letter(grant=uuid4(), code="2345-abcd", expires_at=clock.now())

    assert letter_address(letter) == "https://portail.example/login/#2345-abcd"


def test_a_letter_sets_no_style_and_names_the_portal_from_the_settings(amine: Any) -> None:
    """P19: never from the Host header; and it stands under a strict content security policy."""
    letter = Letter(grant=uuid4(), code="2345-abcd", expires_at=clock.now())
    page = render_to_string("hardening/login/letter.html", letter_context(letter, account=amine))

    assert "2345-abcd" in page
    assert "https://portail.example/login/enrol/" in page
    assert "<svg" in page
    assert " style=" not in page


def issue(*arguments: str) -> str:
    out = io.StringIO()
    call_command("issue_grant", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("sophie")
def test_the_command_prints_a_letter_that_works(amine: Any) -> None:
    printed = issue("amine.benali", "--by", "sophie")
    assert permission_from(CODE.search(printed)[0], account=str(amine.pk))  # type: ignore[index]

    found = json.loads(issue("amine.benali", "--by", "sophie", "--json"))
    assert permission_from(found["code"], account=str(amine.pk))


@pytest.mark.usefixtures("sophie", "claire")
@pytest.mark.parametrize(
    ("username", "by"),
    [
        ("nobody", "sophie"),
        ("amine.benali", "nobody"),
        ("sophie", "sophie"),
        ("amine.benali", "claire.martin"),
        ("gone", "sophie"),
    ],
)
def test_the_command_refuses_what_the_page_refuses(amine: Any, account: Create, username: str, by: str) -> None:
    account("gone", is_active=False)

    with pytest.raises(CommandError):
        issue(username, "--by", by)
    assert not EnrolmentGrant.objects.filter(account=amine).exists()
