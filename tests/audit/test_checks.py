import pytest
from django.db import connections
from django.db.utils import ConnectionHandler

from hardening.audit import checks


def test_an_audit_that_would_be_rolled_back_with_the_view_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connections", ConnectionHandler({"default": {}}))

    (error,) = checks.check_alias()

    assert error.id == checks.NO_ALIAS
    assert "DATABASES['hardening']" in str(error.hint)


@pytest.mark.django_db
@pytest.mark.postgresql
def test_a_connection_that_waits_without_end_is_told_of() -> None:
    with connections["hardening"].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")

    (warning,) = checks.check_patience(databases=["hardening"])

    assert warning.id == checks.ENDLESS_WAIT
    assert "lock_timeout=5s" in str(warning.hint)


@pytest.mark.django_db
def test_a_connection_that_gives_up_waiting_is_fine() -> None:
    assert checks.check_patience(databases=["default", "hardening"]) == []
    assert checks.check_patience(databases=None) == []


def test_an_audit_on_a_connection_of_its_own_is_fine() -> None:
    assert checks.check_alias() == []
