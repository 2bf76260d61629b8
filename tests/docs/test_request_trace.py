import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from hardening import clock
from hardening.disclosure.disclose import disclose
from hardening.requirements import Assurance, Level
from hardening.testing.browsers import make_known
from hardening.testing.logins import log_in
from hardening.testing.phones import bind_phone
from tests.disclosure.people.cast import ODILE, insure
from tests.disclosure.people.models import Insured
from tests.docs.calls import first_not_in_order, recorded_calls
from tests.docs.pages import ROOT

TRACE = (ROOT / "docs/explanation/request-trace.md").read_text(encoding="utf-8")
HOUSE = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
SYMBOL = re.compile(r"`((?:hardening|portal)\.[\w.]+)`")
FLOW = re.compile(r"^## (?:An? |The )?([^\n]+): (\d) hops\n(.*?)(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
PASSWORD = "une phrase assez longue"


def steps_of(flow: str) -> list[str]:
    (text,) = [text for name, _, text in FLOW.findall(TRACE) if name == flow]
    return re.findall(r"^\d\. (.*?)(?=^\d\. |^\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)


def symbols_of(flow: str) -> list[str]:
    return [symbol for step in steps_of(flow) for symbol in SYMBOL.findall(step)]


def resolved(symbol: str) -> object:
    """Return what a dotted name stands for, or raise AttributeError."""
    parts = symbol.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            found = getattr(found, name)
        return found
    raise AttributeError(symbol)


@pytest.mark.parametrize("symbol", sorted({*SYMBOL.findall(TRACE), *SYMBOL.findall(HOUSE)}))
def test_every_symbol_named_exists(symbol: str) -> None:
    assert resolved(symbol) is not None


def test_the_trace_counts_the_hops_that_the_architecture_promises() -> None:
    promised = dict(re.findall(r"^\| ([\w -]+) \| (\d) \|$", HOUSE, flags=re.MULTILINE))

    assert {name: hops for name, hops, _ in FLOW.findall(TRACE)} == promised
    assert {name: str(len(steps_of(name))) for name in promised} == promised


@pytest.fixture
def benali(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("amine.benali", password=PASSWORD)


@pytest.mark.django_db
def test_a_page_goes_through_the_hops_named(client: Client, benali: Any) -> None:
    log_in(client, benali)

    with recorded_calls() as entered:
        assert client.get("/security/").status_code == 200

    assert first_not_in_order(symbols_of("page without personal data"), entered) == ""


@pytest.mark.django_db
def test_a_look_up_goes_through_the_hops_named(settings: Settings) -> None:
    settings.HARDENING_DISCLOSURE = {"actor": "tests.disclosure.pages.actor_of", "purposes": {"rights_check": {}}}
    insure(ODILE)
    request = RequestFactory().post("/look-up/")
    proven = Assurance(level=Level.AAL2, account="benali", methods=("otp", "pwd"), proven_at=clock.now())
    request.__dict__.update(account="benali", assurance=proven)

    with recorded_calls() as entered, disclose(request, purpose="rights_check", fields=("last_name",)) as disclosure:
        found = Insured.objects.filter(nir=ODILE.nir)
        record = disclosure.match(found, birth_date=ODILE.birth_date, birth_rank=ODILE.birth_rank)
        assert record is not None
        disclosure.open(record)

    assert first_not_in_order(symbols_of("look-up of one person"), entered) == ""


@pytest.mark.django_db
def test_a_login_goes_through_the_hops_named(client: Client, benali: Any) -> None:
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        phone = bind_phone(benali)
    make_known(client, benali)

    with recorded_calls() as entered:
        client.post("/login/", {"username": "amine.benali", "password": PASSWORD})
    assert first_not_in_order(symbols_of("password step of a login"), entered) == ""

    with recorded_calls() as entered:
        answer = client.post("/login/code/", {"authenticator": phone.authenticator, "code": phone.code()})
    assert answer.status_code == 302
    assert first_not_in_order(symbols_of("code step of a login"), entered) == ""


@pytest.mark.django_db
def test_a_refused_login_goes_through_the_hops_named(client: Client) -> None:
    for _ in range(5):
        client.post("/login/", {"username": "nobody", "password": "guess"})

    with recorded_calls() as entered:
        assert client.post("/login/", {"username": "nobody", "password": "guess"}).status_code == 429

    assert first_not_in_order(symbols_of("refused login"), entered) == ""


def test_a_hop_that_is_not_taken_is_named() -> None:
    with recorded_calls() as entered:
        clock.now()

    assert first_not_in_order(["hardening.clock.now"], entered) == ""
    assert first_not_in_order(["hardening.clock.now", "hardening.clock.frozen"], entered) == "hardening.clock.frozen"
    assert first_not_in_order(["b", "a"], ["a", "b"]) == "a"


PERMISSION = re.compile(r"`(hardening_\w+)\.(?:add|change|delete|view)_(\w+)`")


def test_every_permission_named_in_the_how_tos_is_one() -> None:
    from django.apps import apps  # noqa: PLC0415 - beside its only use

    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "docs/how-to").glob("*.md")]
    named = {found for text in texts for found in PERMISSION.findall(text)}

    assert named
    assert all(apps.get_model(label, model) for label, model in named)
