"""How many of 200 guesses sent at once are really evaluated, at a limit of five (R1)."""

import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.counting_hashers import LOG
from portal.demo.browser import Browser
from tests.running.server import gunicorn

WORKERS, THREADS, GUESSES = 4, 16, 200


@dataclass(frozen=True)
class LoginForm:
    """Where a portal takes passwords; ``{guess}`` in a value becomes another wrong password in each post."""

    path: str
    values: Mapping[str, str]


def evaluated_guesses(form: LoginForm, *, wsgi: str, environment: Mapping[str, str]) -> int:
    """Return how many of the posts, all let go at one moment, reached the password hash."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "evaluated")
        log.touch()
        with gunicorn(wsgi, environment={**environment, LOG: str(log)}, workers=WORKERS, threads=THREADS) as port:
            _post_all_at_once(port, form)
        return log.stat().st_size


def _post_all_at_once(port: int, form: LoginForm) -> None:
    start = threading.Barrier(GUESSES)

    def guess(number: int) -> None:
        browser = Browser(f"http://localhost:{port}")
        page = browser.get(form.path)
        start.wait()
        browser.submit(page, **{name: value.format(guess=f"wrong-{number}") for name, value in form.values.items()})

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(GUESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
