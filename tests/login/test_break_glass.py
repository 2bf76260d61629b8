"""Emergency access: at a terminal, said twice, short, and heard by everybody."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from hardening import clock
from hardening.authenticators.grants import permission_from
from hardening.authenticators.models import EnrolmentGrant
from hardening.authenticators.permission import NoSuchGrant
from hardening.errors import StoreUnavailableError
from hardening.events import BreakGlassUsed, ChangeIntended, Event
from tests.breakages import store_gone
from tests.login.conftest import Create
from tests.login.visitors import Visitor

pytestmark = [pytest.mark.django_db(databases=["default", "hardening"]), pytest.mark.usefixtures("at_noon", "sophie")]

MEANT = ("--let-in", "--tell-everybody")
REASON = ("--by", "marc", "--reason", "Sophie lost her telephone; nobody else is on duty.")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stand at a terminal: a real one."""
    master, slave = os.openpty()
    with os.fdopen(slave) as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        yield
    os.close(master)


def break_glass(username: str = "sophie", *flags: str) -> str:
    said = StringIO()
    call_command("break_glass", username, *REASON, *flags, stdout=said, stderr=StringIO())
    return said.getvalue().split()[1]


@pytest.mark.usefixtures("terminal")
def test_it_gives_a_grant_of_ten_minutes_and_no_session(sophie: Any, at_noon: datetime) -> None:
    code = break_glass("sophie", *MEANT)

    assert permission_from(code, account=str(sophie.pk)).grant
    with clock.frozen(at_noon + timedelta(minutes=10)), pytest.raises(NoSuchGrant):
        permission_from(code, account=str(sophie.pk))


@pytest.mark.usefixtures("terminal")
def test_it_ends_the_lockouts_of_the_administrator() -> None:
    for _ in range(5):
        Visitor().give_password("sophie", "wrong")

    break_glass("sophie", *MEANT)

    assert Visitor().give_password("sophie").status_code == 302


@pytest.mark.usefixtures("terminal")
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_it_is_loud(
    account: Create, told: list[Event], caplog: pytest.LogCaptureFixture, letterbox: Callable[[], list[Any]]
) -> None:
    """Audited with who and why, logged as critical, and mailed to every administrator in service."""
    account("claire", is_staff=True)
    account("gone", is_staff=True, is_active=False)
    account("amine.benali")
    told.clear()

    break_glass("sophie", *MEANT)

    used = [event for event in told if isinstance(event, BreakGlassUsed)]
    assert [(event.operator, event.reason) for event in used] == [("server:marc", REASON[-1])]
    assert "CRITICAL" in {record.levelname for record in caplog.records}
    assert sorted(mail.to[0] for mail in letterbox()) == ["claire@example.org", "sophie@example.org"]
    assert all("server:marc" in mail.body for mail in letterbox())


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("flags", [(), MEANT[:1], MEANT[1:]])
def test_said_once_it_is_not_meant(flags: tuple[str, ...], told: list[Event]) -> None:
    told.clear()
    with pytest.raises(CommandError, match="needs both"):
        break_glass("sophie", *flags)

    assert not [event for event in told if isinstance(event, ChangeIntended)]


def test_without_a_terminal_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("yes"))
    with pytest.raises(CommandError, match="terminal"):
        break_glass("sophie", *MEANT)

    assert not EnrolmentGrant.objects.exists()


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("username", ["amine.benali", "gone", "nobody"])
def test_it_is_for_administrators_in_service_only(account: Create, username: str) -> None:
    account("amine.benali")
    account("gone", is_staff=True, is_active=False)
    with pytest.raises(CommandError, match="in service"):
        break_glass(username, *MEANT)

    assert not EnrolmentGrant.objects.exists()


@pytest.mark.usefixtures("terminal")
@pytest.mark.django_db(transaction=True, databases=["default", "hardening"])
def test_while_the_audit_is_away_it_does_not_happen() -> None:
    with store_gone(), pytest.raises(StoreUnavailableError):
        break_glass("sophie", *MEANT)

    assert not EnrolmentGrant.objects.exists()
