"""Which tests a run leaves out, and that it says so; a skipped test fails the run."""

import os
from functools import cache
from pathlib import Path

import pytest

from tests.browser.chromium import WAYS, chromium
from tests.leaks import leaking_lines
from tests.servers import run

IN_BROWSER = Path(__file__).parent / "browser"
LEFT_OUT = "BROWSER TESTS WERE LEFT OUT"
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "admin_client", "admin_user", "live_server"}


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
    """Deselect what this run cannot show: row locks on SQLite, pages without a browser (D25)."""
    is_on_sqlite = not run.current().database_url
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        needs_postgresql = is_on_sqlite and item.get_closest_marker("postgresql")
        needs_browser = chromium() is None and item.get_closest_marker("browser")
        (left_out if needs_postgresql or needs_browser else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def require_browser(config: pytest.Config) -> None:
    """Raise UsageError where REQUIRE_BROWSER=1 says that somebody relies on browser tests that could not run."""
    if os.environ.get("REQUIRE_BROWSER") == "1" and is_browser_missed(config):
        raise pytest.UsageError(f"REQUIRE_BROWSER=1: {WAYS}")


def is_browser_missed(config: pytest.Config) -> bool:
    """Tell whether this run would have had browser tests."""
    return chromium() is None and "not browser" not in config.option.markexpr


def count_of_skipped(config: pytest.Config) -> int:
    """Return how many tests did not run though they were selected, or were expected to fail."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return sum(len(reporter.stats.get(outcome, ())) for outcome in ("skipped", "xfailed", "xpassed")) if reporter else 0


@cache
def leaks(config: pytest.Config) -> list[str]:
    """Return the lines logged in this run that hold a secret; asked once, where the run ends."""
    return [] if hasattr(config, "workerinput") else leaking_lines(Path(run.current().folder))


def exit_status(config: pytest.Config, *, status: int) -> int:
    """Return the status of the run: a skip fails it, and a run that only lacks a browser has not failed."""
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and is_browser_missed(config):
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
    if is_browser_missed(config):
        terminal.section(LEFT_OUT, red=True)
        terminal.line(WAYS)
