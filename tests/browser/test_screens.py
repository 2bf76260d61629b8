"""Every screen at 1280 and 360 px: photographed, accessible, without a sideways scroll or a word of the browser."""

import pytest
from pytest_django import Settings

from portal.accounts.models import Account
from portal.demo.samples import ANA, BERNARD, HUGO, JOSETTE, KARIM, LEA, LUCIE, MARCEL, NOBODY
from tests.browser.visitor import Visitor

LIMIT_OF_FIVE = {"optician": {"cap": 5, "start": 5}}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "landing"),
        ("/help/", "help"),
        ("/contact/", "contact"),
        ("/login/", "login"),
        ("/password/reset/", "password-reset"),
        ("/nothing/", "error-404"),
    ],
)
def test_pages_before_the_login(visitor: Visitor, address: str, name: str) -> None:
    visitor.opens(address).shoots(name)


def test_the_second_step(visitor: Visitor) -> None:
    visitor.gives_the_password("benali").shoots("code")


def test_a_wrong_password(visitor: Visitor) -> None:
    visitor.opens("/login/").types("Identifiant", "benali").types("Mot de passe", "pas le bon mot")
    visitor.enters().shoots("login-wrong")


def test_the_look_up_and_its_answers(visitor: Visitor) -> None:
    visitor.logs_in("benali").sees("Consultation des droits").shoots("look-up")
    visitor.looks_up(JOSETTE).sees("Droits ouverts").shoots("answer-open")
    visitor.looks_up(BERNARD).sees("Droits fermés").shoots("answer-closed")
    visitor.looks_up(NOBODY).sees("Aucune personne trouvée").shoots("answer-nobody")
    visitor.looks_up(LEA).sees("rang de naissance").shoots("answer-twins")
    visitor.looks_up(HUGO, birth_rank="2").sees("Hugo H.")
    visitor.opens("/look-ups/").sees("5 consultations").shoots("history")


def test_mistakes_in_the_form(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/look-up/")
    visitor.types("Numéro de sécurité sociale", "2 54 02 69 955 017 28").types("Date de naissance", "31/02/54")
    visitor.enters().sees("quatre chiffres").shoots("look-up-mistakes")


def test_the_look_up_by_member_number(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/look-up/member/").shoots("look-up-member")


def test_a_count_that_runs_out(visitor: Visitor, settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = {**settings.HARDENING_DISCLOSURE, "professions": LIMIT_OF_FIVE}
    visitor.logs_in("benali")
    for person in (JOSETTE, KARIM, LUCIE, MARCEL):
        visitor.looks_up(person).sees("Droits ouverts")
    visitor.sees("Il vous reste une personne").shoots("answer-nearly-spent")
    visitor.looks_up(ANA)
    visitor.looks_up(BERNARD).sees("Ce n’était pas vous").shoots("refused-budget")


def test_a_care_agreement(visitor: Visitor) -> None:
    visitor.logs_in("benali").looks_up(JOSETTE).presses("Demander une prise en charge")
    visitor.sees("Calculer le devis").shoots("care-agreement-new")
    visitor.types("Montant du devis", "420,00").types("Votre référence", "D-2026/17").presses("Calculer le devis")
    visitor.sees("Reste à charge").shoots("care-agreement-quote")
    visitor.presses("Envoyer à l’organisme").sees("sous deux jours").shoots("care-agreement-requested")
    visitor.presses("Afficher la personne").sees("Josette MOREAU").shoots("care-agreement-person")
    visitor.presses("Annuler la demande").sees("Annulée").shoots("care-agreement-cancelled")
    visitor.opens("/care-agreements/").sees("D-2026/17").shoots("care-agreements")


def test_the_account(visitor: Visitor) -> None:
    visitor.logs_in("benali").looks_up(JOSETTE).opens("/account/").sees("Optique Bellecour").shoots("account")
    visitor.presses("Sécurité de mon compte").shoots("security")


def test_an_administrator(visitor: Visitor, portal: dict[str, Account]) -> None:  # noqa: ARG001 - the cast is there
    visitor.logs_in("sophie").opens("/look-up/").sees("aucun lieu d’exercice").shoots("error-403")
    visitor.opens("/console/").shoots("console")
