"""Both portals, each behind gunicorn on PostgreSQL, with the same people."""

import json
import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.utils import timezone

from portal.demo.cast import PASSWORD
from portal.demo.filling import households
from portal.demo.households import Person
from tests.running.databases import databases
from tests.running.server import gunicorn, manage
from tests.story.portals import BarePortal, HardenedPortal

PEOPLE = 400
REPORT = Path("build/story.json")
COLUMNS = ("nir", "birth_date", "birth_rank", "last_name", "first_names")
BARE = "tests.story.bare"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def town() -> list[Person]:
    """Everybody who is covered: the exact list, as the best-informed thief would hold it."""
    today = timezone.localdate()
    people = chain.from_iterable(household.people for household in households(people=PEOPLE, today=today))
    return list(dict.fromkeys(people))  # somebody who changed insurer stands there twice


@pytest.fixture(scope="session")
def bare(town: list[Person], tmp_path_factory: pytest.TempPathFactory) -> Iterator[BarePortal]:
    people = tmp_path_factory.mktemp("bare") / "people.json"
    people.write_text(json.dumps([{name: str(getattr(person, name)) for name in COLUMNS} for person in town]))
    with databases(f"story_bare_{WORKER}") as environment:
        for command in (["migrate", "--run-syncdb", "-v0"], ["fill_bare", str(people), PASSWORD]):
            manage(*command, settings=f"{BARE}.settings", environment=environment)
        with gunicorn(f"{BARE}.wsgi", environment=environment, workers=2, threads=8) as port:
            yield BarePortal(f"http://localhost:{port}")


@pytest.fixture(scope="session")
def hardened_environment() -> Iterator[dict[str, str]]:
    with databases(f"story_portal_{WORKER}", f"story_hardening_{WORKER}") as environment:
        for command in (
            ["migrate", "-v0"],
            ["migrate", "-v0", "--database", "hardening"],
            ["keys", "init"],
            ["seed_demo", "--beneficiaries", str(PEOPLE), "--quiet"],
        ):
            manage(*command, settings=HardenedPortal.SETTINGS, environment=environment)
        yield environment


@pytest.fixture(scope="session")
def hardened(hardened_environment: dict[str, str]) -> Iterator[HardenedPortal]:
    with gunicorn("tests.running.wsgi", environment=hardened_environment, workers=2, threads=8) as port:
        yield HardenedPortal(f"http://localhost:{port}", environment=hardened_environment)


class Tally:
    """People disclosed, by level of attacker and portal; written for the documents and printed at the end."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[str, int]] = {}

    def note(self, level: str, *, bare: int, hardened: int) -> None:
        """Keep the figures of one level."""
        self.levels[level] = {"bare": bare, "hardened": hardened}


FIGURES = pytest.StashKey[Tally]()


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Iterator[Tally]:
    figures = pytestconfig.stash.setdefault(FIGURES, Tally())
    yield figures
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures.levels, indent=2) + "\n")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print whom each attacker was shown."""
    figures = config.stash.get(FIGURES, None)
    if figures is not None:
        terminalreporter.section("people disclosed to each attacker")
        terminalreporter.line(f"{'level':<40}{'without hardening':>20}{'with hardening':>20}")
        for level, people in sorted(figures.levels.items()):
            terminalreporter.line(f"{level:<40}{people['bare']:>20}{people['hardened']:>20}")
