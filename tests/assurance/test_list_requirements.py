import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import override_settings

from hardening import PUBLIC

pytestmark = pytest.mark.urls("tests.assurance.pages")


def listed(*arguments: str) -> str:
    out = StringIO()
    call_command("list_requirements", *arguments, stdout=out)
    return out.getvalue()


def test_every_address_is_listed_with_what_it_asks_and_where_that_is_said() -> None:
    with override_settings(HARDENING_ASSURANCE={"routes": {"shop": PUBLIC}}):
        rows = {row["route"]: row for row in json.loads(listed("--json"))}

    assert rows["unstated/"] == {
        "route": "unstated/",
        "name": "unstated",
        "requirement": "AAL2",
        "source": "default",
    }
    assert (rows["shop/basket/"]["requirement"], rows["shop/basket/"]["source"]) == ("ANONYMOUS", "routes['shop']")
    assert (rows["open/"]["requirement"], rows["open/"]["source"]) == ("ANONYMOUS", "view")
    assert rows["strongest-inherited/"]["requirement"] == "AAL2, phishing-resistant"
    assert rows["fresh/"]["requirement"] == "AAL2, ≤ 0:10:00"
    assert rows["not-required/"]["requirement"] == "AAL2"
    assert rows["login/"]["name"] == "hardening:login"


def test_a_person_reads_one_line_for_each() -> None:
    assert "AAL2                      /shop/basket/ (shop:basket)  [default]\n" in listed()


def test_what_strangers_may_call_is_listed_alone() -> None:
    with override_settings(HARDENING_ASSURANCE={"routes": {}}):
        lines = listed("--public").splitlines()

    assert len(lines) == 9
    assert all(line.startswith("ANONYMOUS") for line in lines)
