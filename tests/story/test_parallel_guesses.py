"""R1, on the server as it runs: four processes of sixteen threads, and guesses let go at one moment."""

import pytest

from benchmarks.parallel_guesses import GUESSES, LoginForm, evaluated_guesses

pytestmark = pytest.mark.alone

LIMIT = 5


def test_of_200_guesses_sent_at_once_five_are_evaluated(hardened_environment: dict[str, str]) -> None:
    """Counted by the password hasher itself, not by the counter under test."""
    form = LoginForm("/login/", {"username": "gare", "password": "{guess}"})

    evaluated = evaluated_guesses(form, wsgi="benchmarks.hardened.wsgi", environment=hardened_environment)

    assert (GUESSES, evaluated) == (200, LIMIT)
