import pytest
from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.management import call_command

from hardening import clock
from hardening.lockout.axes_handler import SlotHandler
from hardening.lockout.models import Release, StoredBucket
from hardening.testing.statements import counted_statements
from tests.lockout.people import LYON, NOON, PASSWORD, amine, attempt, fail, request_from

pytestmark = pytest.mark.django_db(databases=["default", "hardening"])

CREDENTIALS = {"username": "amine.benali"}


def test_axes_asks_our_handler() -> None:
    assert isinstance(AxesProxyHandler.get_implementation(), SlotHandler)


def test_the_gate_of_axes_closes_and_opens_with_our_buckets() -> None:
    gate = AxesStandaloneBackend()
    with clock.frozen(NOON):
        gate.authenticate(request_from(), **CREDENTIALS)
        fail(5)
        with pytest.raises(AxesBackendPermissionDenied):
            gate.authenticate(request_from(), **CREDENTIALS)


def test_asking_takes_no_slot_and_writes_nothing() -> None:
    """D19."""
    with clock.frozen(NOON):
        fail(4)
        with counted_statements() as statements:
            assert AxesProxyHandler.is_allowed(request_from(), CREDENTIALS) is True
        attempt()

    assert [sql.split()[0] for sql in statements.sql] == ["SELECT"]


def test_what_axes_hears_of_logins_is_counted_once_and_kept_nowhere_else() -> None:
    benali = amine()
    request = request_from()
    authenticate(request, username="amine.benali", password="wrong")
    user_login_failed.send(sender="a view", credentials=dict(CREDENTIALS), request=request)
    user_logged_in.send(sender=type(benali), request=request, user=benali)
    authenticate(request_from(), username="amine.benali", password=PASSWORD)

    assert [model.objects.count() for model in (AccessAttempt, AccessFailureLog, AccessLog)] == [0, 0, 0]
    assert len(StoredBucket.objects.get(network="").failures) == 1


def test_the_command_that_axes_operators_know_releases_the_name() -> None:
    with clock.frozen(NOON):
        fail(5)
        call_command("axes_reset_username", "Amine.Benali", verbosity=0)
        attempt()

    assert Release.objects.get().released_by == "server:axes_reset"


def test_the_command_for_addresses_releases_the_network() -> None:
    with clock.frozen(NOON):
        for number in range(20):
            fail(name=f"name {number}")
        call_command("axes_reset_ip", LYON.address, verbosity=0)
        attempt()


def test_releasing_everybody_at_once_releases_nobody() -> None:
    with clock.frozen(NOON):
        fail(5)
        call_command("axes_reset")

    assert Release.objects.count() == 0
