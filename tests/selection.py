"""Which tests a run leaves out, and that it says so; a skipped test fails the run."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.keys.providers import softhsm
from tests.leaks import leaking_lines
from tests.servers import run

IN_BROWSER = Path(__file__).parent / "browser"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "admin_client", "admin_user", "live_server"}


@dataclass(frozen=True, kw_only=True)
class Program:
    """What some tests drive, that a machine may lack: the marker of those tests, and how to bring it."""

    marker: str
    find: Callable[[], str | None]
    ways: str
    left_out: str


PROGRAMS = (
    Program(marker="browser", find=chromium.chromium, ways=chromium.WAYS, left_out="BROWSER TESTS WERE LEFT OUT"),
    Program(marker="token", find=softhsm.softhsm, ways=softhsm.WAYS, left_out="TESTS OF A PKCS#11 TOKEN WERE LEFT OUT"),
)


def mark(items: list[pytest.Item]) -> None:
    """Mark what drives a browser and what touches a table, so that ``-m`` can tell them apart.

    Every test that opens a database opens both: whatever changes an account writes its entry on the other.
    """
    for item in items:
        if item.path.is_relative_to(IN_BROWSER):
            item.add_marker("browser")
        marker = item.get_closest_marker("django_db")
        asked = marker.kwargs if marker is not None else {}
        touches_tables = marker is not None or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if touches_tables and "databases" not in asked:
            item.add_marker(pytest.mark.django_db(**asked, databases=["default", "hardening"]), append=False)


def leave_out(items: list[pytest.Item], *, config: pytest.Config) -> None:
    """Deselect what this run cannot show: row locks on SQLite, what drives a program that is not there (D25)."""
    is_on_sqlite = not run.current().database_url
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        needs_postgresql = is_on_sqlite and item.get_closest_marker("postgresql")
        lacks_program = any(item.get_closest_marker(each.marker) and each.find() is None for each in PROGRAMS)
        (left_out if needs_postgresql or lacks_program else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def require_programs(config: pytest.Config) -> None:
    """Raise UsageError where REQUIRE_<MARKER>=1 says that somebody relies on tests that could not run."""
    for program in missed(config):
        required = f"REQUIRE_{program.marker.upper()}"
        if os.environ.get(required) == "1":
            raise pytest.UsageError(f"{required}=1: {program.ways}")


def missed(config: pytest.Config) -> Iterator[Program]:
    """Yield each program that is not there and whose tests this run might have had."""
    for program in PROGRAMS:
        if program.find() is None and f"not {program.marker}" not in config.option.markexpr:
            yield program


def count_of_skipped(config: pytest.Config) -> int:
    """Return how many tests did not run though they were selected, or were expected to fail."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return sum(len(reporter.stats.get(outcome, ())) for outcome in ("skipped", "xfailed", "xpassed")) if reporter else 0


@cache
def leaks(config: pytest.Config) -> list[str]:
    """Return the lines logged in this run that hold a secret; asked once, where the run ends."""
    return [] if hasattr(config, "workerinput") else leaking_lines(Path(run.current().folder))


def exit_status(config: pytest.Config, *, status: int) -> int:
    """Return the status of the run: a skip fails it, and a run that only lacks a program has not failed."""
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and any(missed(config)):
        return pytest.ExitCode.OK
    if status == pytest.ExitCode.OK and (count_of_skipped(config) or leaks(config)):
        return pytest.ExitCode.TESTS_FAILED
    return status


def report(terminal: pytest.TerminalReporter, *, config: pytest.Config) -> None:
    """Say at the very end what this run did not show."""
    skipped = count_of_skipped(config)
    if skipped:
        terminal.section("SKIPPED TESTS FAIL THE RUN", red=True)
        terminal.line(f"{skipped} skipped or expected to fail: a control that is not tested is not there")
    if leaking := leaks(config):
        terminal.section("LOGS OF THIS RUN HOLD SECRETS OR NUMBERS", red=True)
        terminal.line(", ".join(leaking[:20]))
    for program in missed(config):
        terminal.section(program.left_out, red=True)
        terminal.line(program.ways)
