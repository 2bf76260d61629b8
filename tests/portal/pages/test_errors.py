"""Bad requests get a page that says so, in the portal's own frame."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from hardening.requirements import public
from portal import urls
from portal.demo.samples import JOSETTE
from tests.portal.people import LOOK_UP, text_of, typed

pytestmark = pytest.mark.django_db


@public
def breaks(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("said by the defect")


@public
def forbids(_request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [path("breaks/", breaks), path("forbids/", forbids), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500


def test_an_unknown_address_is_no_such_page(client: Client) -> None:
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert "Cette page n’existe pas" in text_of(response)


def test_a_wrong_host_is_a_bad_request(client: Client) -> None:
    response = client.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "Cette demande n’est pas lisible" in text_of(response)
    assert "evil.example" not in text_of(response)


def test_an_oversized_body_is_refused_as_too_large(benali: Client) -> None:
    response = benali.post(LOOK_UP, typed(JOSETTE, filler="x" * 70_000))

    assert response.status_code == 413
    assert "Envoi trop volumineux" in text_of(response)


def test_too_many_fields_are_refused_likewise(benali: Client) -> None:
    assert benali.post(LOOK_UP, {f"f{number}": "" for number in range(1_100)}).status_code == 413


def test_a_form_from_elsewhere_is_no_longer_valid() -> None:
    response = Client(enforce_csrf_checks=True).post("/login/", {"username": "benali"})

    assert response.status_code == 403
    assert "Ce formulaire n’est plus valable" in text_of(response)


@override_settings(ROOT_URLCONF=__name__)
def test_a_defect_shows_our_page_and_nothing_of_its_own() -> None:
    response = Client(raise_request_exception=False).get("/breaks/")

    assert response.status_code == 500
    assert "Une panne de notre côté" in text_of(response)
    assert "said by the defect" not in text_of(response)


@override_settings(ROOT_URLCONF=__name__)
def test_a_forbidden_page_says_that_nothing_happened(client: Client) -> None:
    response = client.get("/forbids/")

    assert response.status_code == 403
    assert "Rien n’a été montré ni modifié" in text_of(response)


def test_an_account_without_a_place_of_practice_reads_why(sophie: Client) -> None:
    response = sophie.get(LOOK_UP)

    assert response.status_code == 403
    assert "aucun lieu d’exercice" in text_of(response)
