"""Every screen at 1280 and 360 px: photographed, accessible, without a sideways scroll or a word of the browser."""

import pytest
from pytest_django import Settings

from portal.demo.cast import PASSWORD
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


def test_what_an_owner_changes_about_the_login(visitor: Visitor) -> None:
    visitor.logs_in("benali").opens("/security/add/").shoots("authenticator-add")
    visitor.opens("/password/change/").shoots("password-change")
    visitor.opens("/security/recovery-codes/").shoots("recovery-codes").presses("Afficher dix nouveaux codes")
    visitor.shoots("recovery-sheet")


def test_a_telephone_left_at_home(visitor: Visitor) -> None:
    visitor.gives_the_password("benali").presses("Pas de téléphone").shoots("recovery")


def test_a_form_from_before_the_cookies_were_cleared(visitor: Visitor) -> None:
    visitor.opens("/login/").types("Identifiant", "benali").types("Mot de passe", PASSWORD)
    visitor.page.context.clear_cookies()
    visitor.enters().sees("n’est plus valable").shoots("error-csrf")


def test_an_administrator_has_no_desk(visitor: Visitor) -> None:
    visitor.logs_in("sophie").opens("/look-up/").sees("aucun lieu d’exercice").shoots("error-403")


def test_a_lockout_and_its_release(visitor: Visitor) -> None:
    for _ in range(6):
        visitor.opens("/login/").types("Identifiant", "benali").types("Mot de passe", "pas le bon mot").enters()
    visitor.shoots("login-locked")

    visitor.logs_in("sophie").opens("/console/").shoots("console")
    visitor.opens("/console/lockouts/").sees("Benali").shoots("console-lockouts")
    visitor.presses("Décider").shoots("console-release").types("Motif", "Rappelé au numéro du cabinet : c’était lui.")
    visitor.presses("Lever").opens("/console/audit/").shoots("console-audit")


def test_a_letter_and_what_it_binds(visitor: Visitor) -> None:
    visitor.logs_in("sophie").opens("/console/letters/new/").shoots("console-letter-new")
    visitor.types("Identifiant", "girard").types("Motif", "Nouvel audioprothésiste, vu au bureau.")
    visitor.presses("Émettre la lettre").shoots("letter")
    code = visitor.page.locator("main .code, main code").first.inner_text()
    visitor.opens("/console/letters/").shoots("console-letters")
    visitor.logs_out().opens("/login/").types("Identifiant", "girard").types("Mot de passe", PASSWORD).enters()
    visitor.shoots("enrol").types("Code de votre lettre", code).enters()
    visitor.shoots("enrol-confirm")
