"""R1, P11: the attempt is taken before anything is compared, so parallel guesses cannot outrun the count."""

import pytest
from django.db import connections

from hardening.errors import LockedOut, StoreUnavailableError
from hardening.lockout import attempts
from hardening.lockout.models import StoredBucket
from tests.lockout.people import LYON, at_once, attempt, fail

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "hardening"])

GUESSERS = 64


def is_evaluated(step: str = "password") -> bool:
    try:
        attempts.reserve(submitted="amine.benali", step=step, client=LYON)
    except LockedOut:
        return False
    return True


@pytest.mark.postgresql
@pytest.mark.parametrize("step", ["password", "code", "recovery"])
def test_of_sixty_four_parallel_guesses_exactly_five_are_evaluated(step: str) -> None:
    evaluated = at_once(GUESSERS, lambda: is_evaluated(step))

    assert evaluated.count(True) == 5


@pytest.mark.postgresql
def test_two_hundred_posts_by_sixteen_threads_are_five_guesses() -> None:
    evaluated = at_once(16, lambda: sum(is_evaluated() for _ in range(13)))

    assert sum(evaluated) == 5


@pytest.mark.postgresql
def test_after_the_cool_off_one_guess_is_evaluated_however_many_come() -> None:
    fail(5)
    StoredBucket.objects.filter(network="").update(failures=_an_hour_earlier())

    assert at_once(GUESSERS, is_evaluated).count(True) == 1


@pytest.mark.postgresql
def test_parallel_guesses_at_many_names_stop_at_the_address() -> None:
    names = iter([f"name {number}" for number in range(GUESSERS)])

    def guess() -> bool:
        try:
            attempt(next(names))
        except LockedOut:
            return False
        return True

    assert at_once(GUESSERS, guess).count(True) == 20


@pytest.mark.postgresql
def test_right_steps_given_back_in_parallel_leave_nothing_behind() -> None:
    def log_in_again_and_again() -> None:
        for _ in range(10):
            attempt().give_back()

    at_once(4, log_in_again_and_again)

    assert [row.failures for row in StoredBucket.objects.all()] == [[], []]


def test_a_few_threads_on_any_database_get_no_more_than_the_limit() -> None:
    evaluated = at_once(4, lambda: sum(is_evaluated() for _ in range(5)))

    assert sum(evaluated) == 5


@pytest.mark.postgresql
def test_a_snapshot_that_would_hide_others_attempts_is_refused() -> None:
    with connections["hardening"].cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    try:
        with pytest.raises(StoreUnavailableError):
            attempt()
    finally:
        connections["hardening"].close()


def _an_hour_earlier() -> list[list[object]]:
    (row,) = StoredBucket.objects.filter(network="")
    return [[at_us - 3_600_000_000, *rest] for at_us, *rest in row.failures]
