"""The board shows codes and mails, in the demonstration and nowhere else."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from portal.accounts.models import Account
from portal.demo.enrolling import next_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture
def demonstration(settings: Settings, tmp_path: Path) -> Path:
    settings.IS_DEMONSTRATION, settings.FOLDER, settings.ROOT_URLCONF = True, tmp_path, "portal.demo.urls"
    return tmp_path


@pytest.mark.usefixtures("demonstration")
def test_it_shows_everybodys_code_and_no_code_of_somebody_without() -> None:
    page = Client().get("/demo/").content.decode()
    code, _ = next_code("benali")

    assert f"{code[:3]} {code[3:]}" in page
    assert "girard" not in page


def test_it_shows_the_mails_with_their_links_and_nothing_that_they_would_run(demonstration: Path) -> None:
    mail = EmailMultiAlternatives("<b>Bonjour</b>", "http://localhost:8000/login/held/#abcd\n<script>", to=["a@b.fr"])
    EmailBackend(file_path=str(demonstration / "mail")).send_messages([mail])

    page = Client().get("/demo/").content.decode()
    assert 'href="http://localhost:8000/login/held/#abcd"' in page
    assert "&lt;b&gt;Bonjour" in page
    assert "<script>" not in page


def test_outside_the_demonstration_nothing_names_it(cast: dict[str, Account]) -> None:
    assert cast
    with pytest.raises(NoReverseMatch):
        reverse("demo_board")
    assert Client().get("/demo/").status_code == 404


def test_somebody_who_routes_to_it_gets_nothing_either(settings: Settings) -> None:
    settings.ROOT_URLCONF = "portal.demo.urls"

    assert Client().get("/demo/").status_code == 404
