"""Many requests of one session at once, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import connections

from hardening.sessions.backend import SessionStore
from hardening.sessions.models import Session
from hardening.sessions.revocation import end_sessions

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, databases=["default", "hardening"])]

THREADS = 64


def at_once(work: Callable[[int, Callable[[], object]], object]) -> list[object]:
    """Run ``work`` in 64 threads; return what each returned, or the class of the exception that ended it.

    Each prepares itself, then calls the function it is given, which returns once all 64 are ready.
    """
    start = Barrier(THREADS)

    def one(number: int) -> object:
        try:
            return work(number, lambda: start.wait(timeout=60))
        except (SessionInterrupted, UpdateError) as ended:
            return type(ended)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def opened(account: str = "benali") -> SessionStore:
    session = SessionStore()
    session.begin(account=account, assurance={"proofs": ["pwd"]})
    session.save()
    return session


def test_p20_sixty_four_rises_of_one_session_leave_one_key() -> None:
    cookie = opened().session_key

    def rise(number: int, wait_for_all: Callable[[], object]) -> object:
        session = SessionStore(cookie)
        assert session.account == "benali"
        wait_for_all()
        session.prove(account="benali", assurance={"by": number})
        return session.session_key

    results = at_once(rise)

    (alive,) = [key for key in results if isinstance(key, str)]
    assert results.count(SessionInterrupted) == THREADS - 1
    assert SessionStore().exists(alive)
    assert not SessionStore().exists(cookie or "")
    assert Session.objects.count() == 1


def test_p21_sixty_four_saves_bring_no_ended_session_back() -> None:
    cookie = opened().session_key

    def save(number: int, wait_for_all: Callable[[], object]) -> object:
        session = SessionStore(cookie)
        session[f"page {number}"] = number
        wait_for_all()
        if number == THREADS // 2:
            return end_sessions("benali", reason="changed")
        session.save()
        return None

    results = at_once(save)

    assert results[THREADS // 2] == 1
    assert set(results) <= {1, None, UpdateError}
    assert Session.objects.count() == 0


def test_sixty_four_first_visits_get_sixty_four_sessions() -> None:
    def visit(number: int, wait_for_all: Callable[[], object]) -> object:
        session = SessionStore()
        wait_for_all()
        session["visit"] = number
        session.save()
        return session.session_key

    keys = at_once(visit)

    assert len(set(keys)) == Session.objects.count() == THREADS
    assert {SessionStore(str(key))["visit"] for key in keys} == set(range(THREADS))
