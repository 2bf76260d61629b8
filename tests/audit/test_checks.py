import pytest
from django.db.utils import ConnectionHandler

from hardening.audit import checks


def test_an_audit_that_would_be_rolled_back_with_the_view_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "connections", ConnectionHandler({"default": {}}))

    (error,) = checks.check_alias()

    assert error.id == checks.NO_ALIAS
    assert "DATABASES['hardening']" in str(error.hint)


def test_an_audit_on_a_connection_of_its_own_is_fine() -> None:
    assert checks.check_alias() == []
