"""The admin over the portal's own data."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Account
from portal.care_agreements import steps
from portal.care_agreements.models import CareAgreement, State
from portal.coverage.models import Beneficiary
from portal.demo.cast import OPTICS
from portal.demo.samples import JOSETTE
from portal.directory.models import Establishment
from portal.lookups.models import LookUp
from tests.portal.people import look_up, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

OURS = ("accounts", "directory", "coverage", "care_agreements")
PAGES = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry]


def test_nobody_covered_can_be_browsed() -> None:
    assert not admin.site.is_registered(Beneficiary)
    assert not admin.site.is_registered(LookUp)


@pytest.mark.parametrize("page", [page for page in PAGES if page.split(":")[1].startswith(OURS)])
def test_every_list_opens_for_an_administrator_and_for_nobody_else(sophie: Client, benali: Client, page: str) -> None:
    assert sophie.get(reverse(page)).status_code == 200
    assert benali.get(reverse(page)).status_code == 403


def test_bank_details_are_masked_and_kept_when_nothing_is_typed(sophie: Client) -> None:
    optics = Establishment.objects.get(name=OPTICS.name)
    address = reverse("admin:directory_establishment_change", args=[optics.pk])

    page = text_of(sophie.get(address))
    sophie.post(address, {"name": "Optique du Rhône", "town": "Lyon", "finess": optics.finess, "siret": optics.siret})

    optics.refresh_from_db()
    assert OPTICS.bank_details not in page
    assert optics.name == "Optique du Rhône"
    assert optics.bank_details == OPTICS.bank_details


def test_the_address_of_an_account_is_masked(sophie: Client, cast: dict[str, Account]) -> None:
    page = text_of(sophie.get(reverse("admin:accounts_account_change", args=[cast["benali"].pk])))

    assert "Dr Amine Benali" in page
    assert "benali@portail.example" not in page


def test_a_new_account_has_no_password(sophie: Client) -> None:
    sophie.post(
        reverse("admin:accounts_account_add"), {"username": "Nouvelle", "full_name": "N. Nouvelle", "is_active": "on"}
    )

    account = Account.objects.get(username="nouvelle")
    assert not account.has_usable_password()
    assert not account.is_staff


def test_an_account_is_never_deleted(sophie: Client, cast: dict[str, Account]) -> None:
    response = sophie.post(reverse("admin:accounts_account_delete", args=[cast["benali"].pk]), {"post": "yes"})

    assert response.status_code == 403


@pytest.mark.parametrize(("action", "state"), [("accept", State.ACCEPTED), ("refuse", State.REFUSED)])
def test_an_insurer_answers_what_waits(sophie: Client, benali: Client, action: str, state: State) -> None:
    look_up(benali, JOSETTE)
    asked = CareAgreement.objects.get(pk=_request(benali))

    chosen = {"action": action, "_selected_action": [str(asked.pk)]}
    sophie.post(reverse("admin:care_agreements_careagreement_changelist"), chosen)

    asked.refresh_from_db()
    assert asked.state == state
    assert asked.decided_at is not None
    assert steps.answer(asked, is_accepted=True, at=asked.decided_at) is False


def _request(client: Client) -> str:
    typed = {"look_up": str(LookUp.objects.get().pk), "amount": "420"}
    address = client.post("/care-agreements/new/", typed)["Location"]
    client.post(f"{address}request/")
    return address.split("/")[-2]
