"""The admin over the portal's own data."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from hardening import clock
from portal.accounts.models import Account
from portal.care_agreements import steps
from portal.care_agreements.models import CareAgreement, State
from portal.coverage.models import Beneficiary
from portal.demo.cast import OPTICS
from portal.demo.samples import JOSETTE
from portal.directory.models import Establishment, Practitioner
from portal.lookups.models import LookUp
from tests.portal.conftest import LogIn
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


@pytest.mark.parametrize("model", [Practitioner, Establishment])
def test_whom_the_ledger_names_is_never_deleted(sophie: Client, cast: dict[str, Account], model: type[Model]) -> None:
    """Deleted and made anew, a practitioner would have the people of his day over again."""
    assert cast
    chosen = {"action": "delete_selected", "post": "yes"}
    everybody = {str(pk) for pk in model._default_manager.values_list("pk", flat=True)}
    page = reverse(f"admin:directory_{model._meta.model_name}_changelist")
    sophie.post(page, {**chosen, "_selected_action": sorted(everybody)})

    assert {str(pk) for pk in model._default_manager.values_list("pk", flat=True)} == everybody
    assert (
        sophie.post(reverse(f"admin:directory_{model._meta.model_name}_delete", args=[everybody.pop()])).status_code
        == 403
    )


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


@pytest.fixture
def office(cast: dict[str, Account], log_in: LogIn) -> Callable[..., Client]:
    """Marc, administrator of the few things that he is given, at his desk."""

    def given(*permissions: str) -> Client:
        marc = cast["marc"]
        marc.is_superuser = False
        marc.save()
        marc.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return log_in("marc")

    return given


def test_who_may_only_look_sees_no_encrypted_value(office: Callable[..., Client], cast: dict[str, Account]) -> None:
    """Django shows to him, opened, what the form of others masks."""
    clerk = office("view_establishment", "view_account")
    optics = Establishment.objects.get(name=OPTICS.name)

    shown = text_of(clerk.get(reverse("admin:directory_establishment_change", args=[optics.pk])))
    account = text_of(clerk.get(reverse("admin:accounts_account_change", args=[cast["benali"].pk])))

    assert OPTICS.name in shown
    assert OPTICS.bank_details not in shown
    assert OPTICS.telephone not in shown
    assert "Dr Amine Benali" in account
    assert "benali@portail.example" not in account


def test_the_address_of_an_account_is_not_changed_here(sophie: Client, cast: dict[str, Account]) -> None:
    """D34, D36: with it, one administrator alone could reset a password and hand himself the letter."""
    typed = {"username": "benali", "full_name": "B", "email": "thief@example.org", "is_active": "on"}
    sophie.post(reverse("admin:accounts_account_change", args=[cast["benali"].pk]), typed)

    cast["benali"].refresh_from_db()
    assert cast["benali"].full_name == "B"
    assert cast["benali"].email == "benali@portail.example"


def test_an_account_made_inactive_loses_its_sessions_for_good(
    sophie: Client, benali: Client, cast: dict[str, Account]
) -> None:
    address = reverse("admin:accounts_account_change", args=[cast["benali"].pk])
    sophie.post(address, {"username": "benali", "full_name": "B"})
    sophie.post(address, {"username": "benali", "full_name": "B", "is_active": "on"})

    assert Account.objects.get(username="benali").is_active
    assert benali.get("/look-up/").status_code == 302


def test_a_password_is_not_guessed_from_how_its_hash_begins(sophie: Client) -> None:
    """Django's own UserAdmin refuses it; a ModelAdmin of a user does not by itself."""
    page = reverse("admin:accounts_account_changelist")

    assert sophie.get(page, {"password__startswith": "peppered"}).status_code == 400
    assert sophie.get(page, {"username__startswith": "ben"}).status_code == 200


def test_nobody_raises_himself_or_touches_a_superuser(office: Callable[..., Client], cast: dict[str, Account]) -> None:
    clerk = office("view_account", "change_account")
    typed = {"username": "x", "full_name": "X", "is_active": "on", "is_staff": "on"}

    for username in ("marc", "sophie"):
        address = reverse("admin:accounts_account_change", args=[cast[username].pk])
        assert clerk.post(address, typed).status_code == 403
    clerk.post(reverse("admin:accounts_account_change", args=[cast["martin"].pk]), {**typed, "username": "martin"})
    cast["martin"].refresh_from_db()
    assert cast["martin"].full_name == "X"
    assert not cast["martin"].is_staff


@pytest.mark.parametrize("model", ["practitioner", "delegate"])
def test_nobody_gives_himself_a_desk(sophie: Client, cast: dict[str, Account], model: str) -> None:
    typed = {
        "account": str(cast["sophie"].pk),
        "practitioner": str(cast["benali"].practitioner.pk),
        "rpps": "10100050083",
        "profession": "optician",
        "is_active": "on",
        "practices-TOTAL_FORMS": "0",
        "practices-INITIAL_FORMS": "0",
    }
    answer = sophie.post(reverse(f"admin:directory_{model}_add"), typed)

    assert answer.status_code == 200
    assert "account" in answer.context["adminform"].form.errors
    assert sophie.get("/look-up/").status_code == 403


def test_who_may_only_look_answers_nothing(
    office: Callable[..., Client], benali: Client, cast: dict[str, Account]
) -> None:
    assert cast
    look_up(benali, JOSETTE)
    asked = CareAgreement.objects.get(pk=_request(benali))
    chosen = {"action": "accept", "_selected_action": [str(asked.pk)]}
    page = reverse("admin:care_agreements_careagreement_changelist")

    office("view_careagreement").post(page, chosen)
    asked.refresh_from_db()
    assert asked.state == State.REQUESTED


def test_a_change_asks_for_a_proof_of_the_last_quarter_of_an_hour(sophie: Client) -> None:
    """A stolen cookie must not write its own bank details."""
    optics = Establishment.objects.get(name=OPTICS.name)
    address = reverse("admin:directory_establishment_change", args=[optics.pk])
    later = clock.now() + timedelta(minutes=16)

    with clock.frozen(later):
        assert sophie.get(reverse("admin:directory_establishment_changelist")).status_code == 200
        assert sophie.get(address)["Location"].startswith("/step-up/")
        assert sophie.post(address, {"name": "Thief", "town": "Lyon", "finess": optics.finess}).status_code == 403
        assert sophie.post(reverse("admin:logout")).status_code == 302
    optics.refresh_from_db()
    assert optics.name == OPTICS.name
