from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from hardening.authenticators.identities import IdentityTaken, OwnIdentityRefused, account_of, link
from hardening.authenticators.models import NationalIdentity
from hardening.events import Event, NationalIdentityLinked, occurred

ISSUER, ELSEWHERE = "https://issuer.example", "https://elsewhere.example"
AMINE_RPPS, CLAIRE_RPPS = "810002673899", "810100050075"

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])


@pytest.fixture
def account() -> Callable[[str], Any]:
    return lambda name: get_user_model()._default_manager.create_user(name, email="cabinet@example.org")


@pytest.fixture
def told() -> Iterator[list[Event]]:
    heard: list[Event] = []

    def hear(event: Event, **_: object) -> None:
        heard.append(event)

    occurred.connect(hear)
    yield heard
    occurred.disconnect(hear)


def test_an_identity_is_found_by_issuer_and_number_together(account: Any) -> None:
    """P32."""
    amine = account("amine.benali")
    link(ISSUER, AMINE_RPPS, account=amine, linked_by=None, operator="paul")

    assert account_of(ISSUER, AMINE_RPPS) == amine
    assert account_of(ELSEWHERE, AMINE_RPPS) is None
    assert account_of(ISSUER, CLAIRE_RPPS) is None


def test_a_disabled_account_is_as_unknown_as_none(account: Any) -> None:
    amine = account("amine.benali")
    link(ISSUER, AMINE_RPPS, account=amine, linked_by=None, operator="paul")
    type(amine).objects.update(is_active=False)

    assert account_of(ISSUER, AMINE_RPPS) is None


def test_the_link_is_told_with_who_made_it_and_without_the_number(
    account: Any, told: list[Event], django_capture_on_commit_callbacks: Any
) -> None:
    amine, sophie = account("amine.benali"), account("sophie")
    with django_capture_on_commit_callbacks(execute=True):
        link(ISSUER, AMINE_RPPS, account=amine, linked_by=sophie)

    (linked,) = [event for event in told if isinstance(event, NationalIdentityLinked)]
    assert (linked.issuer, linked.actor, linked.account) == (ISSUER, str(sophie.pk), str(amine.pk))
    assert AMINE_RPPS not in repr(told)


def test_nobody_links_an_identity_to_himself(account: Any) -> None:
    sophie = account("sophie")

    with pytest.raises(OwnIdentityRefused):
        link(ISSUER, AMINE_RPPS, account=sophie, linked_by=sophie)
    assert not NationalIdentity.objects.exists()


def test_a_card_opens_one_account_and_an_account_opens_to_one_card(account: Any) -> None:
    amine, claire = account("amine.benali"), account("claire.martin")
    first = link(ISSUER, AMINE_RPPS, account=amine, linked_by=None, operator="paul")

    assert link(ISSUER, AMINE_RPPS, account=amine, linked_by=None, operator="paul") == first
    with pytest.raises(IdentityTaken):
        link(ISSUER, AMINE_RPPS, account=claire, linked_by=None, operator="paul")
    with pytest.raises(IdentityTaken):
        link(ISSUER, CLAIRE_RPPS, account=amine, linked_by=None, operator="paul")
    assert account_of(ISSUER, AMINE_RPPS) == amine
